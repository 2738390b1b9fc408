"""A line of a log says which run, site, stage and AI request it is about."""

from __future__ import annotations

import json
import subprocess
import sys

PROGRAM = """
import asyncio, logging, sys
from airflow.sdk._shared.logging.structlog import configure_logging
from igny8_lib.logs import about

configure_logging(json_output=True, output=sys.stdout.buffer)
log = logging.getLogger("igny8_lib.ai.asking")

async def ask(key):
    with about(call=key):
        await asyncio.sleep(0)
        await asyncio.to_thread(log.warning, "%s is asked again", key)

async def both():
    await asyncio.gather(ask("a"), ask("b"))

with about(run=7, site="blog", stage=2):
    asyncio.run(both())
log.warning("afterwards")
"""


def test_lines_of_the_library_are_json_with_what_they_are_about() -> None:
    told = subprocess.run([sys.executable, "-c", PROGRAM], check=True, capture_output=True).stdout
    lines = {line["event"]: line for line in map(json.loads, told.splitlines())}
    for key in ("a", "b"):
        line = lines[f"{key} is asked again"]
        assert (line["run"], line["site"], line["stage"], line["call"]) == (7, "blog", 2, key)
    assert not {"run", "site", "stage", "call"} & lines["afterwards"].keys()
