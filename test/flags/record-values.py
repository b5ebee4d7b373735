#!/usr/bin/env python3
"""Records which value each flag of the reference has for command lines, variables and project flags that are put together at random.

    /path/to/venv/bin/python test/flags/record-values.py [--check]

Writes values.json beside this file: `defaults`, and for each case what differs from them, or `error` when there is no answer.
"""

import contextlib
import io
import json
import os
import pathlib
import random
import sys
import tempfile

import yaml

from dbt.cli.flags import Flags, args_to_context
from dbt.events import ALL_EVENT_NAMES

FILE = pathlib.Path(__file__).with_name("values.json")
CASES = 320

SWITCHES = {
    "cache_selected_only": "CACHE_SELECTED_ONLY", "debug": "DEBUG", "defer": "DEFER", "fail_fast": "FAIL_FAST",
    "favor_state": "FAVOR_STATE", "log_cache_events": "LOG_CACHE_EVENTS", "macro_debugging": "MACRO_DEBUGGING",
    "partial_parse": "PARTIAL_PARSE", "populate_cache": "POPULATE_CACHE", "print": "PRINT", "quiet": "QUIET",
    "send_anonymous_usage_stats": "SEND_ANONYMOUS_USAGE_STATS", "single_threaded": "SINGLE_THREADED",
    "static_parser": "STATIC_PARSER", "use_colors": "USE_COLORS", "use_colors_file": "USE_COLORS_FILE",
    "use_experimental_parser": "USE_EXPERIMENTAL_PARSER", "version_check": "VERSION_CHECK", "write_json": "WRITE_JSON",
    "show_all_deprecations": None, "use_fast_test_edges": "USE_FAST_TEST_EDGES",
}
ONLY_ON = {"warn_error": "WARN_ERROR"}
LOG = ["text", "debug", "json", "default"]
LEVEL = ["debug", "info", "warn", "error", "none"]
VALUES = {
    "indirect_selection": ("INDIRECT_SELECTION", ["eager", "cautious", "buildable", "empty", "EMPTY"]),
    "log_format": ("LOG_FORMAT", LOG), "log_format_file": ("LOG_FORMAT_FILE", LOG),
    "log_level": ("LOG_LEVEL", LEVEL), "log_level_file": ("LOG_LEVEL_FILE", LEVEL),
    "printer_width": ("PRINTER_WIDTH", ["60", "100", " 70 ", "-1"]),
    "log_file_max_bytes": ("LOG_FILE_MAX_BYTES", ["0", "512"]),
    "profile": ("PROFILE", ["one", "two"]), "target": ("TARGET", ["dev", "prod"]),
    "state": ("STATE", ["states/a", "b"]), "defer_state": ("DEFER_STATE", ["c"]),
}
OWN = {
    "build": {"threads": (None, ["1", "8"]), "selector": (None, ["nightly"]), "select": (None, ["a b", "tag:x"]),
              "exclude": (None, ["c"]), "vars": (None, ["{x: 1}", '{"y": [1, 2]}']), "target_path": ("TARGET_PATH", ["t"]),
              "resource_types": ("RESOURCE_TYPES", ["model", "model test"]), "exclude_resource_types": ("EXCLUDE_RESOURCE_TYPES", ["seed"])},
    "list": {"selector": (None, ["nightly"]), "select": (None, ["a b"]), "output": (None, ["json", "NAME"]),
             "output_keys": (None, ["name alias"]), "resource_types": ("RESOURCE_TYPES", ["model"])},
    "debug": {"vars": (None, ["{x: 1}"])},
    "compile": {"threads": (None, ["4"]), "select": (None, ["a"]), "inline": (None, ["select 1"]), "output": (None, ["json"])},
}
OWN_SWITCHES = {
    "build": {"full_refresh": "FULL_REFRESH", "store_failures": "STORE_FAILURES", "show": None},
    "list": {}, "debug": {"config_dir": None, "connection": None}, "compile": {"full_refresh": "FULL_REFRESH"},
}
OWN_NEGATABLE = {"build": {"empty": "EMPTY"}, "list": {}, "debug": {}, "compile": {"introspect": "INTROSPECT", "empty": "EMPTY"}}
OLD = ["NO_PRINT", "DEFER_TO_STATE", "FAVOR_STATE_MODE", "ARTIFACT_STATE_PATH"]
IN_PROJECT = ["cache_selected_only", "debug", "fail_fast", "partial_parse", "populate_cache", "send_anonymous_usage_stats", "static_parser",
              "use_colors", "use_colors_file", "use_experimental_parser", "version_check", "warn_error", "write_json"]
