"""What a run keeps to: pending items, limits, configuration, costs and budget, all taken at one instant."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.ai import request_times
from igny8_lib.amounts import Credits
from igny8_lib.credits.budgets import Budget, Shares, shares_in_force
from igny8_lib.credits.costs import CostTable, ImageQuality, costs_in_force
from igny8_lib.credits.ledger import available_credits
from igny8_lib.models import AutomationConfig, ModuleSettings, PublishingSettings, Site
from igny8_lib.pipeline import batch_sizes
from igny8_lib.pipeline.limits import Limits, RunOptions
from igny8_lib.pipeline.stages import GATE, STAGES, Stage, path_of, stage
from igny8_lib.sites.improvement import LINK_KEY, OPTIMIZE_KEY, Improvement, improvement_of

MAX_BATCHES = 1000
"""Below Airflow's max_map_length (1024), above which the mapping task fails."""


class StagePlan(BaseModel):
    """One stage as the run will treat it."""

    model_config = ConfigDict(frozen=True)

    pending: int
    batch_size: int
    in_flight: int
    off: str = ""
    """Why the stage does not run at all; empty where it does."""
    unapproved: int = 0
    """Items that wait for people's approval first; they are not among the pending ones."""


class DirectWork(BaseModel):
    """What a run is limited to when people chose its items."""

    model_config = ConfigDict(frozen=True)

    stage: int
    items: tuple[int, ...]

    def __str__(self) -> str:
        return f"{len(self.items):,} chosen {stage(self.stage).takes}"


class Snapshot(BaseModel):
    """The run's frozen view of its site; stored as `initial_snapshot`. Credits are JSON numbers."""

    model_config = ConfigDict(frozen=True)

    taken_at: datetime
    limits: Limits
    stages: dict[int, StagePlan]
    """By number; LINK and OPTIMIZE are there where their modules and the site's switches are on."""
    available_credits: float
    costs: dict[str, Any]
    budget: dict[str, Any]
    ideas_per_cluster: int
    images_per_content: int
    image_quality: ImageQuality
    auto_approval: bool
    second_look: bool = False
    """Whether clusters of one keyword are offered for merging."""
    ideas_need_approval: bool = False
    competing_pages: bool = False
    competing_pages_threshold: float = 1
    """The settings on ideas; those of runs that began before there were any change nothing."""
    dry_run: bool = False
    direct: DirectWork | None = None
    """Set where the run works chosen items alone."""

    @property
    def path(self) -> tuple[Stage, ...]:
        """The run's way, in order."""
        return path_of(self.stages)

    @property
    def improvement(self) -> Improvement:
        """What is done with new articles before people see them, in this run or in one that takes more."""
        return Improvement(LINK_KEY in self.stages, OPTIMIZE_KEY in self.stages)

    def as_it_runs(self, each: Stage) -> Stage:
        """The stage as it is by the site's settings."""
        return each.with_approval(needed=self.ideas_need_approval).without_linking(linked=self.improvement.link)

    def chosen(self, number: int) -> tuple[int, ...]:
        """The items that the stage is limited to; none for whatever waits."""
        return self.direct.items if self.direct and self.direct.stage == number else ()

    @property
    def cost_table(self) -> CostTable:
        """The costs in force when the run started."""
        return CostTable.from_json(self.costs)

    @property
    def credit_budget(self) -> Budget:
        """The run's credits and their shares."""
        return Budget.from_json(self.budget)

    def first_stage_with_work(self) -> int | None:
        """The first stage that can have something to do; None when no stage can in this run.

        What comes before it has nothing pending and nothing upstream that could make any. A manual gate is no work
        by itself: what waits there waits for people.
        """
        plans = ((each.number, self.stages[each.number]) for each in self.path)
        stages = (n for n, plan in plans if plan.pending and not plan.off)
        return next((n for n in stages if n != GATE.number or self.auto_approval), None)

    def nothing_to_do(self, number: int) -> str:
        """Why a stage has nothing to do, as its result and the log say it."""
        pending = self.stages[number].pending
        if self.dry_run:
            return f"dry run ({pending} {stage(number).takes} pending)"
        if number == GATE.number and pending and not self.auto_approval:
            return f"nothing new to review; {pending} articles wait for people"
        if self.chosen(number):
            return f"none of the {self.direct} waits"
        if unapproved := self.stages[number].unapproved:
            return wait_for_approval(unapproved)
        return f"no {stage(number).takes} pending"


