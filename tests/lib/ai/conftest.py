"""A provider on this machine for each test, and clients for it that do not wait."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest

from igny8_lib.ai.client import AIClient, Endpoint
from igny8_lib.ai.pace import Pace
from igny8_lib.ai.prices import Prices
from igny8_lib.ai.retrying import Retrying
from tests.lib.ai.wire_server import WireServer

KEY = "sk-very-secret-key"


@pytest.fixture
def provider() -> Iterator[WireServer]:
    server = WireServer()
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield server
    server.close()


@pytest.fixture
def waits() -> list[float]:
    """The back-off waits in seconds that the client would have made."""
    return []


@pytest.fixture
def open_client(provider: WireServer, waits: list[float]) -> Callable[..., AIClient]:
    """Makes clients of the provider; waits are recorded instead of made."""

    async def record(seconds: float) -> None:
        waits.append(seconds)

    def make(*, timeout: float = 20, ceiling: int = 8, prices: str = "", **bounds: float) -> AIClient:
        endpoint = Endpoint(f"{provider.url}/v1", KEY, "tiny", "brush", timeout, Prices.of(prices))
        retrying = Retrying(**{"attempts": 4, **bounds}, sleep=record)  # type: ignore[arg-type]
        return AIClient(endpoint, pace=Pace(ceiling), retrying=retrying)

    return make
