"""Opening a batch: which articles, in one transaction; a worker begins it by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, exists, func, insert, literal, select
from sqlalchemy.orm import Session, aliased

from igny8_lib.amounts import ZERO, Credits
from igny8_lib.errors import Conflict, InvalidInput, NotFound
from igny8_lib.models import (
    BatchItemStatus,
    BatchKind,
    BatchStatus,
    Content,
    ContentBatch,
    ContentBatchItem,
    ContentSource,
    Module,
    Site,
)
from igny8_lib.sites.modules import require_active, require_module

OPEN = (BatchStatus.PENDING, BatchStatus.RUNNING)
MODULES = {BatchKind.LINK: Module.LINKER, BatchKind.OPTIMIZE: Module.OPTIMIZER}
"""What has to be on for a batch of the kind; articles are analysed for everybody."""
MOST_IDS = 10_000
"""Articles that are named one by one; whoever wants more names none and says which."""
MOST_OPEN = 50
"""Batches of a site that wait or are worked at one time."""
TOLD = 5
"""Ids that a refusal names."""
OPENING_LOCK = 0x4967424F << 32
"""The advisory locks of opening: this, and the site's number."""


@dataclass(frozen=True)
class Choice:
    """Which articles of a site: those that fit everything that is said. Nothing said is no choice."""

    ids: Sequence[int] = ()
    everything: bool = False
    """All articles, as far as nothing else is said."""
    score_below: int | None = None
    """1…100: those whose overall score is lower. An article that was never analysed has none, and is not meant."""
    source: ContentSource | None = None

    def require_said(self) -> None:
        """Raises InvalidInput where nothing is chosen, or too much is named."""
        if not (self.ids or self.everything or self.score_below is not None or self.source):
            raise InvalidInput("Say which articles: their ids, all of them, those below a score, or those of a source.")
        if len(self.ids) > MOST_IDS:
            raise InvalidInput(f"Name at most {MOST_IDS:,} articles, not {len(self.ids):,}.")

    def conditions(self) -> list[ColumnElement[bool]]:
        """The same for a query of articles."""
        said: list[ColumnElement[bool] | None] = [
            Content.id.in_(list(dict.fromkeys(self.ids))) if self.ids else None,
            Content.score < self.score_below if self.score_below is not None else None,
            Content.source == self.source if self.source else None,
        ]
        return [each for each in said if each is not None]


def open_batch(
    session: Session,
    site: Site,
    kind: BatchKind,
    choice: Choice,
    *,
    by: str,
    rule_execution_id: int | None = None,
    credit_limit: Credits = ZERO,
) -> ContentBatch:
    """Write down what is to be done with which articles; four statements more than checks take, however many they are.

    Articles that wait in another batch of the kind are left to that one. `rule_execution_id` is of the rule that opens
    it, `credit_limit` what all articles may cost together (0: no limit but the account's). Raises InvalidInput where no
    article is chosen or none fits, NotFound for ids that the site does not have, SwitchedOff, ModuleDisabled, and
    Conflict where all of them wait already, or too many batches of the site do.
    """
    choice.require_said()
    require_workable(session, site, kind)
    require_known(session, site, choice.ids)
    session.execute(select(func.pg_advisory_xact_lock(OPENING_LOCK + site.id)))
    require_room(session, site)
    batch = ContentBatch(
        site_id=site.id,
        kind=kind,
        requested_by=by,
        status=BatchStatus.PENDING,
        rule_execution_id=rule_execution_id,
        credit_limit=credit_limit,
    )
    session.add(batch)
    session.flush()
    chosen = select(literal(batch.id), Content.id, Content.site_id).where(Content.site_id == site.id)
    fitting = chosen.where(*choice.conditions(), ~waits_elsewhere(site.id, kind))
    fill = insert(ContentBatchItem).from_select(["batch_id", "content_id", "site_id"], fitting.order_by(Content.id))
    added: Any = session.execute(fill, execution_options={"preserve_rowcount": True})
    if added.rowcount == 0:
        raise nothing_to_do(session, site, kind, choice)
    return batch


def require_workable(session: Session, site: Site, kind: BatchKind) -> None:
    """Raises SwitchedOff for a site that takes no part, ModuleDisabled where the account has the kind's module off."""
    require_active(session, site)
    if kind in MODULES:
        require_module(session, site.account_id, MODULES[kind])


def require_known(session: Session, site: Site, ids: Sequence[int]) -> None:
    """Raises NotFound naming articles that the site does not have."""
    if not ids:
        return
    known = set(session.scalars(select(Content.id).where(Content.site_id == site.id, Content.id.in_(list(set(ids))))))
    missing = [each for each in dict.fromkeys(ids) if each not in known]
    if missing:
        more = f" and {len(missing) - TOLD:,} more" if len(missing) > TOLD else ""
        named = ", ".join(str(each) for each in missing[:TOLD])
        raise NotFound(f"Site {site.slug} has no article {named}{more}: nothing was opened.")


def require_room(session: Session, site: Site) -> None:
    """Raises Conflict where the site has as many open batches as it may."""
    there = session.scalar(select(func.count()).where(ContentBatch.site_id == site.id, ContentBatch.status.in_(OPEN)))
    if (there or 0) >= MOST_OPEN:
        raise Conflict(f"{MOST_OPEN} batches of site {site.slug} wait or are worked: cancel some, or wait for them.")


def waits_elsewhere(site_id: int, kind: BatchKind) -> ColumnElement[bool]:
    """Whether an article is still to be worked in an open batch of the kind."""
    batch, item = aliased(ContentBatch), aliased(ContentBatchItem)
    return exists(
        select(item.content_id)
        .join(batch, batch.id == item.batch_id)
        .where(
            item.site_id == site_id,
            item.content_id == Content.id,
            item.status == BatchItemStatus.PENDING,
            batch.kind == kind,
            batch.status.in_(OPEN),
        )
    )


def nothing_to_do(session: Session, site: Site, kind: BatchKind, choice: Choice) -> InvalidInput | Conflict:
    """Why a batch would be empty."""
    fitting = select(Content.id).where(Content.site_id == site.id, *choice.conditions())
    if session.scalar(fitting.limit(1)) is None:
        unscored = " Articles without a score are not meant: analyse them first." if choice.score_below else ""
        return InvalidInput(f"No article of site {site.slug} fits: nothing was opened.{unscored}")
    return Conflict(f"All of these articles wait in another batch already that is to {kind.value} them.")
