"""All pages that a browser looks at. A new page is a line here: it is then tested, and photographed by `make shots`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Page:
    """One page: `path` below /igny8/ with fields of Demo.names, `ready` the selector of what shows that it is there."""

    name: str
    path: str
    ready: str


PAGES = (
    Page("overview", "", "h1:text('Sites')"),
    Page("site", "sites/{site}", "h1:text('Harbour Lane Homes')"),
    Page("runs", "sites/{site}/runs", "h1:text('Runs')"),
    Page("run", "sites/{site}/runs/{run}", "h1:text('Run #')"),
)
