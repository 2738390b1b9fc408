"""`python -m igny8_lib.sandbox --port 8390`: run the server in the foreground."""

from __future__ import annotations

from typing import Annotated

import typer

from igny8_lib.sandbox.server import DEFAULT_HOST, DEFAULT_PORT, run, switches_from


def main(
    port: Annotated[int, typer.Option(help="TCP port; 0 takes a free one.")] = DEFAULT_PORT,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = DEFAULT_HOST,
    latency: Annotated[float, typer.Option(help="Seconds per request; short for --set latency_seconds=…")] = 0,
    settings: Annotated[
        list[str] | None, typer.Option("--set", help="A switch, as name=value; may be repeated.")
    ] = None,
) -> None:
    """Answer like an AI provider, offline and with no model."""
    run(host, port, switches_from([f"latency_seconds={latency}", *(settings or ())]))


if __name__ == "__main__":
    typer.run(main)
