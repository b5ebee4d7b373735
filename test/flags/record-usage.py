#!/usr/bin/env python3
"""Records the exit code of the reference for command lines that are wrong or odd, and whether it told so as a usage error.

    /path/to/venv/bin/python test/flags/record-usage.py [--check]

Reads usage.yml (see there), writes usage.json: {command line: [exit code, form]} with form `usage` (click's text on stderr), `error` (a handled
error on stdout), `crash` (a stack trace) or `fine`.
"""

import json
import os
import pathlib
import shlex
import subprocess
import sys
import tempfile

import yaml

HERE = pathlib.Path(__file__).parent
FILE = HERE / "usage.json"
DBT = pathlib.Path(sys.executable).with_name("dbt")


def outcome(line, files):
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder) / "project"
        for path, text in files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text)
        words = shlex.split(line)
        given = {}
        while words and "=" in words[0] and not words[0].startswith("-"):
            name, value = words.pop(0).split("=", 1)
            given[name] = value
        env = {name: value for name, value in os.environ.items() if not name.startswith("DBT_")}
        env.update({"HOME": folder, "DBT_SEND_ANONYMOUS_USAGE_STATS": "0", **given})
        done = subprocess.run([DBT, *words], cwd=root, env=env, capture_output=True, text=True, stdin=subprocess.DEVNULL)
        if "Traceback (most recent call last)" in done.stdout + done.stderr:
            form = "crash"
        elif done.stderr.startswith("Usage: ") and "\nError: " in done.stderr:
            form = "usage"
        elif done.returncode == 0:
            form = "fine"
        else:
            form = "help" if "Commands:" in done.stderr + done.stdout else "error"
        return [done.returncode, form]


def main():
    given = yaml.safe_load((HERE / "usage.yml").read_text())
    facts = {line: outcome(line, given["files"]) for line in given["lines"]}
    text = "{\n" + ",\n".join(f"  {json.dumps(line)}: {json.dumps(fact)}" for line, fact in facts.items()) + "\n}\n"
    if "--check" in sys.argv:
        if FILE.read_text() != text:
            sys.exit(f"{FILE.name} is out of date")
    else:
        FILE.write_text(text)


main()
