"""Actions that are done by a run of the site's pipeline: begun by a token, followed by the run's own record."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib.airflow_api.client import ENDED_STATES, AirflowApi
from igny8_lib.amounts import Credits
from igny8_lib.errors import Conflict, InsufficientCredits, NotAllowed, NotFound, SiteBusy, TemporaryError
from igny8_lib.models import ACTIVE_RUN, AutomationRun, RunStatus, Site, Trigger
from igny8_lib.pipeline import runs
from igny8_lib.pipeline.chosen_items import ItemsRefused, TooFew
from igny8_lib.pipeline.run_now import find_start, is_own, run_now
from igny8_lib.pipeline.snapshot import Snapshot
from igny8_lib.pipeline.stages import stage
from igny8_lib.rules.actions.base import ActionKind, Asked, Began, Doors, Ended, Params, Plan, Work
from igny8_lib.rules.actions.budget import LimitUsedUp, budget_of
from igny8_lib.rules.actions.choosing import Selection, why_left_out
from igny8_lib.rules.actions.run_plan import plan_runs
from igny8_lib.sites.naming import dag_id

LOOKED_AT = 5
"""Runs of an execution that are looked at for the part's own."""
SKIPPED = (TooFew, NotAllowed, InsufficientCredits)
"""What keeps a run from starting and nobody need look after: there is too little to do, or it is switched off."""


class FoundBusy(SiteBusy):
    """The run that was started found the site busy, and did nothing."""

    def __init__(self, run: AutomationRun) -> None:
        Conflict.__init__(self, run.stopped_detail)
        self.run_id = run.run_id
        self.status = run.status.value


@dataclass(frozen=True)
class Ready:
    """A run that can be handed to Airflow."""

    selection: Selection
    conf: dict[str, Any]
    more: bool
    """Whether another part follows."""


