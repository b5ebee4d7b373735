"""elementary's own runner of the command line (subprocess): run-operation with an answer in the log, ls, test, freshness."""

import json
import os
import re
import sys
from pathlib import Path

from elementary.clients.dbt.dbt_log import parse_dbt_output
from elementary.clients.dbt.subprocess_dbt_runner import SubprocessDbtRunner

runner = SubprocessDbtRunner(project_dir=os.getcwd(), profiles_dir=os.getcwd(), run_deps_if_needed=False, raise_on_failure=False)
facts = {
    "seed": runner.seed(),
    "run": runner.run(select="stg_orders customers", vars={"a": {"b": 1}}),
    "test": runner.test(select="stg_orders"),
    "ls": sorted(runner.ls(select="tag:nightly")),
    "ls nothing": runner.ls(select="no_such_model"),
    "freshness": runner.source_freshness(),
    "debug": runner.debug(),
}


def told(*command):
    result = runner._inner_run_command(["--log-format", "json", *command], quiet=False, log_output=False, log_format="json")
    return result.success, list(parse_dbt_output(result.output, "json"))


question = json.dumps({"question": "how many", "parts": [{"a": None, "b": [1, 2]}], "size": 200_000})
success, logs = told("run-operation", "answer", "--args", question)
facts["operation"] = [success, [log.msg for log in logs if log.msg and log.msg.startswith("ANSWER")]]
success, logs = told("run", "--select", "broken")
facts["broken"] = [success, sorted(re.sub("\x1b.\\d*m", "", log.msg.split("\n")[0]) for log in logs if log.level == "error" and " in 0." not in log.msg)]
Path(sys.argv[1]).write_text(json.dumps(facts))
