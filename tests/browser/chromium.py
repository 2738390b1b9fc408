"""The system's Chromium, driven by Playwright; nothing is fetched for it, neither before nor while it runs."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
MISSING = "There is no Chromium on this machine: install the package `chromium` (apt-get install chromium)."
ARGUMENTS = [
    "--no-sandbox",  # root, as in a container, may not start it otherwise
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def find_chromium() -> str | None:
    """The path of the system's Chromium; None where there is none."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def require_chromium() -> None:
    """Skip the test where there is no Chromium; in CI it fails."""
    if find_chromium() is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(MISSING)


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser without a window, ended with the block. Raises FileNotFoundError where the system has none."""
    path = find_chromium()
    if path is None:
        raise FileNotFoundError(MISSING)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()
