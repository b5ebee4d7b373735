"""dagster-dbt: @dbt_assets over the whole project and over a part of it, checks, cancellation-free streaming."""

import json
import os
import sys
from pathlib import Path

from dagster import materialize, AssetSelection, define_asset_job, Definitions, DagsterInstance
from dagster_dbt import DbtCliResource, dbt_assets

tool = DbtCliResource(project_dir=os.getcwd(), profiles_dir=os.getcwd(), dbt_executable=os.environ["DBT_EXECUTABLE"])
parse = tool.cli(["parse"], target_path=Path("target")).wait()
manifest = Path("target/manifest.json")


@dbt_assets(manifest=manifest)
def everything(context, dbt: DbtCliResource):
    yield from dbt.cli(["build"], context=context, raise_on_error=False).stream()


def told(result):
    facts = {"success": result.success, "materialized": [], "checks": []}
    for event in result.all_events:
        if event.is_step_materialization:
            made = event.step_materialization_data.materialization
            facts["materialized"].append(
                {"asset": made.asset_key.path, "metadata": sorted(made.metadata), "id": made.metadata["unique_id"].value}
            )
        if event.event_type_value == "ASSET_CHECK_EVALUATION":
            check = event.event_specific_data
            facts["checks"].append(
                {
                    "asset": check.asset_key.path,
                    "check": check.check_name,
                    "passed": check.passed,
                    "severity": check.severity.value,
                    "metadata": {k: str(v.value) for k, v in check.metadata.items() if k in ("status", "dagster_dbt/failed_row_count")},
                    "keys": sorted(check.metadata),
                }
            )
    facts["materialized"].sort(key=json.dumps)
    facts["checks"].sort(key=json.dumps)
    return facts


facts = {"parse": parse.is_successful()}
facts["all"] = told(materialize([everything], resources={"dbt": tool}, raise_on_error=False))
facts["part"] = told(
    materialize([everything], selection=AssetSelection.assets("customers"), resources={"dbt": tool}, raise_on_error=False)
)
facts["operation"] = tool.cli(["run-operation", "answer", "--args", json.dumps({"question": "how many"})]).wait().is_successful()
bad = tool.cli(["build", "--select", "broken"], raise_on_error=False)
events = list(bad.stream_raw_events())
facts["errors"] = sorted({e.raw_event["info"]["name"] for e in events if e.raw_event["info"]["level"] == "error"})
facts["failed"] = [bad.is_successful(), bad.process.returncode]
facts["run_results"] = sorted((r["unique_id"], r["status"]) for r in bad.get_artifact("run_results.json")["results"])
assets = everything.keys
facts["assets"] = sorted(key.path for key in assets)
facts["groups"] = sorted((k.path, v) for k, v in everything.group_names_by_key.items())
facts["tags"] = sorted((k.path, sorted(v.items())) for k, v in everything.tags_by_key.items())
facts["depends"] = sorted((k.path, sorted(p.path for p in v)) for k, v in everything.asset_deps.items())
Path(sys.argv[1]).write_text(json.dumps(facts))
