"""prefect-dbt: DbtCoreOperation, which writes commands to a shell script and looks at its exit code."""

import json
import os
import re
import sys
from pathlib import Path

from prefect_dbt.cli.commands import DbtCoreOperation


def works(*commands):
    operation = DbtCoreOperation(commands=list(commands), project_dir=os.getcwd(), profiles_dir=os.getcwd())
    try:
        return operation.run()
    except RuntimeError as error:
        return re.sub(r"PID \d+", "PID", str(error).split("\n")[0])


facts = {command: works(f"dbt {command}") for command in ["debug", "deps", "seed", "run", "test", "list", "run -s customers+1 --full-refresh"]}
facts = {command: told if isinstance(told, str) else [re.sub(r"\x1b\[\d+m", "", line.split("  ", 1)[-1]) for line in told][-1:] for command, told in facts.items()}
Path(sys.argv[1]).write_text(json.dumps(facts))
