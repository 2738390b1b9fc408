"""Somebody in a browser: signs in as people do, opens our pages alone or inside Airflow, and notes what goes wrong.

visitor.alone("sites/demo")      # -> the document, at /igny8/sites/demo
visitor.framed("sites/demo")     # -> the document in Airflow's sandboxed frame
visitor.troubles                 # what the browser complained of, as sentences
"""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Frame, Request, Response, expect
from playwright.sync_api import Error as BrowserError

from tests.browser.demo import Demo

OURS = "/igny8/"
IN_AIRFLOW = "/plugin/igny8/igny8/"
"""Airflow puts the frame's own address behind its own."""
AIRFLOWS_FRAME = "allow-scripts and allow-same-origin for its sandbox"
"""Said of each framed page of each plugin: the sandbox is Airflow's."""
WIDE, NARROW = 1400, 390
HEIGHT = 900
PATIENCE = 60_000
"""Milliseconds for what takes one on a machine with nothing else to do."""

expect.set_options(timeout=PATIENCE)


class Visitor:
    """One page of a browser that belongs to one user."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.url = url
        self.troubles: list[str] = []
        self.page = context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.page.on("console", self.hear)
        self.page.on("pageerror", self.note_error)
        self.page.on("request", self.note_request)
        self.page.on("requestfailed", self.note_failure)
        self.page.on("response", self.note_response)

    def sign_in(self, name: str, password: str) -> None:
        """Fill in Airflow's login page, which is open, and wait until it has led on."""
        self.page.locator("input[name=username]").fill(name)
        self.page.locator("input[name=password]").fill(password)
        self.page.locator("input[type=submit]").click()
        self.page.wait_for_url(lambda url: "/auth/login" not in url)

    def alone(self, path: str) -> Frame:
        """Open a page of ours by its own address."""
        self.page.goto(self.url + OURS + path)
        return self.page.main_frame

    def framed(self, path: str) -> Frame:
        """Open a page of ours by its address in Airflow."""
        self.page.goto(self.url + IN_AIRFLOW + path)
        return self.frame()

    def framed_after_sign_in(self, path: str, name: str, password: str) -> Frame:
        """The same for somebody who has to sign in first."""
        self.page.goto(self.url + IN_AIRFLOW + path)
        self.sign_in(name, password)
        return self.frame()

    def frame(self) -> Frame:
        """The document in the frame that Airflow shows now."""
        found = self.page.locator("iframe[title=IGNY8]").element_handle().content_frame()
        assert found
        found.wait_for_url(re.compile(OURS))
        return found

    def resize(self, width: int) -> None:
        """Make the window so many pixels wide."""
        self.page.set_viewport_size({"width": width, "height": HEIGHT})

    def forgive(self, part: str) -> None:
        """Forget the troubles that were meant to happen; fails where none did."""
        left = [each for each in self.troubles if part not in each]
        assert len(left) < len(self.troubles), f"nothing said {part!r}: {self.troubles}"
        self.troubles = left

    def hear(self, message: ConsoleMessage) -> None:
        """What is written to the console by our documents; Airflow's write there, too."""
        where = message.location.get("url", "")
        if message.type in {"error", "warning"} and is_ours(where) and AIRFLOWS_FRAME not in message.text:
            self.troubles.append(f"console {message.type} at {where}: {message.text}")

    def note_error(self, error: BrowserError) -> None:
        """An exception that no script caught."""
        if OURS in (error.stack or ""):
            self.troubles.append(f"uncaught {error.stack}")

    def note_request(self, request: Request) -> None:
        """A request to somebody else: the pages and Airflow's bring along all that they need."""
        if request.url.startswith(("http", "ws")) and urlsplit(request.url).netloc != urlsplit(self.url).netloc:
            self.troubles.append(f"asked another host: {request.url}")

    def note_failure(self, request: Request) -> None:
        """A request without an answer; one that ends with its page is none."""
        if is_ours(request.url) and request.failure != "net::ERR_ABORTED":
            self.troubles.append(f"no answer from {request.url}: {request.failure}")

    def note_response(self, response: Response) -> None:
        """An answer that is an error."""
        if is_ours(response.url) and response.status >= 400:
            self.troubles.append(f"{response.status} from {response.url}")


def is_ours(url: str) -> bool:
    """Whether an address is of our pages, files or API."""
    return urlsplit(url).path.startswith(OURS)


Visit = Callable[[str], Visitor]
"""Opens a page for the user of that name, who is signed in."""


def new_context(browser: Browser) -> BrowserContext:
    """A browser that knows nothing yet; nothing moves, so that colours are measured at rest."""
    return browser.new_context(viewport={"width": WIDE, "height": HEIGHT}, reduced_motion="reduce")


def signed_in_context(browser: Browser, demo: Demo, name: str) -> BrowserContext:
    """A browser's context in which the user has signed in, on the way to our pages."""
    context = new_context(browser)
    visitor = Visitor(context, demo.url)
    visitor.alone("")
    visitor.sign_in(name, demo.passwords[name])
    assert visitor.page.url == demo.url + OURS, "the login leads back"
    visitor.page.locator("h1").wait_for()
    visitor.page.close()
    assert visitor.troubles == []
    return context
