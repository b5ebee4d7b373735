"""recce: lineage diff of two sets of artifacts, with queries through dbt's own adapter on the database that was built."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

RECCE = str(Path(sys.executable).parent / "recce")
Path("recce.yml").write_text(
    """
checks:
  - name: rows
    type: row_count_diff
    params: {select: "customers daily"}
  - name: columns
    type: schema_diff
  - name: sums
    type: query
    params: {sql_template: "select sum(amount) as amount from {{ ref('customers') }}"}
"""
)
shutil.copytree("target", "target-base", dirs_exist_ok=True)
Path("models/customers.sql").write_text(Path("models/customers.sql").read_text().replace("sum(amount)", "sum(amount) * 2"))
subprocess.run(["dbt", "run"], stdout=subprocess.DEVNULL)
subprocess.run(["dbt", "docs", "generate"], check=True, stdout=subprocess.DEVNULL)
done = subprocess.run([RECCE, "run", "--output", "state.json"], capture_output=True, text=True)
state = json.loads(Path("state.json").read_text()) if Path("state.json").exists() else {}
summary = subprocess.run([RECCE, "summary", "state.json", "--format", "mermaid"], capture_output=True, text=True)
facts = {
    "run": done.returncode,
    "error": "" if done.returncode == 0 else done.stdout[-2000:] + done.stderr[-2000:],
    "runs": [(run["type"], run["status"], run.get("result")) for run in state.get("runs", [])],
    "summary": [summary.returncode, summary.stdout],
}
Path(sys.argv[1]).write_text(json.dumps(facts))
