"""Direct work: whether the items that people chose for one stage can be worked, and why some of them cannot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import false, func, null, select
from sqlalchemy.orm import Session

from igny8_lib.errors import InvalidInput, NotAllowed
from igny8_lib.models import (
    AutomationConfig,
    ClusterStatus,
    ContentStatus,
    IdeaStatus,
    ImageStatus,
    Keyword,
    KeywordStatus,
    PublishingSettings,
    Site,
    TaskStatus,
)
from igny8_lib.pipeline import refusals
from igny8_lib.pipeline.limits import RunOptions
from igny8_lib.pipeline.stages import Stage, stage
from igny8_lib.sites.modules import require_module

REASONS_TOLD = 20
WORKED: Mapping[tuple[int, str], str] = {
    (1, KeywordStatus.NEW): "has a cluster already",
    (1, KeywordStatus.MAPPED): "has a cluster already",
    (2, ClusterStatus.MAPPED): "has ideas already",
    (3, IdeaStatus.NEW): "waits for approval",
    (3, IdeaStatus.QUEUED): "has a writing task already",
    (3, IdeaStatus.COMPLETED): "is written already",
    (4, TaskStatus.COMPLETED): "is written already",
    (5, ContentStatus.DRAFT): "has image prompts already",
    (6, ImageStatus.GENERATED): "is drawn already",
    (7, ContentStatus.APPROVED): "is approved already",
}
"""By stage and status: what was done already with an item that does not wait."""


class ItemsRefused(InvalidInput):
    """Some of the chosen items cannot be worked; `reasons` has each of them, the sentence the first twenty.

    Another site's item is unknown, as one is that never was.
    """

    def __init__(self, refused: Stage, chosen: int, reasons: Mapping[int, str]) -> None:
        told = "; ".join(f"{item}: {reason}" for item, reason in list(reasons.items())[:REASONS_TOLD])
        more = f"; and {len(reasons) - REASONS_TOLD:,} more" if len(reasons) > REASONS_TOLD else ""
        count = f"{len(reasons):,} of the {chosen:,} chosen {refused.takes}"
        super().__init__(f"Stage {refused.number} ({refused.title}) cannot work {count}. {told}{more}.")
        self.stage = refused.number
        self.reasons = dict(reasons)


class TooFew(InvalidInput):
    """A stage has fewer items than make sense: `there` are there, `needed` are needed."""

    def __init__(self, wanted: Stage, there: int, how: str) -> None:
        super().__init__(f"Only {there} {wanted.takes} {how}, at least {wanted.minimum} are needed.")
        self.stage = wanted.number
        self.there = there
        self.needed = wanted.minimum


def require_workable(session: Session, site: Site, options: RunOptions) -> None:
    """Make sure that a run can work every item that was chosen for it; nothing to check where none was.

    Raises ModuleDisabled and NotAllowed where its stage is off or people decide there, ItemsRefused for items that do
    not wait for it, and InvalidInput for fewer than it needs.
    """
    if not options.items:
        return
    chosen_stage = stage(options.stages[0])
    config = require_stage(session, site, chosen_stage)
    chosen_stage = chosen_stage.with_approval(needed=config.ideas_need_approval)
    if reasons := why_unusable(session, site.id, chosen_stage, options.items):
        raise ItemsRefused(chosen_stage, len(options.items), reasons)
    if len(options.items) < chosen_stage.minimum:
        raise TooFew(chosen_stage, len(options.items), "are chosen")


def require_waiting(session: Session, site: Site, number: int) -> None:
    """Make sure that a run of this stage alone finds enough to do, where nobody chose items for it.

    Raises ModuleDisabled and NotAllowed where the stage is off, InvalidInput where too few items wait.
    """
    wanted = stage(number)
    config = require_stage(session, site, wanted)
    waiting = wanted.with_approval(needed=config.ideas_need_approval).waiting(site.id)
    there = session.scalar(select(func.count()).select_from(waiting.order_by(None).subquery())) or 0
    if there < wanted.minimum:
        raise TooFew(wanted, there, "wait for it")


def require_stage(session: Session, site: Site, wanted: Stage) -> AutomationConfig:
    """The site's configuration, which lets the stage run.

    Raises ModuleDisabled or NotAllowed where the stage does not run on this site.
    """
    if wanted.module is not None:
        require_module(session, site.account_id, wanted.module)
    config = session.get_one(AutomationConfig, site.id)
    name = f"Stage {wanted.number} ({wanted.title})"
    if not wanted.is_enabled(config):
        raise NotAllowed(
            f"{name} is disabled in the configuration of site {site.slug}: "
            f"igny8 config set {site.slug} stage_{wanted.number}_enabled=true switches it on."
        )
    if wanted.is_gate and not session.get_one(PublishingSettings, site.id).auto_approval_enabled:
        raise NotAllowed(
            f"{name}: people decide on the articles of site {site.slug}, a run approves none of them; "
            f"igny8 publishing set {site.slug} auto_approval_enabled=true lets runs approve."
        )
    return config


def why_unusable(session: Session, site_id: int, wanted: Stage, chosen: Sequence[int]) -> dict[int, str]:
    """Each of the items that does not wait for the stage, with its reason, in the order of the choice."""
    waiting = set(session.scalars(wanted.waiting(site_id, chosen)))
    others = [item for item in chosen if item not in waiting]
    if not others:
        return {}
    disabled = Keyword.disabled if wanted.item is Keyword else false()
    refusable = refusals.ITEMS.get(wanted.number)
    refused = refusable.refused_reason if refusable else null()
    query = select(wanted.item.id, wanted.item.status, disabled.label("disabled"), refused.label("refused"))
    mine = query.where(wanted.item.site_id == site_id, wanted.item.id.in_(others))
    known = {row.id: row for row in session.execute(mine)}
    return {item: why_not(wanted, known.get(item)) for item in others}


def why_not(wanted: Stage, row: Any | None) -> str:  # noqa: ANN401 - a row of any of the stages' tables
    """Why an item of this site, or none of it, does not wait for the stage."""
    if row is None:
        return "unknown"
    if row.disabled:
        return "disabled"
    if row.refused:
        return refusals.told(wanted, row.id, row.refused)
    return WORKED.get((wanted.number, row.status), f"is {row.status.value}, which the stage does not take")
