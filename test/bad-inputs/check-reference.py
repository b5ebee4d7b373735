#!/usr/bin/env python3
"""Runs every case of cases.yml with the reference (dbt-core 1.11 with dbt-duckdb and dbt-postgres).

    BAD_INPUTS_VENV=/path/to/venv ./check-reference.py [--write] [--show] [CASE ...]

`--postgres HOST:PORT:USER:PASSWORD:DATABASE` runs those that reach the database there, each in a schema of its own; nothing is written then.
Says where `exit` or `reference` of a case is not what the reference does; --write puts both into cases.yml; --show prints its output.
`exit: any` is left alone. Cases run side by side in forked children.
"""
import argparse, base64, json, os, re, shutil, signal, sys, tempfile, time
from pathlib import Path

HERE = Path(__file__).resolve().parent


def bytes_of(content):
    if isinstance(content, str):
        return content.encode()
    if "base64" in content:
        return base64.b64decode(content["base64"])
    if "utf8" in content:
        return ("\ufeff" + content["utf8"]).encode()
    if "utf16" in content:
        return ("\ufeff" + content["utf16"]).encode("utf-16-le")
    if "latin1" in content:
        return content["latin1"].encode("latin-1")
    if "repeat" in content:
        return (content["repeat"] * content["times"]).encode()
    if "join" in content:
        return b"".join(map(bytes_of, content["join"]))
    return content.get("between", "").join(content["numbered"].replace("#", str(n + 1)) for n in range(content["times"])).encode()


def lay_out(root, files):
    for path, content in files.items():
        f = root / path
        if content is None:
            f.unlink()
            continue
        f.parent.mkdir(parents=True, exist_ok=True)
        if f.is_dir():
            shutil.rmtree(f)
        elif os.path.lexists(f):
            f.unlink()
        if isinstance(content, str):
            f.write_text(content)
        elif "link" in content:
            f.symlink_to(content["link"])
        elif content.get("dir"):
            f.mkdir()
        elif content.get("fifo"):
            os.mkfifo(f)
        elif "copies" in content:
            for n in range(1, content["copies"] + 1):
                Path(str(f).replace("#", str(n))).write_text(content["of"].replace("#", str(n)))
        else:
            f.write_bytes(bytes_of(content))


NOBODY = 65534


def restrict(home, project, modes):
    for folder, _, names in os.walk(home):
        for path in [folder] + [os.path.join(folder, name) for name in names]:
            os.lchown(path, NOBODY, NOBODY)
    for path, mode in modes.items():
        os.chmod(project / path, int(mode, 8))


def invoke(args, root, env, seconds, nobody):
    log = root.parent / "out.log"
    pid = os.fork()
    if pid == 0:
        code = 3
        try:
            os.chdir(root)
            os.environ.update(env)
            fd = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            os.dup2(fd, 1), os.dup2(fd, 2)
            if nobody:
                os.setgid(NOBODY), os.setuid(NOBODY)
            import resource
            resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
            sys.argv = ["dbt"] + args
            from dbt.cli.main import cli
            cli(args)
            code = 0
        except SystemExit as e:
            code = e.code if isinstance(e.code, int) else 0 if e.code is None else 1
        except BaseException:
            import traceback
            traceback.print_exc()
        finally:
            try:
                sys.stdout.flush(), sys.stderr.flush()
            finally:
                os._exit(code)
    end = time.time() + seconds
    while time.time() < end:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status), log.read_text(errors="replace")
        time.sleep(0.05)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return "timeout", log.read_text(errors="replace")


REACHES = ("run", "seed", "build", "test", "snapshot", "run-operation", "show")


def reaches_database(case):
    files = case.get("files") or {}
    return (case.get("args") or ["parse"])[0] in REACHES and "profiles.yml" not in files and "modes" not in case


def postgres_profile(address, case):
    host, port, user, password, database = address.split(":")
    output = {"type": "postgres", "host": host, "port": int(port), "user": user, "password": password, "dbname": database, "schema": "bad_" + case["name"]}
    return json.dumps({"bad": {"target": "dev", "outputs": {"dev": output}}})


