"""Running the site's pipeline, or some of its stages, on whatever waits."""

from __future__ import annotations

from sqlalchemy.orm import Session

from igny8_lib.models import RuleAction, RuleTrigger, Site
from igny8_lib.pipeline import snapshot
from igny8_lib.pipeline.limits import RunOptions
from igny8_lib.rules.actions.base import Asked
from igny8_lib.rules.actions.choosing import Selection
from igny8_lib.rules.actions.runs import RunKind
from igny8_lib.rules.documents import BadRule, PipelineParams


class RunPipelineKind(RunKind[PipelineParams]):
    """A run of the stages that the rule names. What matched is no part of it."""

    action = RuleAction.RUN_PIPELINE

    def check(self, session: Session, site: Site, trigger: RuleTrigger, params: PipelineParams, place: str) -> None:  # noqa: ARG002
        """Each stage once."""
        if len(set(params.stages)) < len(params.stages):
            raise BadRule(f"{place}.params.stages", "A stage is named more than once.")

    def select(self, session: Session, asked: Asked, params: PipelineParams, part: int) -> Selection:  # noqa: ARG002
        """Whatever waits for the stages."""
        return whatever_waits(session, asked.site, params.stages)


def whatever_waits(session: Session, site: Site, stages: tuple[int, ...]) -> Selection:
    """A run of these stages; nothing to do where it would end as soon as it began."""
    taken = snapshot.take(session, site, RunOptions(stages=stages))
    if taken.first_stage_with_work() is not None:
        return Selection(stages)
    off = [f"stage {number} is {plan.off}" for number, plan in taken.stages.items() if number in stages and plan.off]
    told = f" ({'; '.join(off)})" if off else ""
    return Selection(stages, nothing=f"Nothing waits for {stages_told(stages)}{told}.")


def stages_told(stages: tuple[int, ...]) -> str:
    """ "stage 3", or "stages 3, 4"."""
    return f"stage{'s' if len(stages) > 1 else ''} {', '.join(map(str, stages))}"
