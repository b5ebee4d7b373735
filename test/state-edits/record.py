#!/usr/bin/env python3
"""Writes expected.json: what the reference selects by `state:` after each edit of edits.yml.

    STATE_VENV=/path/to/venv ./record.py [NAME ...]

The venv holds dbt-core 1.11 and dbt-duckdb. With names, only those edits are recorded anew. Of an edit, the unedited project
(with its `base` edits and `flags`) is parsed into a state folder, then the edited one is listed once for each selector.
Each edit runs in a child forked after dbt was imported; the project is parsed once and the manifest reused.
"""
import json, os, shutil, sys, tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
SELECTORS = ["new", "old", "modified", "unmodified", "modified.body", "modified.configs", "modified.persisted_descriptions",
             "modified.relation", "modified.macros", "modified.contract"]


def apply(root, edits):
    for e in edits or []:
        f = root / e["file"]
        if "text" in e:
            f.parent.mkdir(parents=True, exist_ok=True)
            f.write_text(e["text"])
        elif e.get("delete"):
            f.unlink()
        elif e.get("big"):
            f.write_text(f.read_text() + "".join("x%d,1.5\n" % i for i in range(120000)))
        elif "move" in e:
            (root / e["move"]).parent.mkdir(parents=True, exist_ok=True)
            f.rename(root / e["move"])
        else:
            text = f.read_text()
            for old, new in e["replace"].items():
                old, new = str(old), str(new)
                assert old in text, "%s: no %r" % (e["file"], old)
                text = text.replace(old, new)
            f.write_text(text)


def child(edit, out):
    from dbt.cli.main import dbtRunner
    seen = []

    def listen(event):
        if event.info.name in ("UnversionedBreakingChange", "SeedIncreased", "SeedExceedsLimitSamePath", "SeedExceedsLimitAndPathChanged",
                               "SeedExceedsLimitChecksumChanged"):
            seen.append(event.info.name)

    def flags(root):
        if edit.get("flags"):
            f = root / "dbt_project.yml"
            f.write_text(f.read_text() + "\nflags: %s\n" % json.dumps(edit["flags"]))

    with tempfile.TemporaryDirectory() as t:
        base, new = Path(t) / "base", Path(t) / "new"
        shutil.copytree(HERE / "project", base)
        apply(base, edit.get("base"))
        flags(base)
        shutil.copytree(base, new)
        apply(new, edit.get("edits"))
        os.environ.update(DBT_SEND_ANONYMOUS_USAGE_STATS="0", DBT_QUIET="1", DBT_PARTIAL_PARSE="0")
        os.chdir(base)
        r = dbtRunner().invoke(["parse"])
        assert r.success, r.exception
        os.chdir(new)
        args = edit.get("args") or []
        r = dbtRunner().invoke(["parse"] + args)
        assert r.success, (edit["name"], r.exception)
        got = {}
        for s in SELECTORS:
            seen.clear()
            x = dbtRunner(manifest=r.result, callbacks=[listen]).invoke(["ls", "--select", "state:" + s, "--resource-type", "all",
                                                                       "--state", str(base / "target")] + args)
            if x.success:
                got[s] = sorted(x.result or [])
            else:
                got[s] = {"error": type(x.exception).__name__}
            if seen:
                got[s] = {"warnings": sorted(set(seen)), "selected": got[s]}
        out.write_text(json.dumps(got))


def dumps(known):
    """One line for each selector."""
    edits = ("%s: {\n%s\n}" % (json.dumps(n), ",\n".join(" %s: %s" % (json.dumps(s), json.dumps(g)) for s, g in e.items())) for n, e in known.items())
    return "{\n%s\n}\n" % ",\n".join(edits)


def main():
    import yaml
    venv = os.environ.get("STATE_VENV")
    if venv and Path(sys.prefix).resolve() != Path(venv).resolve():
        py = str(Path(venv) / "bin" / "python")
        os.execv(py, [py, __file__] + sys.argv[1:])
    import dbt.cli.main, dbt.adapters.duckdb  # noqa: F401
    target = HERE / "expected.json"
    known = json.loads(target.read_text()) if target.exists() else {}
    edits = yaml.safe_load((HERE / "edits.yml").read_text())
    only = set(sys.argv[1:])
    wrong = 0
    for edit in edits:
        if only and edit["name"] not in only:
            continue
        with tempfile.TemporaryDirectory() as t:
            out = Path(t) / "out.json"
            log = os.open(str(Path(t) / "log"), os.O_WRONLY | os.O_CREAT)
            pid = os.fork()
            if pid == 0:
                try:
                    os.dup2(log, 1), os.dup2(log, 2)
                    child(edit, out)
                except BaseException:
                    import traceback
                    traceback.print_exc()
                finally:
                    sys.stdout.flush(), sys.stderr.flush()
                    os._exit(0)
            os.waitpid(pid, 0)
            os.close(log)
            if not out.exists():
                wrong += 1
                print("FAILED", edit["name"], (Path(t) / "log").read_text()[-1500:], flush=True)
                continue
            known[edit["name"]] = json.loads(out.read_text())
            print(edit["name"], {k: len(v) for k, v in known[edit["name"]].items()}, flush=True)
            known = {e["name"]: known[e["name"]] for e in edits if e["name"] in known}
            target.write_text(dumps(known))
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
