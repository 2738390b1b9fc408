"""Records of work that is long over: executions of rules, batches, builds, notices, answers to repeated requests.

What they did is told elsewhere (the ledger, the articles, the versions of a website): only the record goes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from igny8_lib.db.base import Base
from igny8_lib.db.session import Sessions
from igny8_lib.models import (
    OPEN_EXECUTION,
    AnsweredRequest,
    BatchStatus,
    BuildStatus,
    ContentBatch,
    PublishingNotice,
    RuleExecution,
    SiteBuild,
)
from igny8_lib.retention.batching import ROWS, count, delete_some, in_batches, key_of
from igny8_lib.retention.watch import Watch

WITH_CHILDREN = 20
"""Of one transaction, where each may take thousands of rows with it."""


@dataclass(frozen=True)
class Records:
    """A table whose rows go as a whole, site by site."""

    model: type[Base]
    old: Callable[[int, datetime], Select[Any]]
    """The keys of a site's old rows, oldest first."""
    most: int = ROWS
    """Rows of one transaction."""


def old_executions(site_id: int, before: datetime) -> Select[Any]:
    """Executions of rules that ended before then."""
    mine = (RuleExecution.site_id == site_id, RuleExecution.created_at < before)
    ended = (RuleExecution.status.not_in(OPEN_EXECUTION), RuleExecution.finished_at < before)
    return select(RuleExecution.id).where(*mine, *ended).order_by(RuleExecution.created_at, RuleExecution.id)


def old_batches(site_id: int, before: datetime) -> Select[Any]:
    """Batches of articles that ended before then; their items go with them."""
    is_over = ContentBatch.status.not_in((BatchStatus.PENDING, BatchStatus.RUNNING))
    mine = (ContentBatch.site_id == site_id, is_over, ContentBatch.finished_at < before)
    return select(ContentBatch.id).where(*mine).order_by(ContentBatch.id)


def old_builds(site_id: int, before: datetime) -> Select[Any]:
    """Builds of websites that ended before then, but for the last one of each website; their steps go with them."""
    later = aliased(SiteBuild)
    newest = select(func.max(later.id)).where(later.site_id == site_id, later.blueprint_id == SiteBuild.blueprint_id)
    is_over = SiteBuild.status.not_in((BuildStatus.PENDING, BuildStatus.RUNNING))
    mine = (SiteBuild.site_id == site_id, is_over, SiteBuild.finished_at < before)
    return select(SiteBuild.id).where(*mine, SiteBuild.id < newest.scalar_subquery()).order_by(SiteBuild.id)


def old_notices(site_id: int, before: datetime) -> Select[Any]:
    """That people were told of failed publications, before then."""
    mine = (PublishingNotice.site_id == site_id, PublishingNotice.day < before.date())
    return select(*key_of(PublishingNotice)).where(*mine)


RECORDS = {
    "rule_executions": Records(RuleExecution, old_executions, 500),
    "content_batches": Records(ContentBatch, old_batches, WITH_CHILDREN),
    "site_builds": Records(SiteBuild, old_builds, WITH_CHILDREN),
    "publishing_notices": Records(PublishingNotice, old_notices),
}


def remove_records(sessions: Sessions, records: Records, site_id: int, before: datetime, watch: Watch) -> int:
    """Remove the site's old rows of one kind; how many, those not counted that go with them."""
    old = records.old(site_id, before)
    return in_batches(sessions, partial(delete_some, model=records.model, old=old, most=records.most), watch)


def count_records(session: Session, records: Records, site_id: int, before: datetime) -> int:
    """How many rows would be removed."""
    return count(session, records.old(site_id, before))


def old_requests(before: datetime) -> Select[Any]:
    """Answers to requests that nobody repeats any more, of all sites: an account's writes name none."""
    return select(AnsweredRequest.id).where(AnsweredRequest.created_at < before).order_by(AnsweredRequest.created_at)


def remove_requests(sessions: Sessions, before: datetime, watch: Watch) -> int:
    """Remove them; how many."""
    return in_batches(sessions, partial(delete_some, model=AnsweredRequest, old=old_requests(before)), watch)
