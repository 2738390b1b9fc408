"""What tests of actions share: doors, the work of one part, and a run as its tasks would begin it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy.orm import Session

from igny8_lib.amounts import Credits
from igny8_lib.db.scope import Scope
from igny8_lib.db.session import Sessions, scoped
from igny8_lib.models import AutomationRun, ExecutionStatus, RuleAction, RuleTrigger, Site, Trigger
from igny8_lib.notifications.rule_notice import RuleNotice
from igny8_lib.pipeline import runs
from igny8_lib.pipeline.rule_runs import RULE_EXECUTION
from igny8_lib.pipeline.runs import Start
from igny8_lib.rules.actions.base import Began, Doors, Ended, Work, WorkSite
from igny8_lib.rules.actions.kinds import KINDS
from igny8_lib.rules.documents import Action
from igny8_lib.sites.naming import dag_id
from tests.airflow_fake import FakeAirflow
from tests.factories.rules import make_execution, make_rule


def action_of(kind: RuleAction | str, **params: object) -> Any:
    """An action as a rule's document has it."""
    return TypeAdapter[Any](Action).validate_python({"type": RuleAction(kind).value, "params": params})


def airflow_of(site: Site) -> FakeAirflow:
    """An Airflow that knows the site's DAG."""
    return FakeAirflow(paused={dag_id(site.slug): False})


def nobody(_: RuleNotice) -> str:
    """A door that tells nobody."""
    return "Nobody was told."


def doors_of(sessions: Sessions, site: Site, airflow: FakeAirflow) -> Doors:
    """Doors as a worker has them: to nothing but the site."""
    own = scoped(sessions, Scope.of_sites(site.account_id, [site.id]))
    return Doors(own, airflow.api, nobody)


def work_of(
    session: Session,
    site: Site,
    trigger: RuleTrigger,
    matched: Sequence[int] = (),
    *,
    left: int | str | None = None,
    part: int = 0,
) -> Work:
    """The first action of a running execution."""
    given = {"schedule": "0 6 * * *"} if trigger is RuleTrigger.SCHEDULE else {}
    rule = make_rule(session, site, trigger=trigger, **given)
    named = {"rule_name": "Roses", "matched_ids": list(matched), "status": ExecutionStatus.RUNNING}
    execution = make_execution(session, rule, **named)
    limit = None if left is None else Credits.of(left)
    return Work(WorkSite.of(site), execution.id, "Roses", trigger, 0, part, list(matched), limit)


def begin(doors: Doors, work: Work, action: Any) -> Began | Ended:
    """Begin a part that makes a run."""
    return KINDS[action.type].begin(doors, work, action.params)


def follow(doors: Doors, work: Work, action: Any, began: Began | Ended) -> Ended | None:
    """Follow what was begun."""
    assert isinstance(began, Began)
    under_way = replace(work, dag_run_id=began.dag_run_id, batch_id=began.batch_id, build_id=began.build_id)
    return KINDS[action.type].follow(doors, under_way, action.params)


def conf_of(airflow: FakeAirflow, site: Site, began: Began | Ended) -> Mapping[str, Any]:
    """What the DAG run was given."""
    assert isinstance(began, Began)
    return airflow.confs[dag_id(site.slug), str(began.dag_run_id)]


def first_task(sessions: Sessions, airflow: FakeAirflow, site: Site, began: Began | Ended) -> AutomationRun:
    """The body of the run's first task."""
    conf = conf_of(airflow, site, began)
    assert isinstance(began, Began)
    airflow.runs[dag_id(site.slug), str(began.dag_run_id)] = "running"
    start = Start(
        site.slug,
        dag_id(site.slug),
        str(began.dag_run_id),
        Trigger(conf["trigger"]),
        "admin",
        conf,
        rule_execution=conf[RULE_EXECUTION],
    )
    with sessions.begin() as session:
        return runs.begin(session, start)
