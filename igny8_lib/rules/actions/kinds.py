"""Which kinds of actions there are, and whether a rule's actions fit its trigger and its site."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from igny8_lib.models import BatchKind, RuleAction, RuleTrigger, Site
from igny8_lib.pipeline.estimate_facts import CLUSTER, PLAN
from igny8_lib.rules.actions.base import ActionKind
from igny8_lib.rules.actions.batches import BatchAction
from igny8_lib.rules.actions.matched import fits
from igny8_lib.rules.actions.pipeline_run import RunPipelineKind
from igny8_lib.rules.actions.site_structure import GenerateSiteStructureKind
from igny8_lib.rules.actions.stage_runs import StageRun
from igny8_lib.rules.actions.telling import NotifyKind
from igny8_lib.rules.actions.writing import GenerateContentKind
from igny8_lib.rules.documents import Action

KINDS: Mapping[RuleAction, ActionKind[Any]] = {
    RuleAction.CLUSTER_KEYWORDS: StageRun(RuleAction.CLUSTER_KEYWORDS, CLUSTER),
    RuleAction.GENERATE_IDEAS: StageRun(RuleAction.GENERATE_IDEAS, PLAN),
    RuleAction.GENERATE_CONTENT: GenerateContentKind(),
    RuleAction.OPTIMIZE_CONTENT: BatchAction(RuleAction.OPTIMIZE_CONTENT, BatchKind.OPTIMIZE),
    RuleAction.LINK_CONTENT: BatchAction(RuleAction.LINK_CONTENT, BatchKind.LINK),
    RuleAction.RUN_PIPELINE: RunPipelineKind(),
    RuleAction.GENERATE_SITE_STRUCTURE: GenerateSiteStructureKind(),
    RuleAction.NOTIFY: NotifyKind(),
}

__all__ = ["KINDS", "check_actions", "fits"]


def check_actions(session: Session, site: Site, trigger: RuleTrigger, actions: Sequence[Action]) -> None:
    """Make sure that a rule of this trigger can do all of it. Raises BadRule ("actions.0.params.items")."""
    for number, action in enumerate(actions):
        KINDS[action.type].check(session, site, trigger, action.params, f"actions.{number}")
