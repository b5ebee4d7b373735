"""astronomer-cosmos: the graph from `ls` and from the manifest, and its local operators."""

import json
import os
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

from cosmos import ExecutionConfig, ProfileConfig, ProjectConfig, RenderConfig
from cosmos.constants import ExecutionMode, LoadMode
from cosmos.dbt.graph import DbtGraph

profile = ProfileConfig(profile_name="shop", target_name="dev", profiles_yml_filepath=Path("profiles.yml").resolve())
tool = os.environ["DBT_EXECUTABLE"]


def graph(method, **render):
    project = ProjectConfig(dbt_project_path=os.getcwd(), manifest_path=Path("target/manifest.json").resolve(), install_dbt_deps=False)
    found = DbtGraph(
        project=project,
        profile_config=profile,
        execution_config=ExecutionConfig(dbt_executable_path=tool, dbt_project_path=os.getcwd()),
        render_config=RenderConfig(load_method=method, dbt_project_path=os.getcwd(), dbt_deps=False, **render),
    )
    found.load(method=method, execution_mode=ExecutionMode.LOCAL)
    return sorted(
        json.dumps(
            [node.unique_id, node.resource_type.value, sorted(node.depends_on), str(node.file_path.name), sorted(node.tags), node.fqn, node.has_test, node.has_freshness if hasattr(node, "has_freshness") else None, node.config.get("materialized"), node.config.get("meta")]
        )
        for node in found.filtered_nodes.values()
    )


facts = {
    "ls": graph(LoadMode.DBT_LS),
    "ls some": graph(LoadMode.DBT_LS, select=["stg_orders+"], exclude=["daily"]),
    "manifest": graph(LoadMode.DBT_MANIFEST),
    "manifest some": graph(LoadMode.DBT_MANIFEST, select=["tag:nightly"]),
}


class Nothing(defaultdict):
    """An Airflow context in which every field is empty."""

    def __missing__(self, key):
        return Nothing()

    def __getattr__(self, name):
        return ""


def operate(name, **options):
    from cosmos.operators import local

    operator = getattr(local, name)(
        task_id=name.lower(), profile_config=profile, project_dir=os.getcwd(), dbt_executable_path=tool, install_deps=False, invocation_mode="subprocess", **options
    )
    flags = ["--profiles-dir", os.getcwd(), "--project-dir", os.getcwd(), "--profile", "shop", "--target", "dev"]
    command, env = operator.build_cmd(context=Nothing(), cmd_flags=operator.add_cmd_flags() + flags)
    done = subprocess.run(command, env={**os.environ, **env}, capture_output=True, text=True)
    counted = [line.split("Done.")[1] for line in done.stdout.splitlines() if "Done." in line]
    return [command[1:-8], done.returncode, [re.sub(r"\x1b\[\d+m", "", text) for text in counted]]


for name, options in [
    ("DbtSeedLocalOperator", {"full_refresh": True}),
    ("DbtRunLocalOperator", {"models": "stg_orders customers"}),
    ("DbtRunLocalOperator", {"models": "broken"}),
    ("DbtTestLocalOperator", {"models": "stg_orders", "vars": {"a": 1}}),
    ("DbtSnapshotLocalOperator", {}),
    ("DbtBuildLocalOperator", {"select": "daily", "exclude": "test_type:generic", "fail_fast": True}),
    ("DbtSourceLocalOperator", {}),
    ("DbtRunOperationLocalOperator", {"macro_name": "answer", "args": {"question": "how many"}}),
]:
    facts[f"{name} {json.dumps(options)}"] = operate(name, **options)
Path(sys.argv[1]).write_text(json.dumps(facts))
