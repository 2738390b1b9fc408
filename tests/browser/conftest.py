"""One browser and one demo for all tests here; each user signs in once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache, partial

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.browser.chromium import chromium, require_chromium
from tests.browser.demo import Demo, prepare_demo
from tests.browser.visitor import Visit, Visitor, signed_in_context
from tests.stack import Stack


@pytest.fixture(scope="session", autouse=True)
def installed() -> None:
    """Without Chromium the tests here are skipped, before anything is started for them; in CI they fail."""
    require_chromium()


@pytest.fixture(scope="package")
def demo(stack: Stack) -> Demo:
    """The session's stack with the demo's sites and people."""
    return prepare_demo(stack)


@pytest.fixture(scope="package")
def browser(demo: Demo) -> Iterator[Browser]:  # noqa: ARG001 - see below
    """A Chromium, until the last test here has ended.

    While it is driven this thread runs an event loop, and the library cannot start one: so the demo is made before, and
    the browser is no fixture of the session.
    """
    with chromium() as started:
        yield started


@pytest.fixture(scope="package")
def signed_in(browser: Browser, demo: Demo) -> Callable[[str], BrowserContext]:
    """What the browser keeps of a user, who signs in when he is first asked for."""
    return cache(partial(signed_in_context, browser, demo))


@pytest.fixture
def visit(demo: Demo, signed_in: Callable[[str], BrowserContext]) -> Iterator[Visit]:
    """Opens a page as a user; at the end of the test all pages are closed, and none may have complained."""
    opened: list[Visitor] = []

    def open_page(name: str) -> Visitor:
        opened.append(Visitor(signed_in(name), demo.url))
        return opened[-1]

    yield open_page
    for visitor in opened:
        visitor.page.close()
    assert [visitor.troubles for visitor in opened if visitor.troubles] == []
