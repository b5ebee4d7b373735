"""openlineage-dbt: dbt-ol around a build, from artifacts afterwards and from the log while it runs."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path


def strip(event):
    run = event.get("run", {}).get("facets", {})
    return {
        "type": event["eventType"],
        "job": event["job"]["name"],
        "job facets": sorted(event["job"].get("facets", {})),
        "run facets": sorted(run),
        "parent": run.get("parent", {}).get("job"),
        "error": (run.get("errorMessage", {}).get("message") or "").split("\n")[0],
        "inputs": sorted((i["name"], sorted(i.get("facets", {})), sorted(i.get("inputFacets", {}))) for i in event.get("inputs", [])),
        "outputs": sorted((o["name"], sorted(o.get("facets", {}))) for o in event.get("outputs", [])),
        "assertions": sorted(
            json.dumps({k: v for k, v in a.items()}, sort_keys=True)
            for i in event.get("inputs", [])
            for a in i.get("inputFacets", {}).get("dataQualityAssertions", {}).get("assertions", [])
        ),
    }


def run(*args):
    log = Path("events.jsonl")
    log.unlink(missing_ok=True)
    env = dict(os.environ, OPENLINEAGE__TRANSPORT__TYPE="file", OPENLINEAGE__TRANSPORT__LOG_FILE_PATH=str(log), OPENLINEAGE__TRANSPORT__APPEND="true")
    done = subprocess.run([str(Path(sys.executable).parent / "dbt-ol"), *args], env=env, capture_output=True, text=True)
    events = [strip(json.loads(line)) for line in log.read_text().splitlines()] if log.exists() else []
    if args[0].startswith("--"):  # statements that the two tools send differ in number
        events = [event for event in events if ".sql." not in event["job"]]
    for event in events:
        event["error"] = re.sub(r"Command `(dbt \w+).*? failed at.*", r"Command \1 failed", event["error"])
    return {"exit": done.returncode, "events": sorted(events, key=lambda e: json.dumps(e, sort_keys=True))}


facts = {
    "build": run("build", "--project-dir", ".", "--profiles-dir", "."),
    "structured": run("--consume-structured-logs", "build", "--project-dir", ".", "--profiles-dir", "."),
}
Path(sys.argv[1]).write_text(json.dumps(facts))
