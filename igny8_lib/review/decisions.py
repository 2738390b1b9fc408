"""What people decide about articles in review: approve, reject, and take it back while nothing has come of it.

Each call takes some articles and does it to all that it can be done to; for each of the others it says why not. The
rows are locked in the order of their ids, so of two decisions at one instant the second finds the first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, insert, select, update
from sqlalchemy.orm import Session

from igny8_lib.errors import InvalidInput
from igny8_lib.models import (
    Content,
    ContentEvent,
    ContentEventKind,
    ContentStatus,
    RejectReason,
    RuleTrigger,
    SiteContentStatus,
)
from igny8_lib.outbox.writing import cause_of_run, write_events
from igny8_lib.text.characters import storable
from igny8_lib.text.names import is_blank

MOST_AT_ONCE = 1_000
"""Articles of one call."""
MAX_REMARK = 2_000
"""Characters of a remark on an article."""
UNKNOWN = "the site has no such article"
STANDS = {
    ContentStatus.DRAFT: "is a draft: it is still being made",
    ContentStatus.LINKED: "is linked: it is still being made",
    ContentStatus.OPTIMIZED: "is optimized: it is still being made",
    ContentStatus.REVIEW: "is in review: nothing is decided about it",
    ContentStatus.APPROVED: "is approved already",
    ContentStatus.REJECTED: "is rejected already",
    ContentStatus.PUBLISHED: "is published",
    ContentStatus.FAILED: "has failed",
}
"""Why something cannot be decided about an article that stands here."""

Article = Row[int, int, ContentStatus, int, SiteContentStatus, datetime | None]
"""What a decision needs to know of an article, without its text."""
Why = Callable[[Article], str | None]
"""From a locked article to why it cannot be done to it, None where it can."""


@dataclass(frozen=True)
class Decided:
    """To which articles it was done, and why not to each of the others."""

    done: list[int] = field(default_factory=list)
    refused: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Rejection:
    """Why one article is rejected: at least one reason, and for `other` the remark that says which."""

    reasons: Sequence[RejectReason]
    remark: str = ""


def approve(
    session: Session,
    site_id: int,
    ids: Sequence[int],
    *,
    by: str,
    seen: Mapping[int, int] | None = None,
    run_id: int | None = None,
) -> Decided:
    """Approve articles that are in review. `seen` has the version of an article that was read: one that was changed
    since is not approved. `run_id` is of the run that approves them, None where people do: what comes of it is their
    doing then, and no rule's any more. Raises InvalidInput for too many."""
    decided, articles = sort_out(session, site_id, ids, in_review(seen or {}))
    origin = None if run_id is None else func.coalesce(cause_of_run(site_id, run_id), Content.rule_execution_id)
    move(session, articles, ContentStatus.APPROVED, rule_execution_id=origin)
    record(session, articles, ContentEventKind.APPROVED, by)
    approved = [article.id for article in articles]
    write_events(session, site_id, RuleTrigger.CONTENT_APPROVED, approved, run_id=run_id)
    return decided


def reject(
    session: Session,
    site_id: int,
    rejections: Mapping[int, Rejection],
    *,
    by: str,
    seen: Mapping[int, int] | None = None,
) -> Decided:
    """Reject articles that are in review, each for its reasons; `seen` as for `approve`.

    Raises InvalidInput for too many, and where one has no reason; then nothing is changed.
    """
    told = {content_id: checked(rejection, content_id) for content_id, rejection in rejections.items()}
    decided, articles = sort_out(session, site_id, list(told), in_review(seen or {}))
    move(session, articles, ContentStatus.REJECTED)
    record(session, articles, ContentEventKind.REJECTED, by, told)
    return decided


def undo(session: Session, site_id: int, ids: Sequence[int], *, by: str) -> Decided:
    """Put articles back into review that were rejected, or approved with nothing come of it yet: no date, no post.

    Raises InvalidInput for too many.
    """
    decided, articles = sort_out(session, site_id, ids, why_settled)
    move(session, articles, ContentStatus.REVIEW)
    record(session, articles, ContentEventKind.RETURNED, by)
    return decided


