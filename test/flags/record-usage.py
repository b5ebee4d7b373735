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
import sys
import tempfile
import traceback

import yaml

from dbt.cli.main import cli

HERE = pathlib.Path(__file__).parent
FILE = HERE / "usage.json"


def run_in_child(words, root, given):
    """The command in a forked child: the reference is imported once. Gives exit code, standard output and standard error."""
    paths = [root.parent / "out.log", root.parent / "err.log"]
    pid = os.fork()
    if pid == 0:
        try:
            os.chdir(root)
            for name in [one for one in os.environ if one.startswith("DBT_")]:
                del os.environ[name]
            os.environ.update({"HOME": str(root.parent), "DBT_SEND_ANONYMOUS_USAGE_STATS": "0", **given})
            for stream, path in zip((1, 2), paths):
                os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT), stream)
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            sys.argv = ["dbt", *words]
            code = 0
            try:
                cli()
            except SystemExit as leaving:
                code = leaving.code if isinstance(leaving.code, int) else 0 if leaving.code is None else 1
            except BaseException:
                traceback.print_exc()
                code = 1
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
        finally:
            os._exit(70)
    _, status = os.waitpid(pid, 0)
    return [os.waitstatus_to_exitcode(status), *(path.read_text(errors="replace") for path in paths)]


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
        code, out, err = run_in_child(words, root, given)
        if "Traceback (most recent call last)" in out + err:
            form = "crash"
        elif err.startswith("Usage: ") and "\nError: " in err:
            form = "usage"
        elif code == 0:
            form = "fine"
        else:
            form = "help" if "Commands:" in err + out else "error"
        return [code, form]


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
