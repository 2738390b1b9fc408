"""Keywords of a site: reading, importing, editing, exporting, clustering."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, File, Form, Path, Query, UploadFile
from fastapi.responses import StreamingResponse
from sqlalchemy.orm import Session

from igny8_lib.models import Module, Site
from igny8_lib.planner import edit_keywords, listing
from igny8_lib.planner.edit_keywords import KeywordChanges
from igny8_lib.planner.importing import import_keywords
from igny8_lib.planner.keyword_export import csv_blocks
from igny8_lib.sites.access import Action
from igny8_web.api.automation import launch
from igny8_web.api.automation_shapes import Started
from igny8_web.api.planner_shapes import (
    HIGHEST_ID,
    Changed,
    Chosen,
    ImportReport,
    Keyword,
    KeywordChoice,
    KeywordEdit,
    KeywordList,
    KeywordQuery,
    Wish,
)
from igny8_web.api.shapes import IdempotencyKey
from igny8_web.doors import OnSite, SiteDoor
from igny8_web.rates import CLUSTERING, EXPORTING, IMPORTING
from igny8_web.repeats import Named, do_once
from igny8_web.uploads import on_disk

router = APIRouter(prefix="/planner/keywords", tags=["planner"])

Reading = Annotated[SiteDoor, Depends(OnSite(Action.READ, Module.PLANNER))]
Writing = Annotated[SiteDoor, Depends(OnSite(Action.WRITE_CONTENT, Module.PLANNER))]
Running = Annotated[SiteDoor, Depends(OnSite(Action.START_RUNS, Module.PLANNER))]
RowId = Annotated[int, Path(ge=1, le=HIGHEST_ID)]

FIRST_STAGE = 1
CSV = "text/csv; charset=utf-8"


@router.get("/")
def list_keywords(door: Reading, asked: Annotated[KeywordQuery, Query()]) -> KeywordList:
    """The site's keywords, filtered and ordered."""
    wanted = asked.wanted()
    with door.begin() as (session, site):
        found = listing.list_keywords(
            session,
            site.id,
            wanted,
            order=asked.sort,
            reverse=asked.reverse,
            limit=asked.page_size,
            offset=asked.offset,
        )
        total = listing.count_keywords(session, site.id, wanted)
    return KeywordList.model_validate({"keywords": found, "pagination": asked.of(total)})


@router.get(
    "/export/",
    response_class=StreamingResponse,
    responses={200: {"content": {CSV: {}}}},
    dependencies=[Depends(EXPORTING)],
)
def export_keywords(door: Reading, asked: Annotated[KeywordChoice, Query()]) -> StreamingResponse:
    """The keywords as CSV in UTF-8, oldest first; an import reads the measures back.

    A cell that a spreadsheet would run as a formula has an apostrophe in front.
    """
    wanted = asked.wanted()
    with door.begin() as (_, site):
        listing.conditions(site.id, wanted)  # refuses a filter that cannot be before the answer begins
    headers = {"Content-Disposition": f'attachment; filename="{site.slug}-keywords.csv"'}
    return StreamingResponse(csv_blocks(door.caller.sessions, site.id, wanted), media_type=CSV, headers=headers)


@router.post("/import/", dependencies=[Depends(IMPORTING)])
def import_file(
    door: Writing,
    file: Annotated[UploadFile, File(description="An export of a keyword tool, or a list: text, .xlsx, .zip or .gz.")],
    *,
    dry_run: Annotated[bool, Form(description="Say what would happen and change nothing.")] = False,
    sector: Annotated[str, Form(max_length=500, description="A label for keywords that have none.")] = "",
) -> ImportReport:
    """Import a file of at most 100 MB; what it is, is told by its content. A bad file changes nothing.

    Sent again it adds nothing: its rows are merged with themselves.
    """
    door.check()
    with on_disk(file) as path, door.begin() as (session, site):
        report = import_keywords(session, site.id, path, sector=sector, dry_run=dry_run)
    return ImportReport.model_validate(report.as_json() | {"dry_run": dry_run})


@router.post("/disable/")
def disable(door: Writing, chosen: Chosen, request: Named) -> Changed:
    """Let no run take these keywords."""
    return set_disabled(door, chosen, request, disabled=True)


@router.post("/enable/")
def enable(door: Writing, chosen: Chosen, request: Named) -> Changed:
    """Let runs take these keywords again."""
    return set_disabled(door, chosen, request, disabled=False)


def set_disabled(door: SiteDoor, chosen: Chosen, request: Named, *, disabled: bool) -> Changed:
    """Do it, once."""
    return do_once(
        door,
        request,
        Changed,
        lambda session, site: Changed(
            changed=edit_keywords.set_disabled(session, site.id, chosen.ids, disabled=disabled)
        ),
    )


@router.post("/delete/")
def delete(door: Writing, chosen: Chosen, request: Named) -> Changed:
    """Delete these keywords for good; their clusters, ideas and articles stay."""
    return do_once(
        door,
        request,
        Changed,
        lambda session, site: Changed(changed=edit_keywords.delete(session, site.id, chosen.ids)),
    )


@router.post("/auto_cluster/", status_code=202, dependencies=[Depends(CLUSTERING)])
def auto_cluster(door: Running, wish: Wish, key: IdempotencyKey = "") -> Started:
    """Start a run that clusters these keywords, or all that wait, and does nothing else. Refused (400) below five.

    The same key starts one run, however often it is sent.
    """
    return start_stage(door, FIRST_STAGE, wish, key)


def start_stage(door: SiteDoor, stage: int, wish: Wish, key: str) -> Started:
    """Start a run of one stage, limited to the items where some are named."""
    door.check()
    return launch(door, {"stages": [stage]} | ({"items": wish.ids} if wish.ids else {}), key, direct=True)


@router.get("/{keyword_id}/")
def show_keyword(door: Reading, keyword_id: RowId) -> Keyword:
    """One keyword."""
    with door.begin() as (session, site):
        return Keyword.model_validate(listing.find_keyword(session, site.id, keyword_id))


@router.patch("/{keyword_id}/")
def edit_keyword(door: Writing, keyword_id: RowId, change: KeywordEdit, request: Named) -> Keyword:
    """Change a keyword. The text of one that has a cluster stays."""
    changes = KeywordChanges(**{name: getattr(change, name) for name in change.model_fields_set})  # type: ignore[typeddict-item]

    def save(session: Session, site: Site) -> Keyword:
        edit_keywords.edit(session, site.id, keyword_id, changes)
        return Keyword.model_validate(listing.find_keyword(session, site.id, keyword_id))

    return do_once(door, request, Keyword, save)
