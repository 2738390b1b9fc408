"""Records of work that is long over go; what they name, and what is open, stays."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.db.session import Sessions
from igny8_lib.models import (
    AnsweredRequest,
    AutomationRun,
    BatchKind,
    BatchStatus,
    BuildStatus,
    ContentBatch,
    ContentBatchItem,
    ExecutionStatus,
    PublishingNotice,
    RuleExecution,
    Site,
    SiteBuild,
    SiteVersion,
)
from igny8_lib.retention import records
from tests.factories.articles import make_article
from tests.factories.rules import make_execution, make_rule
from tests.factories.websites import make_blueprint
from tests.lib.retention.old import LONG_AGO, SETTINGS, clean, make_worked_run, number_of

LONG = clock.now() - timedelta(days=LONG_AGO)
YOUNG = clock.now() - timedelta(days=SETTINGS.keep_records_days - 1)


def test_executions_of_rules_go_and_the_runs_they_started_stay(
    session: Session, sessions: Sessions, site: Site
) -> None:
    rule = make_rule(session, site)
    old = make_execution(session, rule, created_at=LONG, finished_at=LONG, status=ExecutionStatus.COMPLETED)
    young = make_execution(session, rule, created_at=LONG, finished_at=YOUNG, status=ExecutionStatus.FAILED)
    waiting = make_execution(session, rule, created_at=LONG)
    run = make_worked_run(session, site, days=1)
    run.rule_execution_id, young.caused_by_id = old.id, old.id
    session.commit()
    assert clean(sessions) == {"rule_executions": 1}
    session.expire_all()
    assert set(session.scalars(select(RuleExecution.id))) == {young.id, waiting.id}
    assert session.get_one(AutomationRun, run.id).rule_execution_id is None
    assert young.caused_by_id is None


@pytest.mark.parametrize("status", BatchStatus)
def test_batches_go_with_their_items_once_they_are_over(
    session: Session, sessions: Sessions, site: Site, status: BatchStatus
) -> None:
    article = make_article(session, site)
    batch = ContentBatch(site_id=site.id, kind=BatchKind.LINK, requested_by="editor", status=status, finished_at=LONG)
    session.add(batch)
    session.flush()
    session.add(ContentBatchItem(batch_id=batch.id, content_id=article.id, site_id=site.id))
    session.commit()
    is_over = status not in (BatchStatus.PENDING, BatchStatus.RUNNING)
    assert clean(sessions) == ({"content_batches": 1} if is_over else {})
    assert number_of(session, ContentBatchItem) == (0 if is_over else 1)


def test_builds_go_but_for_the_last_one_of_each_website_and_their_versions_stay(
    session: Session, sessions: Sessions, site: Site
) -> None:
    website = make_blueprint(session, site)
    builds = [
        SiteBuild(
            site_id=site.id,
            blueprint_id=website.id,
            status=BuildStatus.COMPLETED,
            requested_by="editor",
            finished_at=LONG,
        )
        for _ in range(3)
    ]
    session.add_all(builds)
    session.flush()
    made = {"document": {}, "base_url": "https://x.example/", "made_by": "editor", "number": 1}
    session.add(SiteVersion(site_id=site.id, blueprint_id=website.id, build_id=builds[0].id, **made))
    session.commit()
    assert clean(sessions) == {"site_builds": 2}
    assert session.scalars(select(SiteBuild.id)).all() == [builds[2].id]
    assert session.scalars(select(SiteVersion.build_id)).all() == [None]


def test_notices_and_answers_to_repeated_requests_go(session: Session, sessions: Sessions, site: Site) -> None:
    days = (LONG.date(), YOUNG.date())
    session.add_all([PublishingNotice(site_id=site.id, cause="credentials", day=day) for day in days])
    for number, age in enumerate((3, 1)):
        values = {"username": "editor", "key": str(number), "request_digest": "d", "status": 200, "answer": {}}
        at = clock.now() - timedelta(days=age)
        session.add(AnsweredRequest(account_id=site.account_id, site_id=site.id, created_at=at, **values))
    session.commit()
    assert clean(sessions, dry_run=True) == {"publishing_notices": 1, "repeated_requests": 1}
    assert clean(sessions) == {"publishing_notices": 1, "repeated_requests": 1}
    assert (number_of(session, PublishingNotice), number_of(session, AnsweredRequest)) == (1, 1)


def test_few_records_go_at_once(
    session: Session, sessions: Sessions, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    real = records.delete_some

    def counted(*given: object, **named: object) -> int:
        asked.append(real(*given, **named))  # type: ignore[arg-type]
        return asked[-1]

    monkeypatch.setattr(records, "delete_some", counted)
    monkeypatch.setitem(records.RECORDS, "content_batches", records.Records(ContentBatch, records.old_batches, 2))
    over = {"kind": BatchKind.LINK, "requested_by": "editor", "status": BatchStatus.FAILED, "finished_at": LONG}
    session.add_all([ContentBatch(site_id=site.id, **over) for _ in range(5)])
    session.commit()
    assert clean(sessions, "content_batches") == {"content_batches": 5}
    assert asked == [2, 2, 1, 0]