class RunKind(ActionKind[Params]):
    """An action that makes a run for each part of its items."""

    makes_run: ClassVar[bool] = True
    direct: ClassVar[bool] = False
    """Whether it is about one stage's work and nothing else, which too few items make no sense for."""

    @abstractmethod
    def select(self, session: Session, asked: Asked, params: Params, part: int) -> Selection:
        """What the run of this part would do. Raises NotFound for named items that are gone, TooFew, NotAllowed."""

    def parts(self, asked: Asked, params: Params) -> int:  # noqa: ARG002 - for kinds that have several
        """How many parts there are."""
        return 1

    def asked_ids(self, session: Session, asked: Asked, params: Params, part: int) -> Sequence[int]:  # noqa: ARG002
        """The items that a part is about, whether they wait or not; none for whatever waits."""
        return ()

    def plan(self, session: Session, asked: Asked, params: Params, left: Credits | None) -> Plan:
        """The sum of all parts' runs."""
        parts = (self.select(session, asked, params, part) for part in range(self.parts(asked, params)))
        return plan_runs(session, asked.site, parts, left)

    def begin(self, doors: Doors, work: Work, params: Params) -> Began | Ended:
        """Start the part's run, or say why there is none."""
        airflow = doors.airflow()
        if started := own_run(doors, airflow, work):
            return Began(dag_run_id=started)
        ready = self.prepare(doors, work, params)
        return ready if isinstance(ready, Ended) else self.start(doors, airflow, work, ready)

    def prepare(self, doors: Doors, work: Work, params: Params) -> Ready | Ended:
        """What the part's run is started with; or why there is none."""
        with doors.sessions() as session:
            asked = work.asked(session.get_one(Site, work.site.id))
            more = work.part + 1 < self.parts(asked, params)
            try:
                selection = self.select(session, asked, params, work.part)
                if selection.nothing:
                    return Ended(self.ended("skipped", selection.nothing), more)
                return Ready(selection, conf_of(session, asked.site, selection, work.left), more)
            except SKIPPED as reason:
                return Ended(self.ended("skipped", str(reason)), more and not isinstance(reason, LimitUsedUp))

    def start(self, doors: Doors, airflow: AirflowApi, work: Work, ready: Ready) -> Began | Ended:
        """Hand the run to Airflow. The site's DAG is not waited for: who begins an action asks again in a minute."""
        try:
            launched = run_now(
                doors.sessions,
                airflow,
                work.site.slug,
                ready.conf,
                trigger=Trigger.RULE,
                rule_execution=work.execution_id,
                token=work.token,
                patience=0,
                direct=self.direct and not ready.selection.items,
            )
        except SKIPPED as reason:
            told = " ".join([str(reason), *ready.selection.left_out])
            return Ended(self.ended("skipped", told), ready.more and not isinstance(reason, InsufficientCredits))
        except ItemsRefused as changed:
            raise TemporaryError(f"Its items were changed as it was begun. {changed}") from changed
        return Began(dag_run_id=launched.dag_run_id)

    def follow(self, doors: Doors, work: Work, params: Params) -> Ended | None:
        """How the part's run ended."""
        dag, dag_run = dag_id(work.site.slug), str(work.dag_run_id)
        with doors.sessions() as session:
            run = runs.find(session, dag, dag_run)
        if run is None:
            return self.not_begun(doors, work, params)
        if run.status in ACTIVE_RUN:
            return None
        if run.status is RunStatus.SKIPPED:
            raise FoundBusy(run)
        with doors.sessions() as session:
            return self.ended_run(session, run, work, params)

    def not_begun(self, doors: Doors, work: Work, params: Params) -> Ended | None:
        """A run that Airflow accepted and that has no record: it waits for its first task, or will never have one."""
        dag, dag_run = dag_id(work.site.slug), str(work.dag_run_id)
        try:
            if doors.airflow().dag_run(dag, dag_run)["state"] not in ENDED_STATES:
                return None
        except NotFound:
            return Ended(self.ended("failed", f"Its run {dag_run} was deleted in Airflow before it began."))
        with doors.sessions() as session:
            if runs.find(session, dag, dag_run):
                return self.follow(doors, work, params)  # it began and ended between the two looks
        return Ended(self.ended("failed", f"Its run {dag_run} ended in Airflow before it began: see its log there."))

    def ended_run(self, session: Session, run: AutomationRun, work: Work, params: Params) -> Ended:
        """The run's own sentence, and what it was not given."""
        asked = work.asked(session.get_one(Site, work.site.id))
        sentence = " ".join([run.stopped_detail, *self.not_given(session, run, asked, work, params)])
        named = {"run_id": run.run_id, "credits": run.total_credits_used.as_number()}
        if run.status is RunStatus.COMPLETED:
            return Ended(self.ended("completed", sentence, **named), work.part + 1 < self.parts(asked, params))
        return Ended(self.ended("failed", sentence, **named))

    def not_given(
        self, session: Session, run: AutomationRun, asked: Asked, work: Work, params: Params
    ) -> tuple[str, ...]:
        """Why some of the part's items were left out of its run."""
        direct = Snapshot.model_validate(run.initial_snapshot).direct if run.initial_snapshot else None
        if direct is None:
            return ()
        about = self.asked_ids(session, asked, params, work.part)
        return why_left_out(session, asked.site, stage(direct.stage), about, direct.items)


def own_run(doors: Doors, airflow: AirflowApi, work: Work) -> str | None:
    """The run that an earlier call started for this part, and nobody wrote down; None where there is none."""
    if started := find_start(doors.sessions, airflow, work.site.slug, work.token):
        return started.dag_run_id
    mine = select(AutomationRun.dag_id, AutomationRun.dag_run_id).where(
        AutomationRun.site_id == work.site.id,
        AutomationRun.rule_execution_id == work.execution_id,
        AutomationRun.status != RunStatus.SKIPPED,
    )
    with doors.sessions() as session:
        found = session.execute(mine.order_by(AutomationRun.id.desc()).limit(LOOKED_AT)).all()
    for dag, dag_run in found:
        with suppress(NotFound):  # deleted in Airflow
            if is_own(airflow.dag_run(dag, dag_run), work.token):
                return str(dag_run)
    return None


def conf_of(session: Session, site: Site, selection: Selection, left: Credits | None) -> dict[str, Any]:
    """A DAG run's conf. Raises LimitUsedUp where the rule's limit lets no run begin."""
    conf: dict[str, Any] = {"stages": list(selection.stages)}
    if selection.items:
        conf["items"] = list(selection.items)
    budget = budget_of(session, site, left)
    return conf if budget is None else conf | {"max_credits_per_run": budget.as_number()}
