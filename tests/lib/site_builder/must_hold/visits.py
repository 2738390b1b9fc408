"""What a visitor's browser loads, shows and complains of on one page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import BrowserContext, Dialog, Page, Request

SCROLL = """
async () => {
  for (let top = 0; top < document.documentElement.scrollHeight; top += innerHeight / 2) {
    scrollTo(0, top);
    await new Promise(requestAnimationFrame);
  }
  await Promise.all([...document.images].map(image => image.decode()));
  await new Promise(shown => requestAnimationFrame(() => requestAnimationFrame(shown)));
}
"""
"""Down to the end as people read, until every picture has come."""
SHIFTED = """
() => new Promise(told => {
  new PerformanceObserver(list => told(list.getEntries().reduce((sum, each) => sum + each.value, 0)))
    .observe({type: 'layout-shift', buffered: true});
  requestAnimationFrame(() => requestAnimationFrame(() => told(0)));
})
"""
"""The sum of all layout shifts since the page was opened: 0 where nothing moved."""
PICTURES = """
() => [...document.images].map(image => ({
  file: image.currentSrc, alt: image.hasAttribute('alt'), lazy: image.loading == 'lazy',
  width: image.getAttribute('width'), height: image.getAttribute('height'), shown: image.naturalWidth > 0,
  below: image.getBoundingClientRect().top + scrollY >= innerHeight,
}))
"""
RUNS = "[...document.scripts].filter(each => each.type != 'application/ld+json').length"


@dataclass
class Visit:
    """One page, and what came of opening it."""

    page: Page
    requests: list[Request] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def sizes(self, *kinds: str) -> list[int]:
        """Bytes of the bodies that came for requests of the kinds ("document", "stylesheet", "image")."""
        return [each.sizes()["responseBodySize"] for each in self.requests if each.resource_type in kinds]

    def elsewhere(self, url: str) -> list[str]:
        """What was asked of anybody but the site."""
        return [each.url for each in self.requests if not each.url.startswith(url)]

    def read_on(self) -> float:
        """Read to the end of the page; by how much anything moved meanwhile."""
        self.page.evaluate(SCROLL)
        return float(self.page.evaluate(SHIFTED))

    def pictures(self) -> list[dict[str, Any]]:
        """The pictures, as their elements say and as they are shown."""
        found: list[dict[str, Any]] = self.page.evaluate(PICTURES)
        return found


@contextmanager
def visit(context: BrowserContext, url: str) -> Iterator[Visit]:
    """Open a page, and close it at the end."""
    made = Visit(context.new_page())
    told = made.complaints

    def keep(request: Request) -> None:
        made.requests.append(request)

    def dismiss(dialog: Dialog) -> None:
        told.append(dialog.message)
        dialog.dismiss()

    made.page.on("request", keep)
    made.page.on("requestfailed", lambda request: told.append(f"failed: {request.url}"))
    made.page.on("pageerror", lambda error: told.append(str(error)))
    made.page.on("dialog", dismiss)
    made.page.on("console", lambda message: told.append(f"{message.type}: {message.text}"))
    made.page.goto(url)
    yield made
    made.page.close()
