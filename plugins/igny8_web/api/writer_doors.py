"""What the routes of the writer group share: their doors, and the numbers in their paths."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Path

from igny8_lib.models import Module
from igny8_lib.sites.access import Action
from igny8_web.api.shapes import PageNumber, PageSize, Pagination
from igny8_web.doors import OnSite, SiteDoor

HIGHEST_ID = 2**63 - 1

Reading = Annotated[SiteDoor, Depends(OnSite(Action.READ, Module.WRITER))]
Writing = Annotated[SiteDoor, Depends(OnSite(Action.WRITE_CONTENT, Module.WRITER))]
Running = Annotated[SiteDoor, Depends(OnSite(Action.START_RUNS, Module.WRITER))]
ContentId = Annotated[int, Path(ge=1, le=HIGHEST_ID, description="The article's id.")]
ImageId = Annotated[int, Path(ge=1, le=HIGHEST_ID, description="The picture's id.")]


@dataclass(frozen=True)
class Sheet:
    """Which page of a list is asked for."""

    page: PageNumber = 1
    page_size: PageSize = 50

    def among(self, total: int) -> Pagination:
        """Where it stands among so many rows."""
        pages = -(-total // self.page_size)
        return Pagination(page=self.page, page_size=self.page_size, total_count=total, total_pages=pages)


Paging = Annotated[Sheet, Depends()]
