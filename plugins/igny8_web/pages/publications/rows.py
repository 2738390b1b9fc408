"""The table of publications: a row each, with what went wrong and what can be asked of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.models import Publication, PublicationStatus, PublicationWish, Site
from igny8_lib.publishing.publications import Listed, View, count_by_status, list_publications
from igny8_web.pages.publications.actions import Action, Button, buttons_of, can_retry, is_peoples
from igny8_web.pages.publications.states import FILTERS, FOUND_ADVICE, TARGETS, state_of
from igny8_web.pages.states import State
from igny8_web.pages.tables import Choice, Column, choices
from igny8_web.pages.words import web_address

ON_A_PAGE = 50
AT_HAND = timedelta(minutes=2)
"""An attempt that comes so soon is waited for on the page."""
COLUMNS = (
    Column("Article"),
    Column("State"),
    Column("Where"),
    Column(
        "When",
        right=True,
        tip="When it was first seen live; where it is not live yet, when it was due. What was missed, because nothing "
        "was published for a while, goes out late, one article after the other at the site's pace.",
    ),
    Column(
        "Attempts",
        right=True,
        tip="Since it was asked for. What passes by itself is tried again after 1, 5 and 15 minutes, then after 1, 2, "
        "4 and 8 hours; everything else waits for people.",
    ),
    Column("Next attempt", right=True),
)


@dataclass(frozen=True)
class Row:
    """One publication of the table."""

    listed: Listed

    @property
    def publication(self) -> Publication:
        """Its record."""
        return self.listed.publication

    @property
    def state(self) -> State:
        """How it stands."""
        return state_of(self.publication)

    @property
    def target(self) -> str:
        """Where it goes."""
        return TARGETS[self.publication.target]

    @property
    def url(self) -> str:
        """Its public address; empty where there is none that a browser may be sent to."""
        return web_address(self.publication.external_url)

    @property
    def buttons(self) -> Sequence[Button]:
        """What can be asked of it."""
        return buttons_of(self.listed)

    @property
    def pressing(self) -> Sequence[Button]:
        """Those that mend something; the others stand on the publication's own page."""
        helps = self.is_behind or bool(self.advice)
        return [each for each in self.buttons if each.mends or (helps and each.action is Action.UPDATE)]

    @property
    def advice(self) -> str:
        """What to do about a live post that is not as it was published; empty where it is."""
        it = self.publication
        is_live = it.status is PublicationStatus.DONE and it.wish is PublicationWish.LIVE
        return FOUND_ADVICE.get(it.found, "") if is_live and it.found else ""

    @property
    def can_retry(self) -> bool:
        """Whether it can be tried again together with others: without overwriting anything."""
        return can_retry(self.publication) and not is_peoples(self.publication)

    @property
    def is_behind(self) -> bool:
        """Whether the article says more than its post."""
        posted = self.publication.content_version
        return posted is not None and posted < self.listed.version

    @property
    def comes(self) -> bool:
        """Whether something is tried by itself."""
        return self.publication.status is PublicationStatus.WAITING

    @property
    def goes_on(self) -> bool:
        """Whether it changes while one looks."""
        soon = self.comes and self.publication.next_attempt_at <= clock.now() + AT_HAND
        return soon or self.publication.status is PublicationStatus.UNDER_WAY


@dataclass(frozen=True)
class Table:
    """A page of the table."""

    rows: list[Row]
    filters: list[Choice]
    page: int
    total_count: int
    failed: int

    @property
    def total_pages(self) -> int:
        """Pages in all."""
        return -(-self.total_count // ON_A_PAGE)

    @property
    def goes_on(self) -> bool:
        """Whether it changes while one looks."""
        return any(row.goes_on for row in self.rows)

    @property
    def can_retry(self) -> bool:
        """Whether several can be tried again at once."""
        return any(row.can_retry for row in self.rows)


def table_of(session: Session, site: Site, status: PublicationStatus | None, page: int) -> Table:
    """A page of the site's publications; three statements."""
    found = list_publications(session, site.id, View(status), page=page, page_size=ON_A_PAGE)
    counts = count_by_status(session, site.id)
    told = {status.value: counts[status] for status in FILTERS} | {"": sum(counts.values())}
    named = [("", "All"), *((status.value, name) for status, name in FILTERS.items())]
    rows = [Row(listed) for listed in found.rows]
    return Table(rows, choices(named, told), page, found.total, counts[PublicationStatus.FAILED])
