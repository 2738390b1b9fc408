"""Trouble that passes is tried again over hours, lasting trouble fails at once, people go on from where it failed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.db.session import Sessions
from igny8_lib.errors import Conflict
from igny8_lib.models import (
    ContentStatus,
    Publication,
    PublicationStatus,
    PublicationStep,
    PublishingSettings,
    Site,
    SiteContentStatus,
    StepName,
    StepStatus,
)
from igny8_lib.publishing import actions
from igny8_lib.publishing.backoff import DELAYS, LONGEST_WISH, delay_after
from igny8_lib.publishing.claims import MOST_ATTEMPTS, claim
from igny8_lib.publishing.due import find_due
from igny8_lib.publishing.errors import PublishingFailed
from igny8_lib.publishing.publisher import Outcome, Publisher
from igny8_lib.site_builder.showing.target import BuiltSiteTarget
from tests.lib.publishing.static_site import StaticSites, make_due, make_static_site, record


@dataclass
class Trouble:
    """What the next calls of a step raise, and how often each step was called."""

    errors: dict[str, list[Exception]] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)

    def meet(self, step: str) -> None:
        self.calls.append(step)
        if self.errors.get(step):
            raise self.errors[step].pop(0)


@dataclass(frozen=True)
class TroubledTarget(BuiltSiteTarget):
    """The built website behind a website that has its troubles."""

    trouble: Trouble = field(default_factory=Trouble)

    def media(self, *given: Any) -> Any:
        self.trouble.meet("media")
        return super().media(*given)

    def post(self, *given: Any) -> Any:
        self.trouble.meet("post")
        return super().post(*given)

    def live(self, *given: Any) -> Any:
        self.trouble.meet("live")
        return super().live(*given)


def publisher(sessions: Sessions, sites: StaticSites, trouble: Trouble) -> Publisher:
    @contextmanager
    def target_of(site: Site, settings: PublishingSettings) -> Iterator[TroubledTarget]:
        target = TroubledTarget.of(site, settings, sessions=sessions, places=sites.places, store=sites.media)
        yield replace(target, trouble=trouble)

    return Publisher(sessions, target_of, sites.media)


def slow(retry_after: int | None = None) -> PublishingFailed:
    return PublishingFailed("slow", "The website is slow.", temporary=True, retry_after=retry_after)


REFUSED = PublishingFailed("forbidden", "The user may not publish: make it an author.", temporary=False)


def let_time_pass(session: Session) -> None:
    """The next attempt's time has come."""
    session.execute(update(Publication).values(next_attempt_at=clock.now() - timedelta(seconds=1)))
    session.commit()


def test_trouble_that_passes_is_tried_again_later_and_later_then_given_up(
    session: Session, sessions: Sessions, sites: StaticSites
) -> None:
    content = make_due(session, make_static_site(session))
    session.commit()
    troubled = publisher(sessions, sites, Trouble({"post": [slow() for _ in range(20)]}))
    waited = []
    for _ in DELAYS:
        before = clock.now()
        assert troubled.work().counts == {Outcome.PUT_OFF: 1}
        known = record(session, content)
        assert (known.status, known.cause) == (PublicationStatus.WAITING, "slow")
        waited.append(round((known.next_attempt_at - before).total_seconds() / 60))
        session.commit()
        assert not troubled.work().counts, "it is not tried before its time"
        let_time_pass(session)
    assert waited == [1, 5, 15, 60, 120, 240, 480]
    assert troubled.work().counts == {Outcome.FAILED: 1}
    assert record(session, content).status is PublicationStatus.FAILED
    session.refresh(content)
    assert content.site_status is SiteContentStatus.FAILED


@given(attempts=st.integers(-3, 30), retry_after=st.none() | st.integers(-10, 10**9))
def test_nothing_is_tried_before_the_target_wants_it_nor_later_than_a_day(
    attempts: int, retry_after: int | None
) -> None:
    delay = delay_after(attempts, retry_after)
    assert (delay is not None) == (1 <= attempts <= len(DELAYS))
    if delay is not None:
        assert DELAYS[attempts - 1] <= delay <= LONGEST_WISH
        assert delay >= min(timedelta(seconds=retry_after or 0), LONGEST_WISH)