BOOLEANS = ["1", "0", "true", "False", "t", "F", "yes", "no", "Y", "n", "on", "OFF", "", " true "]
SHOWN = [*SWITCHES, *ONLY_ON, *VALUES, "threads", "selector", "select", "exclude", "vars", "target_path", "resource_types",
         "exclude_resource_types", "output", "output_keys", "inline", "full_refresh", "store_failures", "show", "empty", "introspect",
         "config_dir", "connection", "warn_error_options", "require_resource_names_without_spaces", "skip_nodes_if_on_run_start_fails"]

rare = lambda chance: random.random() < chance
kebab = lambda name: name.replace("_", "-")


def weo():
    error = random.choice(["all", "*", ["NoNodesForSelectionCriteria"], ["Deprecations"], ["Nope"], [], "Other", None])
    made = {} if rare(0.2) else {random.choice(["error", "error", "include"]): error}
    if rare(0.5):
        made[random.choice(["warn", "exclude"])] = random.choice([["NoNodesForSelectionCriteria"], ["Deprecations"], [], ["Nope"], None])
    if rare(0.4):
        made["silence"] = random.choice([["JinjaLogWarning"], ["Deprecations"], None, ["nope"]])
    if rare(0.1):
        made["other"] = 1
    return made


def words(name, value):
    form = f"--{kebab(name)}"
    return [f"{form}={value}"] if rare(0.3) and " " not in value else [form, *value.split(" ")] if name in ("select", "resource_types", "output_keys") else [form, value]


def make():
    command = random.choice(["build", "build", "list", "debug", "compile"])
    before, after, env, project = [], [], {}, {}
    place = lambda given: (before if rare(0.4) else after).extend(given)
    variable = lambda name, value: env.__setitem__(random.choice(["DBT_ENGINE_", "DBT_"]) + name, value)
    for name, var in random.sample(sorted(SWITCHES.items()), 6):
        way = random.choice(["line", "variable", "both", "project", "all"])
        if way in ("line", "both", "all"):
            place([f"--{'no-' if rare(0.4) else ''}{kebab(name)}"])
            if rare(0.02):
                place([f"--{kebab(name)}"])
        if var and way in ("variable", "both", "all"):
            variable(var, random.choice(BOOLEANS) if not rare(0.02) else "maybe")
            if rare(0.3):
                variable(var, random.choice(BOOLEANS))
        if name in IN_PROJECT and way in ("project", "all"):
            project[name] = rare(0.5)
    for name, (var, values) in random.sample(sorted(VALUES.items()), 4):
        way = random.choice(["line", "variable", "both", "project", "all"])
        value = lambda: random.choice(values) if not rare(0.02) else "wrong"
        if way in ("line", "both", "all"):
            place(words(name, value()))
        if way in ("variable", "both", "all"):
            variable(var, value())
        if name in ("indirect_selection", "log_format", "log_format_file", "log_level", "log_level_file") and way in ("project", "all"):
            project[name] = random.choice(values)
        if name == "printer_width" and way in ("project", "all"):
            project[name] = random.choice([50, 120])
    for name, (var, values) in OWN[command].items():
        if rare(0.35):
            after.extend(words(name, random.choice(values)))
        if var and rare(0.25):
            variable(var, random.choice(values))
    for name, var in [*OWN_SWITCHES[command].items(), *OWN_NEGATABLE[command].items()]:
        if rare(0.3):
            after.append(f"--{'no-' if name in OWN_NEGATABLE[command] and rare(0.5) else ''}{kebab(name)}")
        if var and rare(0.3):
            variable(var, random.choice(BOOLEANS))
    if rare(0.15):
        name = random.choice(OLD)
        env[f"DBT_{name}"] = "states/old" if name == "ARTIFACT_STATE_PATH" else random.choice(["1", "0", "true", "false"])
    if rare(0.1):
        env["DO_NOT_TRACK"] = random.choice(["1", "0", "TRUE", "yes", ""])
    if rare(0.25):
        way = random.choice(["line", "variable", "project", "error"])
        if way == "line":
            place(["--warn-error-options", json.dumps(weo())])
        if way == "variable":
            variable("WARN_ERROR_OPTIONS", json.dumps(weo()))
        if way == "project":
            project["warn_error_options"] = weo()
        if way == "error":
            place(["--warn-error"])
            if rare(0.3):
                place(["--warn-error-options", '{"error": "all"}'])
    if rare(0.2):
        project["require_resource_names_without_spaces"] = rare(0.5)
    if rare(0.2):
        project["skip_nodes_if_on_run_start_fails"] = rare(0.5)
    if rare(0.05):
        project["my_adapter_flag"] = True
    if rare(0.05) and project:
        project[random.choice(list(project))] = random.choice(["text", [1], {"a": 1}])
    case = {"argv": [*before, command, *after]}
    if env:
        case["env"] = env
    if project:
        case[random.choice(["flags", "flags", "flags", "config"])] = project
        if rare(0.03):
            case["flags"], case["config"] = project, {"debug": True}
    return case


