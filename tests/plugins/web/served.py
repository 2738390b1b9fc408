"""The house's pages on a port of this machine, and a browser that somebody signed in with."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from playwright.sync_api import Page

from tests.browser.chromium import chromium, require_chromium
from tests.plugins.web.house import House


@contextmanager
def served(house: House) -> Iterator[str]:
    """The address of the pages of the site "blog" while they are served."""
    server = uvicorn.Server(uvicorn.Config(house.app, port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}/igny8/sites/blog"
    server.should_exit = True
    thread.join(10)


@contextmanager
def page_of(who: str, address: str) -> Iterator[Page]:
    """A browser's page, signed in as somebody; without a browser the test is skipped."""
    require_chromium()
    with chromium() as browser:
        context = browser.new_context(reduced_motion="reduce")
        context.add_cookies([{"name": "_token", "value": who, "url": address}])
        yield context.new_page()
