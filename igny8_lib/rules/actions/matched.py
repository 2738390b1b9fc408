"""Whether "what matched" can be an action's items: only where the trigger's items are what the action takes."""

from __future__ import annotations

from collections.abc import Mapping

from igny8_lib.models import RuleAction, RuleTrigger
from igny8_lib.rules.documents import BadRule

ARTICLES = frozenset({RuleTrigger.CONTENT_GENERATED, RuleTrigger.CONTENT_APPROVED, RuleTrigger.CONTENT_PUBLISHED})
TAKES: Mapping[RuleAction, frozenset[RuleTrigger]] = {
    RuleAction.CLUSTER_KEYWORDS: frozenset({RuleTrigger.KEYWORD_ADDED}),
    RuleAction.GENERATE_IDEAS: frozenset({RuleTrigger.CLUSTER_CREATED}),
    RuleAction.GENERATE_CONTENT: frozenset({RuleTrigger.IDEA_CREATED, RuleTrigger.TASK_CREATED}),
    RuleAction.OPTIMIZE_CONTENT: ARTICLES,
    RuleAction.LINK_CONTENT: ARTICLES,
}
"""By action: the triggers whose matched items it can take. Ideas become tasks first, and those are written."""


def fits(trigger: RuleTrigger, action: RuleAction) -> bool:
    """Whether the action can take what matched; the others work on something else, or on nothing."""
    return trigger in TAKES.get(action, frozenset())


def require_fit(trigger: RuleTrigger, action: RuleAction, place: str, takes: str, instead: str) -> None:
    """Raises BadRule where what matched is nothing that the action takes."""
    if not fits(trigger, action):
        name = trigger.value.replace("_", " ")
        raise BadRule(
            place, f"What matches the trigger “{name}” is no {takes}. Say {instead}, or name them by their ids."
        )