def run_case(data, case, postgres):
    with tempfile.TemporaryDirectory(prefix="bad-") as t:
        root = Path(t) / "project"
        root.mkdir()
        lay_out(root, data["base"])
        if postgres:
            lay_out(root, {"profiles.yml": postgres_profile(postgres, case)})
        lay_out(root, case.get("files") or {})
        env = {"DBT_SEND_ANONYMOUS_USAGE_STATS": "0", "DBT_USE_COLORS": "0", "NO_COLOR": "1", "HOME": t, **(case.get("env") or {})}
        seconds = case.get("seconds", 60)
        nobody = "modes" in case
        if nobody:
            restrict(t, root, case["modes"])
        code, text = invoke(case.get("args") or ["parse"], root, env, seconds, nobody)
        if "then" in case:
            code, more = invoke(case["then"], root, env, seconds, nobody)
            text += more
        text = text.replace(str(root), "{project}")
    if code == "timeout":
        how = "hangs"
    elif "Traceback (most recent call last)" in text or code not in (0, 1, 2):
        how = "crash"
    elif code == 0:
        how = "accepts"
    else:
        how = "reports"
    return code, how, text


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--write", action="store_true")
    ap.add_argument("--show", action="store_true")
    ap.add_argument("--postgres")
    ap.add_argument("cases", nargs="*")
    a = ap.parse_args()
    venv = os.environ.get("BAD_INPUTS_VENV")
    if venv and Path(sys.prefix).resolve() != Path(venv).resolve():
        py = str(Path(venv) / "bin" / "python")
        os.execv(py, [py, __file__] + sys.argv[1:])
    import yaml, dbt.cli.main, dbt.adapters.duckdb, dbt.adapters.postgres  # noqa: F401 - before the forks
    base = yaml.safe_load((HERE / "cases.yml").read_text())["base"]
    wrong = sum(check_file(a, base, file) for file in sorted(HERE.glob("*.yml")))
    sys.exit(1 if wrong and not a.write else 0)


def check_file(a, base, file):
    import yaml
    source = file.read_text()
    data = {**yaml.safe_load(source), "base": base}
    wrong = 0
    for case in data["cases"]:
        if a.cases and case["name"] not in a.cases:
            continue
        if a.postgres and not reaches_database(case):
            continue
        code, how, text = run_case(data, case, a.postgres)
        if a.postgres:
            want = case.get("on_postgres", case.get("exit", 2))
            allowed = {"any": (0, 1, 2), "fails": (1, 2)}.get(want, (want,))
            if code not in allowed and how not in ("crash", "hangs"):
                wrong += 1
                print("%-36s reference on Postgres: exit %s, %s; the case says exit %s" % (case["name"], code, how, want), flush=True)
            continue
        want = case.get("exit", 2)
        if case.get("reference", "reports") != how or want not in ("any", "fails") and want != code:
            wrong += 1
            print("%-36s reference: exit %s, %s; the case says exit %s, %s" % (case["name"], code, how, case.get("exit", 2), case.get("reference", "reports")), flush=True)
        missing = [s for s in case.get("says") or [] if s not in text] if how == "reports" else []
        if a.show or missing:
            print("  %s%s\n    | %s" % (case["name"], " does not say %s" % missing if missing else "", "\n    | ".join(text.strip().splitlines()[-14 if a.show else -3:])), flush=True)
        if a.write:
            block = re.search(r"(?ms)^  - name: %s$.*?(?=^  - name: |^  # ---|\Z)" % re.escape(case["name"]), source)
            body = re.sub(r"(?m)^    reference: .*\n", "", block.group(0))
            fixed = case.get("exit") == "any"
            if not fixed:
                body = re.sub(r"(?m)^    exit: .*\n", "", body)
            lines = []
            if not fixed and (how != "reports" or code != 2):
                lines.append("    exit: %s\n" % ("fails" if how in ("crash", "hangs") else code))
            if how != "reports":
                lines.append("    reference: %s\n" % how)
            end = len(body.rstrip("\n")) + 1
            source = source[:block.start()] + body[:end] + "".join(lines) + body[end:] + source[block.end():]
            file.write_text(source)
    return wrong


if __name__ == "__main__":
    main()