def checked(rejection: Rejection, content_id: int) -> dict[str, Any]:
    """What is written down of a rejection. Raises InvalidInput."""
    remark = check_remark(rejection.remark)
    reasons = list(dict.fromkeys(reason.value for reason in rejection.reasons))
    if not reasons:
        known = ", ".join(reason.value for reason in RejectReason)
        raise InvalidInput(f"Say why the article {content_id} is rejected: one or more of {known}.")
    if RejectReason.OTHER.value in reasons and not remark:
        raise InvalidInput(f"Say in a remark for which other reason the article {content_id} is rejected.")
    return {"reasons": reasons, "remark": remark}


def check_remark(text: str) -> str:
    """A remark as it is stored, "" for one that shows nothing. Raises InvalidInput for one that is too long."""
    if len(text) > MAX_REMARK:
        raise InvalidInput(f"A remark has at most {MAX_REMARK:,} characters, not {len(text):,}.")
    return "" if is_blank(text) else storable(text).strip()


def in_review(seen: Mapping[int, int]) -> Why:
    """Why nothing can be decided about an article."""

    def why(article: Article) -> str | None:
        if article.status != ContentStatus.REVIEW:
            return STANDS[article.status]
        if (version := seen.get(article.id, article.version)) != article.version:
            return f"was changed meanwhile: its newest version is {article.version}, you have seen version {version}"
        return None

    return why


def why_settled(article: Article | Content) -> str | None:
    """Why the decision about an article cannot be taken back."""
    if article.status == ContentStatus.APPROVED:
        planned = article.scheduled_publish_at or article.site_status != SiteContentStatus.NOT_SCHEDULED
        return "has a date or is under way to the website: take that back first" if planned else None
    return None if article.status == ContentStatus.REJECTED else STANDS[article.status]


def check_number(ids: Sequence[int]) -> None:
    """Raises InvalidInput for more articles than one call takes."""
    if len(ids) > MOST_AT_ONCE:
        raise InvalidInput(f"At most {MOST_AT_ONCE:,} articles at once, not {len(ids):,}.")


def sort_out(session: Session, site_id: int, ids: Sequence[int], why: Why) -> tuple[Decided, list[Article]]:
    """Lock the articles; those that it can be done to, and why not to the others. Raises InvalidInput for too many."""
    check_number(ids)
    columns = (Content.id, Content.site_id, Content.status, Content.version)
    more = (Content.site_status, Content.scheduled_publish_at)
    query = select(*columns, *more).where(Content.site_id == site_id, Content.id.in_(ids))
    found = {row.id: row for row in session.execute(query.order_by(Content.id).with_for_update())}
    reasons = {number: why(found[number]) if number in found else UNKNOWN for number in ids}
    refused = {number: reason for number, reason in reasons.items() if reason is not None}
    done = [number for number in found if number not in refused]
    return Decided(done, refused), [found[number] for number in done]


def move(session: Session, articles: Sequence[Article], status: ContentStatus, **more: Any) -> None:  # noqa: ANN401 - of any column
    """Let locked articles of one site stand elsewhere, and change `more` of them; one statement, however many."""
    if articles:
        mine = (Content.site_id == articles[0].site_id, Content.id.in_([article.id for article in articles]))
        session.execute(update(Content).where(*mine).values(status=status, **more))


def record(
    session: Session,
    articles: Iterable[Article | Content],
    kind: ContentEventKind,
    by: str,
    told: Mapping[int, Mapping[str, Any]] | None = None,
) -> None:
    """Write down what was done with articles; `told` has more of each."""
    plain: dict[str, Any] = {"reasons": [], "remark": ""}
    rows = [
        {"site_id": article.site_id, "content_id": article.id, "version": article.version}
        | {"kind": kind, "made_by": by}
        | dict((told or {}).get(article.id, plain))
        for article in articles
    ]
    if rows:
        session.execute(insert(ContentEvent), rows)
