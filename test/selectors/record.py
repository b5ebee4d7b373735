#!/usr/bin/env python3
"""Writes expected.json: what the reference selects for the command lines of cases.yml and for generated ones.

    SELECTORS_VENV=/path/to/venv ./record.py

The venv holds dbt-core 1.11 and dbt-duckdb. The project is parsed once (and once for each `--target`) and its manifest kept.
"""
import json, os, random, shlex, shutil, sys, tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
GENERATED = 360
SEED = 20261123


def lay_out(root, files):
    for path, text in files.items():
        f = root / path
        f.parent.mkdir(parents=True, exist_ok=True)
        f.write_text(text if text.endswith("\n") else text + "\n")


# -- generated command lines

NAMES = """alba bourbon centifolia damask gallica moss basil dill mint sage thyme apple pear plum quince cherry oak elm.v2 ash-tree fruit m01 m02 m03
m04 m05 m06 m07 m08 m09 m10 report shared tools.shared top_level plants plants.v1 plants_v2 words tools only reader rainfall wind gust imported hidden
colours heights stations alba_history yaml_snap b1_x b8_y b20_y b33_x uses_function double_it no_weeds two_parents of_source my_named_test py_model""".split()
VALUES = {
    "fqn": NAMES + ["m0*", "*_x", "beds.roses", "garden.marts", "marts.*", "weather", "bulk", "versions.*", "a*", "beds.*.p*", "b[12]?_*"],
    "tag": ["beds", "thorny", "nightly", "bulk_1", "bulk_[02]", "checked", "outside", "versioned", "s*", "measured", "tooling"],
    "group": ["kitchen", "flowers", "*"],
    "access": ["public", "private", "protected"],
    "source": ["market", "sensors.soil", "*.orders", "garden.market.*", "weather.market.stations"],
    "path": ["models/beds", "models/beds/roses", "models/marts", "models/marts/*/*", "models/bulk/part?1?", "tests/deep", "seeds", "models/marts/_marts.yml",
             "models/beds/Herbs/*.sql", "snapshots", "models/sources.yml"],
    "file": ["*.csv", "m0?", "b*_x.sql", "old_way", "schema.yml", "alba.sql"],
    "package": ["this", "tools", "weather", "*"],
    "config.materialized": ["table", "view", "incremental", "ephemeral", "seed"],
    "config.meta.owner": ["ann", "bob", "outside", "tool_team"],
    "config.severity": ["warn", "ERROR"],
    "config.meta.level": ["1", "2"],
    "resource_type": ["model", "test", "source", "seed", "snapshot", "unit_test", "exposure", "metric"],
    "exposure": ["board", "*", "garden.board", "kpi_page"],
    "metric": ["harvest", "*ratio"],
    "semantic_model": ["plots"],
    "saved_query": ["*"],
    "unit_test": ["*_unit", "plants_unit"],
    "test_name": ["unique", "not_null", "relationships", "unique_*"],
    "test_type": ["generic", "singular", "unit", "data"],
    "version": ["latest", "old", "prerelease", "none"],
}


def criterion(r):
    method = r.choice(["fqn"] * 12 + list(VALUES))
    value = r.choice(VALUES[method])
    text = value if method == "fqn" and r.random() < 0.8 else "%s:%s" % (method, value)
    x = r.random()
    if x < 0.08:
        return "@" + text
    if x < 0.45:
        text = r.choice(["+", "+", "1+", "2+", "3+"]) + text
    if 0.3 < x < 0.65:
        text = text + r.choice(["+", "+", "+1", "+2", "+3"])
    return text


def union(r, most):
    return " ".join(",".join(criterion(r) for _ in range(r.choice([1, 1, 1, 2, 2, 3]))) for _ in range(r.randint(1, most)))


def generated():
    r = random.Random(SEED)
    for _ in range(GENERATED):
        args = []
        if r.random() < 0.9:
            args += ["--select"] + ([union(r, 3)] if r.random() < 0.7 else union(r, 3).split(" "))
        if r.random() < 0.4 or not args:
            args += ["--exclude", union(r, 2)]
        if r.random() < 0.4:
            args += ["--indirect-selection", r.choice(["cautious", "cautious", "buildable", "buildable", "empty", "eager"])]
        if r.random() < 0.15:
            args += ["--resource-type"] + r.sample(["model", "test", "source", "seed", "snapshot", "unit_test", "exposure"], r.randint(1, 3))
        if r.random() < 0.1:
            args += ["--exclude-resource-type"] + r.sample(["test", "model", "source", "unit_test"], r.randint(1, 2))
        yield args


# -- what the reference does

class Stop(Exception):
    pass


def failure(exception):
    """Which kind of exception, and the first line of its message."""
    from dbt_common.exceptions import DbtBaseException
    from dbt.cli.exceptions import DbtUsageException
    lines = [line.strip() for line in str(exception).splitlines() if line.strip()]
    if isinstance(exception, DbtUsageException):
        return {"usage": lines[0]}
    if isinstance(exception, DbtBaseException):
        return {"error": lines[1] if len(lines) > 1 and lines[0].endswith("Error") else lines[0]}
    return {"crash": type(exception).__name__}


def ranges(numbers):
    out, numbers = [], sorted(numbers)
    for n in numbers:
        if out and out[-1][1] == n - 1:
            out[-1][1] = n
        else:
            out.append([n, n])
    return ",".join("%d" % a if a == b else "%d-%d" % (a, b) for a, b in out)


