#!/usr/bin/env python3
"""Writes expected.json: the deprecations that the reference logs for each project of cases.yml.

    DEPRECATIONS_VENV=/path/to/venv ./record.py [NAME ...]

The venv holds dbt-core 1.11 and dbt-duckdb. With names, only those cases are recorded anew.
"""
import json, os, subprocess, sys, tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent


def run(dbt, root, args, env):
    return subprocess.run([dbt, "--log-format", "json", *args], cwd=root, env=env, capture_output=True, text=True)


def record(dbt, base, case):
    with tempfile.TemporaryDirectory() as t:
        for path, text in {**base, **case.get("files", {})}.items():
            if text is not None:
                f = Path(t) / path
                f.parent.mkdir(parents=True, exist_ok=True)
                f.write_text(text)
        env = {"PATH": os.environ["PATH"], "HOME": t, "DBT_PROFILES_DIR": t, **case.get("env", {})}
        for args in case.get("before", []):
            run(dbt, t, args, env).check_returncode()
        done = run(dbt, t, case.get("args", ["parse"]), env)
    shown, summary = {}, None
    for line in done.stdout.splitlines():
        if not line.startswith("{"):
            continue
        event = json.loads(line)
        name = event["info"]["name"]
        if name == "DeprecationsSummary":
            summary = {s["event_code"] + " " + s["event_name"]: s["occurrences"] for s in event["data"]["summaries"]}
        elif event["info"]["code"].startswith("D0"):
            name = event["info"]["code"] + " " + name
            shown[name] = shown.get(name, 0) + 1
    return {"exit": done.returncode, "shown": shown, "summary": summary}


def main():
    import yaml
    venv = os.environ["DEPRECATIONS_VENV"]
    if Path(sys.prefix).resolve() != Path(venv).resolve():
        os.execv(venv + "/bin/python", ["python", __file__] + sys.argv[1:])
    told = yaml.safe_load((HERE / "cases.yml").read_text())
    target = HERE / "expected.json"
    known = json.loads(target.read_text()) if target.exists() else {}
    wanted = [c for c in told["cases"] if len(sys.argv) == 1 or c["name"] in sys.argv[1:]]
    with ThreadPoolExecutor(2) as pool:
        for case, got in zip(wanted, pool.map(lambda c: record(venv + "/bin/dbt", told["base"], c), wanted)):
            known[case["name"]] = got
            print(case["name"], got, flush=True)
    rows = ("%s: %s" % (json.dumps(c["name"]), json.dumps(known[c["name"]])) for c in told["cases"] if c["name"] in known)
    target.write_text("{\n%s\n}\n" % ",\n".join(rows))


if __name__ == "__main__":
    main()
