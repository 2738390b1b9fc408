"""The estimate of a run, from the snapshot that it would start with: one code for the command line, the dry run and
the API."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.orm import Session

from igny8_lib.amounts import Credits
from igny8_lib.models import Site
from igny8_lib.pipeline import snapshot
from igny8_lib.pipeline.estimate_facts import WORDS_PER_ARTICLE, WRITE, EstimateInput, StageFacts
from igny8_lib.pipeline.estimates import Estimate, estimate
from igny8_lib.pipeline.limits import RunOptions
from igny8_lib.pipeline.run_history import History, history_of, words_asked_for
from igny8_lib.pipeline.search_volume import volume_of
from igny8_lib.pipeline.snapshot import Snapshot


def forecast(session: Session, site: Site, options: RunOptions | None = None) -> Estimate:
    """What a run of the site would take, make and cost if it started now."""
    return forecast_of(session, site.id, snapshot.take(session, site, options or RunOptions()))


def forecast_of(session: Session, site_id: int, taken: Snapshot) -> Estimate:
    """What the run of this snapshot is expected to take, make and cost."""
    words = words_of(session, site_id, taken)
    expected = estimate(input_of(taken, words_per_article=words, history=history_of(session, site_id)))
    let_through = {each.stage: each.let_through for each in expected.stages}
    return replace(expected, volume=volume_of(session, site_id, taken, let_through))


def input_of(taken: Snapshot, *, words_per_article: int, history: History) -> EstimateInput:
    """What the estimate of the snapshot's run follows from."""
    limits = taken.limits
    stages = tuple(
        StageFacts(
            number=stage.number,
            pending=taken.stages[stage.number].pending,
            limit=int(getattr(limits, stage.limit)),
            limit_name=stage.limit,
            operation=stage.operation,
            items_per_request=stage.items_per_request,
            minimum=stage.minimum,
            in_neighbourhoods=stage.in_neighbourhoods,
            off=taken.stages[stage.number].off,
            needs_approval=taken.ideas_need_approval and stage.pending_approved is not None,
            unapproved=taken.stages[stage.number].unapproved,
        )
        for stage in taken.path
    )
    return EstimateInput(
        stages=stages,
        available=Credits.of(str(taken.available_credits)),
        max_credits_per_run=Credits.of(str(limits.max_credits_per_run)),
        shares=taken.credit_budget.shares,
        costs=taken.cost_table,
        ideas_per_cluster=taken.ideas_per_cluster,
        images_per_content=taken.images_per_content,
        image_quality=taken.image_quality,
        auto_approval=taken.auto_approval,
        second_look=taken.second_look,
        words_per_article=words_per_article,
        history=history,
    )


def words_of(session: Session, site_id: int, taken: Snapshot) -> int:
    """What an article of this run is expected to be asked for."""
    asked = words_asked_for(session, site_id, taken.chosen(WRITE), approved_only=taken.ideas_need_approval)
    return asked or WORDS_PER_ARTICLE
