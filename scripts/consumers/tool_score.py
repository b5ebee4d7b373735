"""dbt-score: lints the metadata of the manifest."""

import json
import subprocess
import sys
from pathlib import Path

done = subprocess.run(
    [str(Path(sys.executable).parent / "dbt-score"), "lint", "--manifest", "target/manifest.json", "--format", "json"], capture_output=True, text=True
)
Path(sys.argv[1]).write_text(json.dumps({"exit": done.returncode, "scores": json.loads(done.stdout) if done.stdout.startswith("{") else done.stdout + done.stderr}))
