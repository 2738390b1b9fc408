"""What the planner's lists have in common: what the address says, which rows are chosen, what comes back."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Annotated, Any, TypeVar

from fastapi import Request
from pydantic import AfterValidator, BaseModel, Field
from starlette.responses import HTMLResponse, RedirectResponse, Response

from igny8_lib.errors import InvalidInput
from igny8_lib.planner.listing import MAX_TEXT
from igny8_web.api.shapes import HIGHEST_PAGE, Pagination
from igny8_web.doors import SiteDoor
from igny8_web.pages.planner.doors import HIGHEST_ID
from igny8_web.pages.site import say
from igny8_web.pages.tables import Listing
from igny8_web.pages.templating import Base

Order = TypeVar("Order", bound=StrEnum)
ON_A_PAGE = 50
MOST_CHOSEN = 1_000
AnId = Annotated[int, Field(ge=1, le=HIGHEST_ID)]
DOWNWARDS = "-"
"""Stands before an order that is read the other way round."""


class ListQuery(BaseModel):
    """What the address of a list says; empty texts are no choice."""

    q: str = Field(default="", max_length=MAX_TEXT)
    page: int = Field(default=1, ge=1, le=HIGHEST_PAGE)

    def listing(self, path: str) -> Listing:
        """The list's addresses."""
        told = self.model_dump(mode="json", exclude_defaults=True)
        return Listing(path, {name: str(value) for name, value in told.items() if value not in {"", None}})


class Chosen(BaseModel):
    """The rows that were ticked."""

    ids: list[AnId] = Field(default_factory=list, max_length=MOST_CHOSEN)

    def some(self) -> list[int]:
        """Their ids, each once. Raises InvalidInput for none."""
        if not self.ids:
            raise InvalidInput("Nothing is chosen, so nothing was changed: tick at least one box first.")
        return list(dict.fromkeys(self.ids))

    def through(self, door: SiteDoor) -> list[int]:
        """The same, once the door has let the caller in: what is wrong with a request is told to nobody else."""
        door.check()
        return self.some()


def sort_by(orders: type[StrEnum]) -> Any:  # noqa: ANN401 - a type for pydantic
    """The type of an order in an address: one of the names, with a minus for the other way round."""

    def check(sort: str) -> str:
        if sort.removeprefix(DOWNWARDS) not in set(orders):
            raise ValueError(f"lists are ordered by {', '.join(orders)}, with a minus before it the other way round")
        return sort

    return Annotated[str, Field(max_length=30), AfterValidator(check)]


def split_sort(sort: str, orders: type[Order]) -> tuple[Order, bool]:
    """The order, and whether it is reversed."""
    return orders(sort.removeprefix(DOWNWARDS)), sort.startswith(DOWNWARDS)


def page_of(total: int, page: int, page_size: int = ON_A_PAGE) -> Pagination:
    """The page that is shown: the last one where there are fewer, as after rows were deleted."""
    pages = -(-total // page_size)
    return Pagination(page=min(page, max(1, pages)), page_size=page_size, total_count=total, total_pages=pages)


def offset_of(page: Pagination) -> int:
    """How many rows stand before the page's first."""
    return (page.page - 1) * page.page_size


def after(request: Request, back: str, sentence: str, part: Callable[[], HTMLResponse]) -> Response:
    """What a change is answered with: the list anew and what was done, or without script the way back to it."""
    if "hx-request" in request.headers:
        return say(part(), sentence)
    return RedirectResponse(Base(request.scope.get("root_path", "")).page(back), 303)


def leave(request: Request, path: str) -> Response:
    """Have the browser open another page of ours, with or without script."""
    address = Base(request.scope.get("root_path", "")).page(path)
    if "hx-request" in request.headers:
        return Response(status_code=204, headers={"HX-Redirect": address})
    return RedirectResponse(address, 303)