def plain(value):
    if isinstance(value, (bool, int, str)) or value is None:
        return value
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, pathlib.Path):
        return str(value)
    return {"error": plain(value.error), "warn": plain(value.warn), "silence": plain(value.silence)}


def outcome(case):
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(os.path.realpath(folder))
        project = {"name": "shop", "profile": "one", **({"flags": case["flags"]} if "flags" in case else {})}
        (root / "dbt_project.yml").write_text(yaml.safe_dump(project))
        profiles = {"one": {"outputs": {}}, **({"config": case["config"]} if "config" in case else {})}
        (root / "profiles.yml").write_text(yaml.safe_dump(profiles))
        for name in [one for one in os.environ if one.startswith("DBT_") or one == "DO_NOT_TRACK"]:
            del os.environ[name]
        os.environ.update(case.get("env", {}))
        here = os.getcwd()
        os.chdir(root)
        sys.argv = ["dbt", *case["argv"]]
        try:
            with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
                flags = Flags(args_to_context(list(case["argv"])))
            found = {name: plain(getattr(flags, name.upper(), None)) for name in SHOWN}
            return json.loads(json.dumps(found).replace(f"{root}/", ""))
        except BaseException as error:
            return f"{type(error).__name__}: {getattr(error, 'message', None) or error}".replace(str(root), ".")
        finally:
            os.chdir(here)


def main():
    random.seed(5)
    defaults = {command: outcome({"argv": [command]}) for command in OWN}
    rows = []
    for _ in range(CASES):
        case = make()
        found = outcome(case)
        command = next(one for one in case["argv"] if one in OWN)
        if isinstance(found, str):
            # The first word of a message is enough to see what was meant.
            case["error"] = found.split(":")[0]
        else:
            case["values"] = {name: value for name, value in found.items() if value != defaults[command][name]}
        rows.append(case)
    text = (
        '{"defaults": ' + json.dumps(defaults) + ',\n"events": ' + json.dumps(sorted(ALL_EVENT_NAMES)) + ',\n"cases": [\n'
        + ",\n".join(json.dumps(row) for row in rows) + "\n]}\n"
    )
    if "--check" in sys.argv:
        if FILE.read_text() != text:
            sys.exit(f"{FILE.name} is out of date")
    else:
        FILE.write_text(text)


if __name__ == "__main__":
    main()
