"""Which kinds of actions there are, and whether a rule's actions fit its trigger and its site."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from igny8_lib.models import RuleAction, RuleTrigger, Site
from igny8_lib.rules.actions.base import ActionKind
from igny8_lib.rules.actions.matched import fits
from igny8_lib.rules.documents import Action, BadRule

KINDS: Mapping[RuleAction, ActionKind] = {}

NO_BUILDER = "There is no site builder whose pages it could plan. Choose another action."
"""Said of generate_site_structure."""

__all__ = ["KINDS", "check_actions", "fits"]


def check_actions(session: Session, site: Site, trigger: RuleTrigger, actions: Sequence[Action]) -> None:
    """Make sure that a rule of this trigger can do all of it. Raises BadRule ("actions.0.params.items")."""
    for number, action in enumerate(actions):
        kind = KINDS.get(action.type)
        if kind is None:
            raise BadRule(f"actions.{number}.type", NO_BUILDER)
        kind.check(session, site, trigger, action.params, f"actions.{number}")