def take(session: Session, site: Site, options: RunOptions) -> Snapshot:
    """Record the site as it is now, with the trigger's own limits and stages in place."""
    chosen = {options.stages[0]: options.items} if options.items else {}
    config = session.get_one(AutomationConfig, site.id)
    modules = session.get_one(ModuleSettings, site.account_id)
    times = request_times.known(session)
    improvement = improvement_of(session, site.id)

    def plan_of(each: Stage) -> StagePlan:
        approved = each.with_approval(needed=config.ideas_need_approval).without_linking(linked=improvement.link)
        pending = count_pending(session, approved, site.id, chosen.get(each.number, ()))
        in_flight = each.in_flight(config)
        seconds = times.get(each.operation) if each.operation else None
        return StagePlan(
            pending=pending,
            unapproved=count_pending(session, each, site.id) - pending if waits_for_people(each, config) else 0,
            batch_size=batch_sizes.fit(each, each.batch_size(config), in_flight=in_flight, seconds=seconds),
            in_flight=in_flight,
            off=why_off(each, config, modules, options),
        )

    limits = options.apply_to(Limits.of(config))
    costs = costs_in_force(session)
    available = available_credits(session, site.account_id)
    shares = shares_of(shares_in_force(session, site.id, costs), options)
    budget = Budget.open(available, Credits.of(str(limits.max_credits_per_run)), shares)
    return Snapshot(
        taken_at=clock.now(),
        limits=limits,
        stages={each.number: plan_of(each) for each in path_of(improvement.keys)},
        available_credits=available.as_number(),
        costs=costs.as_json(),
        budget=budget.as_json(),
        ideas_per_cluster=config.ideas_per_cluster,
        images_per_content=config.images_per_content,
        image_quality=ImageQuality(config.image_quality),
        auto_approval=session.get_one(PublishingSettings, site.id).auto_approval_enabled,
        second_look=config.second_look_enabled,
        ideas_need_approval=config.ideas_need_approval,
        competing_pages=config.competing_pages_enabled,
        competing_pages_threshold=float(config.competing_pages_threshold),
        dry_run=options.dry_run,
        direct=DirectWork(stage=options.stages[0], items=options.items) if options.items else None,
    )


def shares_of(shares: Shares, options: RunOptions) -> Shares:
    """The shares of a run that takes some stages alone: what the others would have is theirs, for nothing is to be left
    over for a stage that does not come. Where its own operations have no share at all, everybody's are as they were."""
    paid = {each.operation for each in STAGES if each.number in options.stages}
    own = {operation: share for operation, share in shares.items() if operation in paid}
    return own if any(own.values()) else shares


def waits_for_people(each: Stage, config: AutomationConfig) -> bool:
    """Whether people approve the stage's items first."""
    return config.ideas_need_approval and each.pending_approved is not None


def wait_for_approval(unapproved: int) -> str:
    """What to say of ideas that people have not approved."""
    told = "1 idea waits" if unapproved == 1 else f"{unapproved} ideas wait"
    return f"{told} for approval: igny8 ideas approve SITE …"


def why_off(stage: Stage, config: AutomationConfig, modules: ModuleSettings, options: RunOptions) -> str:
    """The reason why a stage is skipped whatever is pending, or nothing."""
    if options.items and options.stages != (stage.number,):
        only = STAGES[options.stages[0] - 1]
        return f"this run works chosen {only.takes} of stage {only.number} only"
    if follows(stage) not in options.stages:
        return "not among the stages chosen for this run"
    if not stage.is_enabled(config):
        return "disabled in the site's configuration"
    if stage.module and not stage.module_is_on(modules):
        return f"the {stage.module.value} module is switched off for the account"
    return ""


def follows(stage: Stage) -> int:
    """The number by which runs choose a stage: linking and optimizing come with the stage that finishes articles."""
    return stage.number if stage.is_numbered else GATE.number - 1


def count_pending(session: Session, stage: Stage, site_id: int, chosen: Sequence[int] = ()) -> int:
    """How many items wait for the stage, of the chosen ones where some are chosen."""
    return (
        session.scalar(select(func.count()).select_from(stage.waiting(site_id, chosen).order_by(None).subquery())) or 0
    )
