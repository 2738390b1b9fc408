"""`make shots`: a picture of every page, light and dark, on a desk and on a phone.

Of the stack that runs (`make run`), or of one that is started for them and removed.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Error as BrowserError

from igny8_lib.commands.output import complaints
from igny8_lib.commands.stack import say, this_stack
from igny8_lib.db.scope import PLATFORM
from igny8_lib.db.session import make_engine, session_factory
from igny8_lib.stack.supervisor import Supervisor
from tests.browser.checks import set_theme
from tests.browser.chromium import chromium
from tests.browser.demo import Demo, demo_of, prepare_demo
from tests.browser.pages import PAGES, Page
from tests.browser.visitor import NARROW, WIDE, Visitor, signed_in_context
from tests.stack import Stack

FOLDER = "shots"
WHO = "demo-owner"


def main(arguments: list[str]) -> int:
    """Take the pictures into the folder that is named; how many pages could not be shown."""
    folder = Path(arguments[0] if arguments else FOLDER)
    folder.mkdir(parents=True, exist_ok=True)
    with demo_to_show() as demo, chromium() as browser:
        visitor = Visitor(signed_in_context(browser, demo, WHO), demo.url)
        missing = [page.name for page in PAGES if not photograph(visitor, page, demo, folder)]
    say(f"{len(PAGES) - len(missing)} pages are in {folder}/")
    if missing:
        complaints.print(f"Not shown: {', '.join(missing)}", style="red", highlight=False)
    return len(missing)


@contextmanager
def demo_to_show() -> Iterator[Demo]:
    """The demo of the running stack, or one of its own."""
    services = this_stack()
    if Supervisor(services.layout).is_running():
        with session_factory(make_engine(services.database_url), PLATFORM)() as session:
            yield demo_of(services, session)
        return
    say("Starting a stack for the pictures, with one run; it takes some minutes")
    with Stack.started() as stack:
        yield prepare_demo(stack)


def photograph(visitor: Visitor, page: Page, demo: Demo, folder: Path) -> bool:
    """All pictures of one page, each of its whole length; whether the page could be shown."""
    try:
        document = visitor.alone(page.path.format_map(demo.names))
        document.wait_for_selector(page.ready)
    except (BrowserError, KeyError):  # what the page is about does not exist in this demo
        return False
    for width in (WIDE, NARROW):
        visitor.resize(width)
        for theme in ("light", "dark"):
            set_theme(document, theme)
            visitor.page.screenshot(path=folder / f"{page.name}-{width}-{theme}.png", full_page=True)
    return True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
