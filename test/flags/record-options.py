#!/usr/bin/env python3
"""Records names, forms, types, choices, defaults and variables of all options of the reference's commands.

    /path/to/venv/bin/python test/flags/record-options.py [--check]

Writes options.json beside this file; --check only compares. Sentences of help are not read.
"""

import json
import pathlib
import sys

import click
from click.core import Context, Group

from dbt.cli.main import cli

FILE = pathlib.Path(__file__).with_name("options.json")


def plain(value):
    if callable(value):
        return "computed"
    if isinstance(value, (tuple, list)):
        return [plain(one) for one in value]
    if value is None or isinstance(value, (bool, int, str)):
        return value
    # click 8.3's marker for "no default"
    return None


def option(param):
    fact = {
        "name": param.name,
        "forms": list(param.opts),
        "negative": [one for one in param.secondary_opts if one.strip()],
        "type": "switch" if param.is_flag else "words" if type(param).__name__ == "MultiOption" else param.type.name.lower(),
    }
    if getattr(param, "count", False):
        fact["type"] = "count"
    choices = getattr(param.type, "choices", None)
    if choices is not None:
        fact["choices"] = list(choices)
    default = plain(param.default)
    if default is not None:
        fact["default"] = default
    if param.envvar:
        fact["env"] = [param.envvar] if isinstance(param.envvar, str) else list(param.envvar)
    if param.hidden:
        fact["hidden"] = True
    if param.required:
        fact["required"] = True
    for name in ("exists", "file_okay", "dir_okay"):
        value = getattr(param.type, name, None)
        if param.type.name in ("path", "file", "directory") and isinstance(value, bool):
            fact[name] = value
    return fact


def commands(group, words):
    context = Context(group)
    yield " ".join(words), group
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, Group):
            yield from commands(command, [*words, name])
        else:
            yield " ".join([*words, name]), command


def main():
    facts, places = {}, {}
    for name, command in commands(cli, []):
        facts[name] = {
            "hidden": bool(command.hidden),
            "arguments": [
                {"name": param.name, "required": param.required}
                for param in command.params
                if isinstance(param, click.Argument)
            ],
        }
        for param in command.params:
            if isinstance(param, click.Option):
                places.setdefault(json.dumps(option(param), sort_keys=True), []).append(name)
    every = list(facts)
    rows = [
        {**json.loads(text), "commands": "all" if names == every else sorted(names)}
        for text, names in sorted(places.items(), key=lambda one: (json.loads(one[0])["name"], one[1]))
    ]
    text = (
        '{"commands": {\n'
        + ",\n".join(f"  {json.dumps(name)}: {json.dumps(facts[name])}" for name in sorted(facts))
        + '\n}, "options": [\n'
        + ",\n".join(f"  {json.dumps(row)}" for row in rows)
        + "\n]}\n"
    )
    if "--check" in sys.argv:
        if FILE.read_text() != text:
            sys.exit(f"{FILE.name} is out of date")
    else:
        FILE.write_text(text)


main()
