"""A row per site: its run now or last, what waits for people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from igny8_lib.models import AutomationRun, Content, ContentStatus, RunStatus, Site
from igny8_web.pages.states import State, state_of_run


@dataclass(frozen=True)
class SiteRow:
    """One site of the overview."""

    slug: str
    name: str
    domain: str
    zone: str
    state: State
    sentence: str
    run_number: int | None
    at: datetime | None
    to_review: int


def rows_of_sites(session: Session) -> list[SiteRow]:
    """All sites that the session sees, by name, in two statements whatever their number."""
    number = func.row_number().over(partition_by=AutomationRun.site_id, order_by=AutomationRun.id.desc())
    ranked = select(AutomationRun.id, number.label("place")).where(AutomationRun.status != RunStatus.SKIPPED).subquery()
    last = select(AutomationRun).join(ranked, ranked.c.id == AutomationRun.id).where(ranked.c.place == 1)
    runs = {run.site_id: run for run in session.scalars(last)}
    waiting = (
        select(Content.site_id, func.count().label("number"))
        .where(Content.status == ContentStatus.REVIEW)
        .group_by(Content.site_id)
        .subquery()
    )
    query = select(Site, waiting.c.number).join(waiting, waiting.c.site_id == Site.id, isouter=True)
    return [
        row_of(site, runs.get(site.id), to_review or 0)
        for site, to_review in session.execute(query.order_by(Site.name, Site.id))
    ]


def row_of(site: Site, run: AutomationRun | None, to_review: int) -> SiteRow:
    """One row."""
    return SiteRow(
        slug=site.slug,
        name=site.name,
        domain=site.domain,
        zone=site.timezone,
        state=state_of_run(run),
        sentence=run.stopped_detail if run else "No run yet.",
        run_number=run.run_number if run else None,
        at=(run.completed_at or run.started_at) if run else None,
        to_review=to_review,
    )
