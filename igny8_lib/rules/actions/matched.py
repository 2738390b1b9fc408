"""Which items an action takes: those that matched, where they are of its kind, or some that people named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil

from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib.errors import NotFound
from igny8_lib.models import RuleAction, RuleTrigger, Site
from igny8_lib.pipeline.stages import Item
from igny8_lib.rules.actions.base import MOST_AT_ONCE
from igny8_lib.rules.documents import BadRule

ARTICLES = frozenset({RuleTrigger.CONTENT_GENERATED, RuleTrigger.CONTENT_APPROVED, RuleTrigger.CONTENT_PUBLISHED})
TAKES: Mapping[RuleAction, frozenset[RuleTrigger]] = {
    RuleAction.CLUSTER_KEYWORDS: frozenset({RuleTrigger.KEYWORD_ADDED}),
    RuleAction.GENERATE_IDEAS: frozenset({RuleTrigger.CLUSTER_CREATED}),
    RuleAction.GENERATE_CONTENT: frozenset({RuleTrigger.IDEA_CREATED, RuleTrigger.TASK_CREATED}),
    RuleAction.OPTIMIZE_CONTENT: ARTICLES,
    RuleAction.LINK_CONTENT: ARTICLES,
}
"""By action: the triggers whose matched items it takes. Ideas become tasks first, and those are written."""
TOLD = 10
"""Ids that a refusal names."""


def fits(trigger: RuleTrigger, action: RuleAction) -> bool:
    """Whether the action can take what matched; the others work on something else, or on nothing."""
    return trigger in TAKES.get(action, frozenset())


def require_fit(trigger: RuleTrigger, action: RuleAction, place: str, instead: str) -> None:
    """Raises BadRule where what matched is nothing that the action takes; `instead` is what can be said."""
    if fits(trigger, action):
        return
    taken = " or ".join(each.value for each in RuleTrigger if fits(each, action))
    raise BadRule(
        place,
        f"{action.value} takes what matched of the trigger {taken}, not of {trigger.value}. "
        f'Say "{instead}", or name what you mean by its ids.',
    )


def parts_of(ids: Sequence[int]) -> int:
    """How many parts there are of these items; one of none."""
    return max(1, ceil(len(ids) / MOST_AT_ONCE))


def part_of(ids: Sequence[int], part: int) -> list[int]:
    """The items of one part, in their order. All parts are about as big, so that no rest is too small to be worked."""
    parts = parts_of(ids)
    return list(ids[len(ids) * part // parts : len(ids) * (part + 1) // parts])


def known_ids(session: Session, site: Site, table: Item, ids: Sequence[int]) -> list[int]:
    """Those of the ids that the site has, in the order in which they are given."""
    known = set(session.scalars(select(table.id).where(table.site_id == site.id, table.id.in_(ids))))
    return [each for each in ids if each in known]


def require_known(session: Session, site: Site, table: Item, ids: Sequence[int], takes: str) -> None:
    """Raises NotFound naming ids that the site does not have: another site's are as unknown as those of nobody."""
    known = set(known_ids(session, site, table, ids))
    missing = [each for each in dict.fromkeys(ids) if each not in known]
    if missing:
        told = ", ".join(map(str, missing[:TOLD])) + (f" and {len(missing) - TOLD:,} more" if missing[TOLD:] else "")
        raise NotFound(f"Site {site.slug} has no {takes} with these ids: {told}.")


def check_named(session: Session, site: Site, table: Item, ids: Sequence[int], takes: str, place: str) -> None:  # noqa: PLR0917
    """The same of a rule that is saved. Raises BadRule."""
    try:
        require_known(session, site, table, ids, takes)
    except NotFound as missing:
        raise BadRule(place, str(missing)) from None
    if len(set(ids)) < len(ids):
        raise BadRule(place, "An id is named more than once.")
