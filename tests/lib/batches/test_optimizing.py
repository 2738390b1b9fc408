"""Batches that optimize: one charge and one version for each article, whatever kills the worker."""

from __future__ import annotations

from itertools import count

import pytest
from pydantic import SecretStr
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from igny8_lib.ai.endpoint import Endpoint
from igny8_lib.amounts import Credits
from igny8_lib.batches.listing import list_items, show_batch
from igny8_lib.batches.opening import Choice, open_batch
from igny8_lib.batches.taking import EndpointOf
from igny8_lib.batches.work import Worker
from igny8_lib.db.session import Sessions
from igny8_lib.models import (
    BatchItemStatus,
    BatchKind,
    BatchStatus,
    Content,
    LedgerEntry,
    OptimizationTask,
    Reservation,
    ReservationStatus,
    Site,
)
from igny8_lib.settings import Settings
from tests.factories.articles import make_article
from tests.factories.credits import make_funded_account
from tests.factories.sites import make_site
from tests.lib.batches.killing import work_and_die
from tests.lib.optimizer.conftest import HTML, PRICE
from tests.sandbox_server import SandboxServer


@pytest.fixture
def endpoint_of(sandbox: SandboxServer) -> EndpointOf:
    return lambda: Endpoint(sandbox.base_url, "any", "text", "image", 30)


def make_batch(session: Session, articles: int, amount: int = 1000) -> tuple[Site, int]:
    """A committed batch of so many articles with weaknesses at a site of its own; the site and the batch's number."""
    site = make_site(session, make_funded_account(session, amount), language="en")
    values = {"html": HTML, "primary_keyword": "prune roses", "meta_title": "Roses"}
    ids = [make_article(session, site, **values).id for _ in range(articles)]  # type: ignore[arg-type]
    batch_id = open_batch(session, site, BatchKind.OPTIMIZE, Choice(ids), by="ann").id
    session.commit()
    return site, batch_id


def charges(session: Session, site: Site) -> list[Credits]:
    """What the site's account was charged for optimizing."""
    query = select(LedgerEntry.amount).where(
        LedgerEntry.account_id == site.account_id, LedgerEntry.operation == "optimization"
    )
    return [-amount for amount in session.scalars(query)]


def held(session: Session, site: Site) -> int:
    """Reservations of the account that are pending."""
    pending = (Reservation.account_id == site.account_id, Reservation.status == ReservationStatus.PENDING)
    return session.scalar(select(func.count()).where(*pending)) or 0


def test_each_article_is_optimized_and_its_entry_says_what_its_task_does(
    session: Session, sessions: Sessions, endpoint_of: EndpointOf
) -> None:
    site, batch_id = make_batch(session, 2)
    assert Worker(sessions, endpoint_of).work().as_json() == {"done": 2, "skipped": 0, "failed": 0, "batches": 1}
    shown = show_batch(session, site.id, batch_id)
    assert (shown.status, shown.credits) == (BatchStatus.COMPLETED, Credits.of(2 * PRICE))
    assert all("scores" in item.outcome for item in list_items(session, site.id, batch_id).rows)
    tasks = session.scalars(select(OptimizationTask)).all()
    assert [(task.batch_id, task.requested_by) for task in tasks] == [(batch_id, "ann")] * 2


def test_a_result_that_is_not_better_is_skipped_and_costs_nothing(
    session: Session, sessions: Sessions, endpoint_of: EndpointOf, sandbox: SandboxServer
) -> None:
    sandbox.switch(rewrite="lower_score")
    site, batch_id = make_batch(session, 1)
    Worker(sessions, endpoint_of).work()
    (item,) = list_items(session, site.id, batch_id).rows
    assert (item.status, item.credits) == (BatchItemStatus.SKIPPED, Credits(0))
    assert (charges(session, site), held(session, site)) == ([], 0)


def test_a_provider_that_cannot_be_used_ends_the_batch_and_holds_no_credits(
    session: Session, sessions: Sessions, endpoint_of: EndpointOf, sandbox: SandboxServer
) -> None:
    sandbox.switch(quota_exhausted=True)
    site, batch_id = make_batch(session, 3)
    Worker(sessions, endpoint_of).work()
    shown = show_batch(session, site.id, batch_id)
    assert (shown.status, shown.pending, shown.done) == (BatchStatus.FAILED, 3, 0)
    assert shown.error
    assert (held(session, site), charges(session, site)) == (0, [])


def test_credits_that_do_not_cover_the_next_article_end_the_batch(
    session: Session, sessions: Sessions, endpoint_of: EndpointOf
) -> None:
    site, batch_id = make_batch(session, 3, amount=PRICE)
    Worker(sessions, endpoint_of).work()
    shown = show_batch(session, site.id, batch_id)
    assert (shown.status, shown.done, shown.pending) == (BatchStatus.FAILED, 1, 2)
    assert "credits are needed" in (shown.error or "")
    assert held(session, site) == 0


@pytest.mark.slow("a process dies before and after each commit, and each time another one goes on")
def test_whatever_kills_a_worker_wherever_there_is_one_charge_and_one_version(
    session: Session, sessions: Sessions, database_url: str, endpoint_of: EndpointOf
) -> None:
    kills = 0
    for dies_at in count(1):
        site, batch_id = make_batch(session, 1)
        died = work_and_die(database_url, endpoint_of, dies_at)
        kills += died
        Worker(sessions, endpoint_of).work()
        session.expire_all()
        shown = show_batch(session, site.id, batch_id)
        assert (shown.status, shown.done, shown.credits) == (BatchStatus.COMPLETED, 1, Credits.of(PRICE)), dies_at
        assert charges(session, site) == [Credits.of(PRICE)]
        article = session.scalars(select(Content).where(Content.site_id == site.id)).one()
        assert (article.version, article.optimizer_version, held(session, site)) == (2, 1, 0)
        session.commit()
        if not died:
            break
    assert kills >= 8


def test_without_an_ai_set_up_the_batch_ends_and_says_what_to_set(session: Session, sessions: Sessions) -> None:
    site, batch_id = make_batch(session, 2)
    Worker(sessions, lambda: Endpoint.from_settings(Settings(ai_api_key=SecretStr("")))).work()
    shown = show_batch(session, site.id, batch_id)
    assert (shown.status, shown.pending) == (BatchStatus.FAILED, 2)
    assert "IGNY8_AI_API_KEY" in (shown.error or "")
