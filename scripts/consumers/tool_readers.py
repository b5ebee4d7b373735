"""Readers of artifacts: dbt-artifacts-parser, dbt-coverage, dbterd, cube_dbt."""

import json
import subprocess
import sys
from pathlib import Path

from dbt_artifacts_parser import parser

BIN = Path(sys.executable).parent


def load(name):
    return json.loads(Path("target", name).read_text())


def out(*args):
    done = subprocess.run([str(BIN / args[0]), *args[1:]], capture_output=True, text=True)
    return [done.returncode, done.stdout.splitlines()]


def cube():
    from cube_dbt import Dbt

    dbt = Dbt(load("manifest.json"))
    return sorted((m.name, m.sql_table, [(c.name, c.type) for c in m.columns], m.primary_key and m.primary_key) for m in dbt.models)


def erd():
    done = out("dbterd", "run", "-ad", "target", "-o", "erd", "--target", "mermaid")
    return [done[0], sorted(Path("erd/output.md").read_text().splitlines()) if Path("erd/output.md").exists() else None]


facts = {
    "parser": {
        "manifest": type(parser.parse_manifest(load("manifest.json"))).__name__,
        "catalog": type(parser.parse_catalog(load("catalog.json"))).__name__,
        "run_results": type(parser.parse_run_results(load("run_results.json"))).__name__,
        "sources": type(parser.parse_sources(load("sources.json"))).__name__,
    },
    "coverage doc": out("dbt-coverage", "compute", "doc"),
    "coverage test": out("dbt-coverage", "compute", "test"),
    "cube": str(cube()),
    "erd": erd(),
}
Path(sys.argv[1]).write_text(json.dumps(facts))