def test_what_a_person_has_to_change_fails_at_once_and_says_what(
    session: Session, sessions: Sessions, sites: StaticSites
) -> None:
    content = make_due(session, make_static_site(session))
    session.commit()
    assert publisher(sessions, sites, Trouble({"post": [REFUSED]})).work().counts == {Outcome.FAILED: 1}
    assert record(session, content).error == REFUSED.sentence
    step = session.scalars(select(PublicationStep).where(PublicationStep.name == StepName.POST)).one()
    assert (step.status, step.error) == (StepStatus.FAILED, REFUSED.sentence)


def test_what_nobody_foresaw_is_tried_again(session: Session, sessions: Sessions, sites: StaticSites) -> None:
    content = make_due(session, make_static_site(session))
    session.commit()
    assert publisher(sessions, sites, Trouble({"post": [ZeroDivisionError()]})).work().counts == {Outcome.PUT_OFF: 1}
    assert record(session, content).cause == "unforeseen"


def test_a_failed_item_does_not_keep_the_next_one_waiting(
    session: Session, sessions: Sessions, sites: StaticSites
) -> None:
    site = make_static_site(session)
    make_due(session, site, ago=timedelta(minutes=3))
    make_due(session, site, ago=timedelta(minutes=2))
    session.commit()
    work = publisher(sessions, sites, Trouble({"post": [slow()]})).work()
    assert work.counts == {Outcome.PUT_OFF: 1, Outcome.DONE: 1}


def test_trying_again_goes_on_from_the_step_that_failed_with_all_attempts(
    session: Session, sessions: Sessions, sites: StaticSites
) -> None:
    site = make_static_site(session)
    content = make_due(session, site, sites.media)
    session.commit()
    trouble = Trouble({"post": [REFUSED]})
    troubled = publisher(sessions, sites, trouble)
    troubled.work()
    actions.retry(session, site, content.id, by="ann")
    session.commit()
    assert record(session, content).attempts == 0
    session.commit()
    assert troubled.work().counts == {Outcome.DONE: 1}
    assert trouble.calls == ["media", "post", "post", "live"]
    known = record(session, content)
    assert (known.requested_by, known.error) == ("ann", None)


def test_what_has_not_failed_cannot_be_tried_again(session: Session, sessions: Sessions, sites: StaticSites) -> None:
    site = make_static_site(session)
    content = make_due(session, site)
    session.commit()
    with pytest.raises(Conflict, match="nothing to try again"):
        actions.retry(session, site, content.id, by="ann")
    session.rollback()
    sites.publisher(sessions).work()
    with pytest.raises(Conflict, match="nothing to try again"):
        actions.retry(session, site, content.id, by="ann")


def test_a_website_that_shows_something_else_is_no_success(
    session: Session, sessions: Sessions, sites: StaticSites, tmp_path: Path
) -> None:
    content = make_due(session, make_static_site(session))
    session.commit()
    elsewhere = StaticSites(tmp_path / "elsewhere", sites.url, sites.media)
    assert elsewhere.publisher(sessions).work().counts == {Outcome.FAILED: 1}
    known = record(session, content)
    assert known.cause == "not_live"
    assert "answers 404" in str(known.error)


def test_a_website_that_does_not_answer_is_asked_again_later(
    session: Session, sessions: Sessions, sites: StaticSites
) -> None:
    content = make_due(session, make_static_site(session))
    session.commit()
    down = StaticSites(sites.root, "http://127.0.0.1:1", sites.media)
    assert down.publisher(sessions).work().counts == {Outcome.PUT_OFF: 1}
    assert record(session, content).cause == "unreachable"


def test_an_article_that_kills_its_publisher_each_time_is_given_up_and_the_next_one_goes_out(
    session: Session, sessions: Sessions, sites: StaticSites
) -> None:
    site = make_static_site(session)
    deadly, next_one = make_due(session, site, ago=timedelta(minutes=9)), make_due(session, site)
    session.commit()
    for _ in range(MOST_ATTEMPTS):  # what a killed publisher leaves behind: the claim, and no outcome
        (due,) = find_due(session, clock.now())
        assert due.content_id == deadly.id
        assert claim(session, due, clock.now()) is not None
        session.commit()
    publisher = sites.publisher(sessions)
    assert [publisher.work().counts.total() for _ in range(2)] == [0, 1]
    known = record(session, deadly)
    assert (known.status, known.cause) == (PublicationStatus.FAILED, "publisher_died")
    session.refresh(next_one)
    assert next_one.status is ContentStatus.PUBLISHED
    actions.retry(session, site, deadly.id, by="ann")
    session.commit()
    assert publisher.work().counts.total() == 1
    session.refresh(deadly)
    assert deadly.status is ContentStatus.PUBLISHED
