"""Importing a file of keywords: first a report of what would happen, then taking it over.

The browser keeps the file and sends it twice; between the two nothing of it is kept here.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, UploadFile
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.responses import HTMLResponse

from igny8_lib.models import Sector, Site
from igny8_lib.planner.importing import import_keywords
from igny8_lib.planner.naming import NamedColumns
from igny8_lib.planner.recognition import ReadOptions
from igny8_lib.planner.report import ImportReport
from igny8_web.doors import SiteDoor
from igny8_web.guards import LARGEST_FILE, MEGABYTE
from igny8_web.pages.planner.doors import Writing
from igny8_web.pages.planner.place import place_of
from igny8_web.pages.templating import render
from igny8_web.rates import IMPORTING
from igny8_web.uploads import on_disk

router = APIRouter()
SHOWN_REFUSALS = 40
FORMATS = {
    "plain_list": "a plain list",
    "table": "a table of keywords",
    "google_keyword_planner": "an export of Google Keyword Planner",
    "google_ads": "an export of Google Ads",
    "search_console": "an export of Google Search Console",
    "ahrefs_keywords_explorer": "an export of Ahrefs Keywords Explorer",
    "ahrefs_site_explorer": "an export of Ahrefs Site Explorer",
    "semrush_keyword_magic": "an export of Semrush Keyword Magic",
    "semrush_organic_positions": "an export of Semrush Organic Positions",
    "answer_the_public": "an export of AnswerThePublic",
}
MEASURES = {
    "keyword": "keyword",
    "volume": "searches a month",
    "impressions": "impressions",
    "clicks": "clicks",
    "position": "position",
    "difficulty": "difficulty",
    "cpc": "cost per click",
    "intent": "intent",
    "parent_keyword": "parent keyword",
    "page_url": "page",
}
Text = Annotated[str, Form(max_length=100)]


class Step(StrEnum):
    """What is done with the file."""

    LOOK = "look"
    TAKE = "take"


@dataclass(frozen=True)
class Told:
    """What became of a file, or would."""

    name: str
    taken: bool
    report: ImportReport

    @property
    def format(self) -> str:
        """What it was taken for."""
        return FORMATS.get(self.report.format, self.report.format)

    @property
    def used(self) -> list[tuple[str, str]]:
        """The columns that were read: their headings and what they were read as."""
        return [
            (column.heading or f"Column {column.number}", MEASURES.get(column.used_as, column.used_as))
            for column in self.report.columns
            if column.used_as
        ]

    @property
    def left_out(self) -> list[str]:
        """The columns that were not."""
        return [column.heading or f"Column {column.number}" for column in self.report.columns if not column.used_as]

    @property
    def more_refused(self) -> int:
        """Refused rows beyond those that are shown."""
        return max(0, len(self.report.refused) - SHOWN_REFUSALS)


@router.get("/import", name="planner_import")
def choose_file(request: Request, door: Writing) -> HTMLResponse:
    """The form."""
    return show(request, door, None)


def read_options(keyword_column: Text = "", encoding: Text = "", table: Text = "") -> ReadOptions:
    """What people know better than the file."""
    return ReadOptions(encoding.strip(), columns=NamedColumns(keyword_column.strip()), table=table.strip())


@router.post("/import", name="planner_import_file", dependencies=[Depends(IMPORTING)])
def import_file(  # noqa: PLR0917 - the framework calls it by name
    request: Request,
    door: Writing,
    file: UploadFile,
    options: Annotated[ReadOptions, Depends(read_options)],
    step: Annotated[Step, Form()] = Step.LOOK,
    sector: Text = "",
) -> HTMLResponse:
    """Say what the file would bring, or take it over; a bad file changes nothing."""
    dry_run = step is Step.LOOK
    with on_disk(file) as path, door.begin() as (session, site):
        report = import_keywords(session, site.id, path, sector=sector, dry_run=dry_run, options=options)
        told = Told(path.name, not dry_run, report)
    return show(request, door, told)


def show(request: Request, door: SiteDoor, told: Told | None) -> HTMLResponse:
    """The page, or the report alone where the page is there."""
    template = "planner/import_report.html" if "hx-request" in request.headers else "planner/import.html"
    with door.begin() as (session, site):
        place = place_of(session, site, door.caller.person, "Keywords")
        values = {"place": place, "frame": place.frame, "sectors": sectors_of(session, site)}
    sizes = {"most_bytes": LARGEST_FILE, "most": LARGEST_FILE // MEGABYTE, "shown": SHOWN_REFUSALS}
    return render(request, template, title=f"Import keywords, {place.name}", told=told, **values, **sizes)


def sectors_of(session: Session, site: Site) -> list[str]:
    """The names of the site's sectors, to choose from."""
    return list(session.scalars(select(Sector.name).where(Sector.site_id == site.id).order_by(Sector.name)))
