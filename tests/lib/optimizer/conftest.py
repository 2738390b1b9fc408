"""An article with weaknesses, credits to spend, and the sandbox as the provider."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from igny8_lib.ai.endpoint import Endpoint
from igny8_lib.ai.retrying import Retrying
from igny8_lib.db.session import Sessions
from igny8_lib.models import (
    AICall,
    AICallStatus,
    Content,
    ContentVersion,
    LedgerEntry,
    OptimizationStatus,
    OptimizationTask,
    Reservation,
    ReservationStatus,
    Site,
)
from igny8_lib.optimizer.closing import Optimized
from igny8_lib.optimizer.work import optimize
from igny8_lib.text.html import sanitise
from igny8_lib.text.html import word_count as words_of
from tests.factories.articles import make_article
from tests.factories.credits import make_funded_account
from tests.factories.sites import make_site
from tests.sandbox_server import SandboxServer

SENTENCE = (
    "Gardeners in Kew begin {n} weeks after the frost and look for the buds that are turned away from the middle of "
    "the plant, and they take the old wood first because it would only keep the light from shoots that are stronger. "
)
HTML = sanitise(
    f"<p>Every year in spring the same question comes up. {SENTENCE.format(n=2)}</p>"
    f"<p>{SENTENCE.format(n=3)}{SENTENCE.format(n=4)}The society keeps "
    '<a href="https://roses.example/dates" rel="nofollow">a calendar of dates</a> for that.</p>'
    '<p><img src="https://roses.example/bud.jpg" alt="A bud"></p>'
    f"<p>{SENTENCE.format(n=5)}{SENTENCE.format(n=6)}{SENTENCE.format(n=7)}</p>"
    f"<p>{SENTENCE.format(n=8)}</p>"
)
PRICE = -(-words_of(HTML) // 200)
"""Credits for the article."""


@dataclass
class Desk:
    """One article and everything that is asked about it."""

    sessions: Sessions
    endpoint: Endpoint
    site: Site
    content_id: int

    def optimize(self, **values: Any) -> Optimized:
        given = {"by": "editor", "retrying": Retrying(first_wait_seconds=0.001)} | values
        return asyncio.run(optimize(self.sessions, self.endpoint, self.site.id, self.content_id, **given))

    @contextmanager
    def beside(self, sandbox: SandboxServer, act: Callable[[Session], None]) -> Iterator[None]:
        """Does something in a transaction of its own as soon as the sandbox is asked."""

        def wait_and_act() -> None:
            deadline = time.monotonic() + 60
            while not sandbox.requests()["in_flight"] and time.monotonic() < deadline:
                time.sleep(0.02)
            with self.sessions.begin() as session:
                act(session)

        with ThreadPoolExecutor(1) as pool:
            done = pool.submit(wait_and_act)
            yield
            done.result()

    def content(self) -> Content:
        with self.sessions() as session:
            return session.get_one(Content, self.content_id)

    def tasks(self) -> list[OptimizationTask]:
        with self.sessions() as session:
            mine = OptimizationTask.site_id == self.site.id
            return list(session.scalars(select(OptimizationTask).where(mine).order_by(OptimizationTask.id)))

    def is_done(self) -> bool:
        return [task.status for task in self.tasks()] == [OptimizationStatus.COMPLETED]

    def answers(self) -> int:
        """Answers that are kept."""
        with self.sessions() as session:
            mine = (AICall.site_id == self.site.id, AICall.status == AICallStatus.ANSWERED)
            return session.scalar(select(func.count()).where(*mine)) or 0

    def kinds(self) -> list[str]:
        """How the article's versions were made, in order."""
        with self.sessions() as session:
            query = select(ContentVersion.kind).where(ContentVersion.content_id == self.content_id)
            return [kind.value for kind in session.scalars(query.order_by(ContentVersion.number))]

    def charges(self) -> list[float]:
        """What the ledger has for optimizing, in credits."""
        with self.sessions() as session:
            mine = (LedgerEntry.operation == "optimization", LedgerEntry.site_id == self.site.id)
            query = select(LedgerEntry.amount).where(*mine)
            return [-float(amount.as_number()) for amount in session.scalars(query.order_by(LedgerEntry.id))]

    def held(self) -> int:
        """Reservations that are still pending."""
        with self.sessions() as session:
            pending = Reservation.status == ReservationStatus.PENDING
            return session.scalar(select(func.count()).where(pending, Reservation.site_id == self.site.id)) or 0

    def calls(self) -> int:
        with self.sessions() as session:
            return session.scalar(select(func.count()).where(AICall.site_id == self.site.id)) or 0


@pytest.fixture
def make_desk(sessions: Sessions, sandbox: SandboxServer) -> Callable[[], Desk]:
    """Another customer with such an article."""

    def make() -> Desk:
        with sessions.begin() as session:
            site = make_site(session, make_funded_account(session), language="en")
            values = {
                "html": HTML,
                "word_count": words_of(HTML),
                "primary_keyword": "prune roses",
                "meta_title": "Roses",
            }
            content = make_article(session, site, title="Prune roses in spring", **values)
        return Desk(sessions, Endpoint(sandbox.base_url, "any", "text", "image", 30), site, content.id)

    return make


@pytest.fixture
def desk(make_desk: Callable[[], Desk]) -> Desk:
    return make_desk()