class Reference:
    def __init__(self, root, folders):
        self.root, self.folders, self.manifests = root, folders, {}
        self.events, self.task = [], None

    def fill(self, text):
        for name, folder in self.folders.items():
            text = text.replace("{%s}" % name, str(folder))
        return text

    def invoke(self, args):
        from dbt.cli.main import dbtRunner
        self.events.clear()
        target = args[args.index("--target") + 1] if "--target" in args else ""
        if target not in self.manifests:
            parsed = dbtRunner().invoke(["parse", "--no-partial-parse"] + (["--target", target] if target else []))
            assert parsed.success, parsed.exception
            self.manifests[target] = parsed.result
            self.events.clear()
        return dbtRunner(manifest=self.manifests[target], callbacks=[self.listen]).invoke([self.fill(a) for a in args])

    def listen(self, event):
        if event.info.level == "warn" and event.info.name in ("NoNodesForSelectionCriteria", "NoNodesSelected"):
            self.events.append([event.info.name, self.empty(event.info.msg)])

    def empty(self, text):
        for name, folder in self.folders.items():
            text = text.replace(str(folder), "{%s}" % name)
        return text

    def outcome(self, result):
        if result.exception is not None:
            got = {k: self.empty(v) for k, v in failure(result.exception).items()}
        else:
            got = {} if result.success else {"exit": 1}
        warned = [self.empty(m[1]) for m in self.events]
        if warned:
            got["warnings"] = warned
        return got


def record_ls(reference, args, table):
    result = reference.invoke(["ls"] + args)
    got = reference.outcome(result)
    if result.exception is None:
        lines = list(result.result or [])
        if all(line in table for line in lines) and lines == sorted(lines, key=table.get):
            got["listed"] = ranges(table[line] for line in lines)
        else:
            got["lines"] = lines
    return got


def record_task(reference, args, ids):
    import networkx as nx
    from dbt.task.runnable import GraphRunnableTask
    known = {}

    def run(task):
        task._runtime_initialize()
        known["task"] = task
        raise Stop()

    original, GraphRunnableTask.run = GraphRunnableTask.run, run
    try:
        result = reference.invoke(args)
    finally:
        GraphRunnableTask.run = original
    task = known.get("task")
    if task is None:
        return reference.outcome(result)
    result.exception, result.success = None, True
    got = reference.outcome(result)
    chosen = set(task.job_queue.get_selected_nodes()) | set(getattr(task, "selected_unit_tests", ()) or ())
    got["selected"] = ranges(ids[i] for i in chosen)
    if args[0] in ("build", "run"):
        edges = nx.transitive_reduction(task.job_queue.graph).edges()
        got["edges"] = " ".join("%d-%d" % e for e in sorted((ids[a], ids[b]) for a, b in edges))
    return got


def main():
    venv = os.environ.get("SELECTORS_VENV")
    if venv and Path(sys.prefix).resolve() != Path(venv).resolve():
        py = str(Path(venv) / "bin" / "python")
        os.execv(py, [py, __file__] + sys.argv[1:])
    import yaml
    project = yaml.safe_load((HERE / "project.yml").read_text())
    cases = yaml.safe_load((HERE / "cases.yml").read_text())
    split = lambda text: [word.replace("\\t", "\t") for word in shlex.split(text)]
    with tempfile.TemporaryDirectory() as t:
        t = Path(t).resolve()
        root, earlier = t / "project", t / "earlier"
        folders = {"root": root, "state": t / "state", "nothing": t / "nothing"}
        lay_out(root, project)
        lay_out(earlier, project)
        lay_out(earlier, cases["earlier"])
        lay_out(folders["state"], cases["state"])
        folders["nothing"].mkdir()
        os.environ.update(DBT_SEND_ANONYMOUS_USAGE_STATS="0", DBT_PARTIAL_PARSE="0", DBT_USE_COLORS="0", DBT_LOG_LEVEL="none")
        from dbt.cli.main import dbtRunner
        os.chdir(earlier)
        parsed = dbtRunner().invoke(["parse"])
        assert parsed.success, parsed.exception
        shutil.copy(earlier / "target" / "manifest.json", folders["state"])
        lay_out(root, cases["current"])
        os.chdir(root)
        reference = Reference(root, folders)
        everything = reference.invoke(["ls", "--resource-type", "all"])
        assert everything.success, everything.exception
        manifest = reference.manifests[""]
        table = {line: at for at, line in enumerate(everything.result)}
        assert len(table) == len(everything.result)
        ids = {i: at for at, i in enumerate(sorted(i for kind in ("nodes", "sources", "exposures", "metrics", "semantic_models", "saved_queries",
                                                                    "unit_tests", "functions") for i in getattr(manifest, kind)))}
        out = ['"names": %s' % json.dumps(list(table)), '"ids": %s' % json.dumps(list(ids))]
        for group, lines, record in (("ls", [split(c) for c in cases["ls"]], lambda a: record_ls(reference, a, table)),
                                     ("generated", list(generated()), lambda a: record_ls(reference, a, table)),
                                     ("tasks", [split(c) for c in cases["tasks"]], lambda a: record_task(reference, a, ids))):
            done = []
            for args in lines:
                got = record(args)
                done.append(json.dumps({"args": args, **got}, ensure_ascii=False))
                if "crash" in got:
                    print("crash", args, got, file=sys.stderr)
            out.append('"%s": [\n%s\n]' % (group, ",\n".join(done)))
        (HERE / "expected.json").write_text("{\n%s\n}\n" % ",\n".join(out))


if __name__ == "__main__":
    main()
