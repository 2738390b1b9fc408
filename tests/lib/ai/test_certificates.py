"""The certificates that are believed: read before task processes are forked, and by none of them."""

from __future__ import annotations

import asyncio

from igny8_lib.ai.client import AIClient, warm_up
from igny8_lib.ai.endpoint import Endpoint
from igny8_lib.tls import once


def test_a_client_reads_no_certificates_once_its_process_was_warmed_up() -> None:
    async def open_twice() -> None:
        for _ in range(2):
            async with AIClient(Endpoint("https://127.0.0.1/v1", "k", "text", "image", 1)):
                pass

    warm_up()
    read = once.cache_info().misses
    asyncio.run(open_twice())
    assert once.cache_info().misses == read
