"""dbt-bouncer: checks over manifest, catalog and run results."""

import json
import subprocess
import sys
from pathlib import Path

Path("dbt-bouncer.yml").write_text(
    """
dbt_artifacts_dir: target
manifest_checks:
  - name: check_model_has_unique_test
  - name: check_model_description_populated
  - name: check_model_has_tags
    tags: [nightly]
  - name: check_exposure_based_on_non_public_models
  - name: check_model_access
    access: protected
  - name: check_model_has_unit_tests
  - name: check_source_freshness_populated
  - name: check_unit_test_expect_format
    permitted_formats: [dict]
  - name: check_macro_description_populated
catalog_checks:
  - name: check_columns_are_all_documented
  - name: check_column_description_populated
run_results_checks:
  - name: check_run_results_max_execution_time
    max_execution_time_seconds: 100
"""
)
done = subprocess.run(
    [str(Path(sys.executable).parent / "dbt-bouncer"), "run", "--output-file", "out.json"], capture_output=True, text=True
)
found = json.loads(Path("out.json").read_text()) if Path("out.json").exists() else done.stderr + done.stdout
facts = {"exit": done.returncode, "checks": sorted(json.dumps(item, sort_keys=True) for item in found) if isinstance(found, list) else found}
Path(sys.argv[1]).write_text(json.dumps(facts))
