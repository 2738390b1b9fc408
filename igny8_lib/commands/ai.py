"""`igny8 ai`: the AI provider that is configured, and what works there."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import asdict

import typer
from rich.console import Group
from rich.text import Text

from igny8_lib.ai import dialect_store
from igny8_lib.ai.client import AIClient
from igny8_lib.ai.dialects import Dialects
from igny8_lib.ai.endpoint import Endpoint
from igny8_lib.ai.endpoint_check import Tried, check_endpoint
from igny8_lib.ai.environment_connection import endpoint_of
from igny8_lib.ai.retrying import Retrying
from igny8_lib.commands.database import open_sessions
from igny8_lib.commands.output import JsonOption, show, table
from igny8_lib.settings import AI_CONNECTION, load

app = typer.Typer(help="The AI provider: try what works there.", no_args_is_help=True)

RETRYING = Retrying(attempts=3, total_seconds=60)
"""Someone waits for the table."""
RUNS_ASK = (
    "Runs ask the same, unless Airflow's own database has a connection igny8_ai: that one is not seen from here. "
    "Look: airflow connections get igny8_ai."
)


@app.command("check")
def check(as_json: JsonOption = False) -> None:
    """Try every kind of request on the AI provider that the environment names, and print what worked.

    That is AIRFLOW_CONN_IGNY8_AI, else IGNY8_AI_*. A connection igny8_ai in Airflow's own database, which runs prefer,
    is not seen from here.
    Costs no credits; the provider may charge a few cents. Exit code 1 where something needed fails.
    """
    endpoint = endpoint_of(load())
    tried = asyncio.run(try_everything(endpoint))
    failed = [line.request for line in tried if line.needed and not line.worked]
    document = {
        "base_url": endpoint.base_url,
        "source": source(),
        "text_model": endpoint.text_model,
        "image_model": endpoint.image_model,
        "works": not failed,
        "requests": [asdict(line) for line in tried],
    }
    show(document, as_json=as_json, text=lambda: report(endpoint, tried, failed))
    if failed:
        raise typer.Exit(1)


async def try_everything(endpoint: Endpoint) -> list[Tried]:
    """The lines of the report. What is learnt is kept where there is a database, in place of what was known."""
    dialects = fresh_dialects(endpoint)
    async with AIClient(endpoint, retrying=RETRYING, dialects=dialects) as client:
        return await check_endpoint(client)


def fresh_dialects(endpoint: Endpoint) -> Dialects:
    """Nothing known, so that every form is tried from the fullest on."""
    if not load().database_url:
        return Dialects()
    sessions = open_sessions()
    with sessions.begin() as session:
        dialect_store.forget(session, endpoint.base_url)
    return dialect_store.open_dialects(sessions, endpoint)


def report(endpoint: Endpoint, tried: Sequence[Tried], failed: Sequence[str]) -> Group:
    """The table, then why and what to do where something did not work."""
    rows = [
        (line.request, worked(line), line.form, f"{line.seconds:.1f}", line.attempts, line.tokens_in, line.tokens_out)
        for line in tried
    ]
    heads = ["request", "works", "form", ">seconds", ">sent", ">tokens in", ">out"]
    where = Text(f"{endpoint.base_url}, {endpoint.text_model}, {endpoint.image_model}, from {source()}.\n{RUNS_ASK}")
    problems = [Text(f"{line.request}: {line.told}\n  {line.advice}") for line in tried if not line.worked]
    end = f"{len(failed)} of what is needed failed: {', '.join(failed)}." if failed else "Everything needed works."
    return Group(where, table(heads, rows), *problems, Text(end, style="bold"))


def source() -> str:
    """Which part of the environment named the endpoint."""
    return AI_CONNECTION if load().ai_connection.get_secret_value().strip() else "IGNY8_AI_* or OPENAI_*"


def worked(line: Tried) -> str:
    """Yes, no, or that it does not matter."""
    return "yes" if line.worked else "no" if line.needed else "no, not needed"
