"""dbt-mcp over stdio: the tools that run the command line."""

import asyncio
import json
import os
import re
import sys
from pathlib import Path

from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client

CALLS = [
    ("build", {"node_selection": "stg_orders"}),
    ("build", {}),
    ("run", {"node_selection": "customers", "is_full_refresh": True}),
    ("test", {"node_selection": "stg_orders"}),
    ("compile", {}),
    ("parse", {}),
    ("docs", {}),
    ("list", {"node_selection": "stg_orders+"}),
    ("list", {"resource_type": ["model", "snapshot"]}),
    ("show", {"sql_query": "select order_id, amount from {{ ref('stg_orders') }} order by 1", "limit": 2}),
    ("get_node_details_dev", {"node_id": "customers"}),
    ("get_lineage_dev", {"unique_id": "model.shop.customers"}),
    ("run", {"node_selection": "no_such_model"}),
]


def shape(text):
    """Without times and ids of the run, and without what differs on purpose: lines printed while parsing, macros' number, the macros below an error."""
    text = re.sub(r"\d\d:\d\d:\d\d  building .*\n", "", text)
    text = re.sub(r"\d\d:\d\d:\d\d|in \d+\.\d+s|\d+ macros|\"created_at\": [\d.]+", "…", text)
    lines = [line.rstrip() for line in text.replace(os.getcwd(), "PROJECT").splitlines()]
    return [line for line in lines if not re.match(r"  > (in|called by) ", line)]


async def main():
    env = dict(
        os.environ,
        DBT_PROJECT_DIR=os.getcwd(),
        DBT_PROFILES_DIR=os.getcwd(),
        DBT_PATH=os.environ["DBT_EXECUTABLE"],
        DBT_MCP_SEND_ANONYMOUS_USAGE_STATS="false",
        DISABLE_SEMANTIC_LAYER="true",
        DISABLE_DISCOVERY="true",
        DISABLE_REMOTE="true",
        DO_NOT_TRACK="1",
    )
    server = StdioServerParameters(command=str(Path(sys.executable).parent / "dbt-mcp"), env=env)
    facts = {"calls": []}
    async with stdio_client(server) as (reader, writer):
        async with ClientSession(reader, writer) as session:
            await session.initialize()
            facts["tools"] = sorted(tool.name for tool in (await session.list_tools()).tools)
            for name, arguments in CALLS:
                answer = await session.call_tool(name, arguments)
                text = "\n".join(getattr(part, "text", "") for part in answer.content)
                facts["calls"].append([name, arguments, bool(answer.isError), shape(text)])
    Path(sys.argv[1]).write_text(json.dumps(facts))


asyncio.run(main())
