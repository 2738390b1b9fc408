"""What must hold of every page: nothing wider than the window, nothing that shuts people out."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.sync_api import Frame

SERIOUS = ("serious", "critical")
AXE = Path(axe_playwright_python.__file__).parent / "axe.min.js"
RUN_AXE = "axe.run(document, {resultTypes: ['violations'], iframes: false})"
"""Without the documents in frames of the page: an article's preview has an author, not us."""
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
STICKING_OUT = """
() => [...document.body.querySelectorAll('*')]
  .filter(each => each.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
  .slice(0, 5).map(each => each.outerHTML.slice(0, 120))
"""
SWITCH = """
theme => { localStorage.theme = theme; dispatchEvent(new StorageEvent('storage', {key: 'theme'})); }
"""
"""As Airflow tells the documents in its frames."""


def set_theme(document: Frame, theme: str) -> None:
    """Switch the document to `light` or `dark`."""
    document.evaluate(SWITCH, theme)
    document.wait_for_selector(f"html[data-theme={theme}]", state="attached")


def assert_fits(document: Frame) -> None:
    """The document is no wider than its window: nobody has to scroll sideways."""
    too_wide = document.evaluate(WIDER)
    assert too_wide <= 0, f"{too_wide} pixels too wide: {document.evaluate(STICKING_OUT)}"


def assert_accessible(document: Frame) -> None:
    """No rule of axe-core is broken seriously; contrast is one of them."""
    broken = [each for each in violations(document) if each["impact"] in SERIOUS]
    assert not broken, "\n".join(map(told, broken))


def violations(document: Frame) -> list[dict[str, Any]]:
    """What axe-core finds, in our document alone."""
    if not document.evaluate("'axe' in window"):
        document.evaluate(script())
    found: list[dict[str, Any]] = document.evaluate(RUN_AXE)["violations"]
    return found


@lru_cache(maxsize=1)
def script() -> str:
    """axe-core; the browser's debugger loads it, as the pages' policy lets in no script of others."""
    return AXE.read_text(encoding="utf-8")


def told(violation: dict[str, Any]) -> str:
    """A violation in a line, with the first elements that break the rule."""
    nodes = [f"{node['html'][:160]} ({node['failureSummary']})" for node in violation["nodes"][:3]]
    return f"{violation['id']} ({violation['impact']}), {len(violation['nodes'])} times: " + "; ".join(nodes)
