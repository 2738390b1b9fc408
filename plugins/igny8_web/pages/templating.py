"""One Jinja environment for all pages: everything is escaped, nothing undefined goes unnoticed."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from fastapi import Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from igny8_web.pages.states import state_of_score
from igny8_web.pages.words import FILTERS

HERE = Path(__file__).parent.parent
STATIC = HERE / "static"
HASH_CHARACTERS = 12


@lru_cache(maxsize=1)
def environment() -> Environment:
    """The templates of the layout and of each page."""
    loader = FileSystemLoader([HERE / "templates", HERE / "pages"])
    made = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    made.filters |= FILTERS | {"score_state": state_of_score}
    return made


@lru_cache(maxsize=128)
def version_of(name: str) -> str:
    """A file's content as a short hash: a browser keeps it for ever, and another content has another address."""
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:HASH_CHARACTERS]


class Base:
    """The addresses of pages and files below the application, whatever prefix Airflow is served under."""

    def __init__(self, root: str) -> None:
        self.root = root.rstrip("/")

    def page(self, path: str) -> str:
        """The address of a page: `sites/blog`."""
        return f"{self.root}/{path}"

    def static(self, name: str) -> str:
        """The address of a file of ours."""
        return f"{self.root}/static/{name}?v={version_of(name)}"

    def airflow(self, path: str) -> str:
        """The address of one of Airflow's own pages; links to it carry data-airflow."""
        return f"{self.root.removesuffix('/igny8')}/{path}"


def render(request: Request, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:  # noqa: ANN401 - a template's values
    """A template as an answer, with the addresses that it needs."""
    base = Base(request.scope.get("root_path", ""))
    text = environment().get_template(template).render(base=base, **values)
    return HTMLResponse(text, status)
