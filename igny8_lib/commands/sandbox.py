"""`igny8 sandbox`: the offline AI provider, its switches, and what it was asked."""

from __future__ import annotations

from typing import Annotated, Any

import httpx
import typer

from igny8_lib.commands.output import JsonOption, console, show, table
from igny8_lib.errors import InvalidInput, NotFound, TemporaryError
from igny8_lib.sandbox.server import DEFAULT_HOST, DEFAULT_PORT, read_pairs, run, switches_from
from igny8_lib.settings import load

app = typer.Typer(help="The AI sandbox: an offline provider with no model behind it.", no_args_is_help=True)

LATENCY = "Seconds that an answer takes."
UrlOption = Annotated[
    str | None, typer.Option("--url", help="Where the sandbox is; by default where the product asks its AI provider.")
]
SetOption = Annotated[
    list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="Change a switch; may be repeated.")
]
ResetOption = Annotated[bool, typer.Option("--reset", help="Back to how the sandbox started.")]


@app.command("serve")
def serve(
    port: Annotated[int, typer.Option(min=0, max=65_535, help="TCP port; 0 takes a free one.")] = DEFAULT_PORT,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = DEFAULT_HOST,
    latency: Annotated[float, typer.Option(min=0, max=3_600, help=LATENCY)] = 0,
    settings: SetOption = None,
) -> None:
    """Run the sandbox in the foreground until Ctrl-C.

    Example: igny8 sandbox serve --port 8390 --latency 1
    """
    run(host, port, switches_from([f"latency_seconds={latency}", *(settings or ())]))


@app.command("switches")
def switches(
    settings: SetOption = None, reset: ResetOption = False, url: UrlOption = None, as_json: JsonOption = False
) -> None:
    """Show the switches, after changing those that are named.

    Example: igny8 sandbox switches --set failing_rate=0.2
    """
    changes = read_pairs(settings or ())
    values = ask(url, "DELETE" if reset else "GET", "/sandbox/switches")
    if changes:
        values = ask(url, "PUT", "/sandbox/switches", changes)
    show(values, as_json=as_json, text=lambda: table(["=switch", "value"], values.items()))


@app.command("requests")
def requests(reset: ResetOption = False, url: UrlOption = None, as_json: JsonOption = False) -> None:
    """Show what the sandbox was asked since its start or the last reset."""
    counts = ask(url, "DELETE" if reset else "GET", "/sandbox/requests")
    if as_json:
        show(counts, as_json=True, text=str)
        return
    rows = [
        (path, found["started"], found["answered"], ", ".join(f"{name} {n}" for name, n in found["outcomes"].items()))
        for path, found in counts["paths"].items()
    ]
    console.print(table(["path", ">started", ">answered", "outcomes"], rows))
    console.print(f"At most {counts['max_in_flight']} in flight, {len(counts['keys'])} idempotency keys.")


def ask(url: str | None, method: str, path: str, body: object = None) -> dict[str, Any]:
    """One request to the sandbox's own API.

    Raises TemporaryError where nothing answers, NotFound where something else does, InvalidInput for bad switches.
    """
    root = url or load().ai_base_url.rstrip("/").removesuffix("/v1") or f"http://{DEFAULT_HOST}:{DEFAULT_PORT}"
    try:
        answer = httpx.request(method, root.rstrip("/") + path, json=body, timeout=10)
    except httpx.HTTPError as error:
        hint = "start one with `igny8 sandbox serve`, or name another with --url"
        raise TemporaryError(f"No sandbox answers at {root} ({error}): {hint}.") from None
    if answer.status_code == httpx.codes.BAD_REQUEST:
        raise InvalidInput(f"The sandbox refused the switches: {answer.json()['error']['message']}.")
    if not answer.is_success:
        raise NotFound(f"What answers at {root} is no sandbox: it has no {path}. Name the sandbox with --url.")
    document: dict[str, Any] = answer.json()
    return document
