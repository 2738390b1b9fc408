"""Running the sandbox."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from typing import Any

from pydantic import ValidationError

from igny8_lib.errors import InvalidInput
from igny8_lib.sandbox.switches import Switches

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 8390


def run(host: str, port: int, switches: Switches) -> None:
    """Serve until a signal stops it; says where, once it listens."""
    import uvicorn  # noqa: PLC0415 - the web server is loaded by the process that serves, not by who asks for help

    from igny8_lib.sandbox.app import create_app  # noqa: PLC0415 - as above
    from igny8_lib.sandbox.connection import ConnectionProtocol, Counted  # noqa: PLC0415 - as above
    from igny8_lib.sandbox.serving import Sandbox  # noqa: PLC0415 - as above

    sandbox = Sandbox(switches)
    app = Counted(create_app(sandbox), sandbox.journal)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s: %(message)s")
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        http=ConnectionProtocol,
        access_log=False,
        log_config=None,
        timeout_graceful_shutdown=2,
        timeout_keep_alive=75,
    )
    uvicorn.Server(config).run()


def switches_from(pairs: Iterable[str]) -> Switches:
    """Switches from `name=value` texts. Raises InvalidInput, with a sentence, for a name or value that is none."""
    try:
        return Switches().change(read_pairs(pairs))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the switches"
        raise InvalidInput(f"{where}: {first['msg']}. The switches are: {', '.join(Switches.model_fields)}.") from None


def read_pairs(pairs: Iterable[str]) -> dict[str, Any]:
    """`name=value` texts as JSON values; a value that is no JSON is a text. Raises InvalidInput for another shape."""
    values: dict[str, Any] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise InvalidInput(f"{pair!r} is not name=value; write for example latency_seconds=1.")
        try:
            values[name.strip()] = json.loads(value)
        except ValueError:
            values[name.strip()] = value
    return values
