"""Rounds of the rules with an Airflow that does what the test says: real sessions, real runs, real batches."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib.amounts import Credits
from igny8_lib.batches.work import Worker as BatchWorker
from igny8_lib.db.session import Sessions
from igny8_lib.models import (
    AutomationRun,
    NotificationSettings,
    RuleExecution,
    Site,
    StoppedReason,
    Trigger,
)
from igny8_lib.notifications.rule_notice import RuleNotice
from igny8_lib.pipeline.end_run import end
from igny8_lib.pipeline.outcome import outcome_for
from igny8_lib.pipeline.rule_runs import RULE_EXECUTION
from igny8_lib.pipeline.run_now import TOKEN
from igny8_lib.pipeline.runs import Start, begin
from igny8_lib.rules.actions.base import Doors
from igny8_lib.rules.consuming import consume
from igny8_lib.rules.executing import Tally, Worker
from igny8_lib.rules.scheduling import start_due
from igny8_lib.sites.naming import dag_id
from tests.airflow_fake import FakeAirflow
from tests.factories.credits import make_funded_account
from tests.factories.sites import make_site
from tests.lib.batches.test_linking import nowhere

NO_PAUSE = timedelta(0)
"""Tests look again at once."""


@dataclass
class World:
    """Rounds, and what comes of them outside of the rules."""

    sessions: Sessions
    airflow: FakeAirflow = field(default_factory=FakeAirflow)
    told: list[RuleNotice] = field(default_factory=list)

    def make_site(self, session: Session, *, funds: int = 1_000, **values: Any) -> Site:
        """A site with credits, whose account tells somebody, and whose DAG Airflow knows."""
        account = make_funded_account(session, funds)
        session.add(NotificationSettings(account_id=account.id, emails=["owner@agency.example"]))
        site = make_site(session, account, **values)
        self.airflow.paused[dag_id(site.slug)] = False
        session.commit()
        return site

    @property
    def doors(self) -> Doors:
        """The ways out of the library."""
        return Doors(self.sessions, self.airflow.api, self.tell)

    def tell(self, notice: RuleNotice) -> str:
        """People are told."""
        self.told.append(notice)
        return "Told by mail."

    def look(self) -> None:
        """What happened and what is due becomes executions."""
        start_due(self.sessions)
        consume(self.sessions)

    def work(self) -> Tally:
        """One worker, until nothing is left that it had not looked at."""
        return Worker(self.doors, pause=NO_PAUSE).work()

    def round(self) -> None:
        """What one minute does."""
        self.look()
        self.work()

    def play(
        self,
        session: Session,
        site: Site,
        *,
        reason: StoppedReason = StoppedReason.COMPLETED,
        told: str = "Everything pending was worked.",
        spent: int = 0,
    ) -> AutomationRun:
        """The site's DAG does the run that waits in Airflow, from its first task to its last one."""
        run = self.begin_run(session, site)
        return self.end_run(session, run, reason=reason, told=told, spent=spent)

    def begin_run(self, session: Session, site: Site) -> AutomationRun:
        """Its first task; the run is active if the product lets it be."""
        key = next(key for key, state in self.airflow.runs.items() if key[0] == dag_id(site.slug) and state == "queued")
        conf = dict(self.airflow.confs[key])
        self.airflow.runs[key] = "running"
        named = conf.pop(RULE_EXECUTION, None)
        trigger = Trigger(conf.pop("trigger"))
        conf.pop(TOKEN)
        session.expire_all()
        run = begin(session, Start(site.slug, *key, trigger, "airflow", conf, rule_execution=named))
        session.commit()
        return run

    def end_run(
        self,
        session: Session,
        run: AutomationRun,
        *,
        reason: StoppedReason = StoppedReason.COMPLETED,
        told: str = "Everything pending was worked.",
        spent: int = 0,
    ) -> AutomationRun:
        """Its last one."""
        ended = end(session, run.id, outcome_for(reason, told))
        ended.total_credits_used = Credits.of(spent)
        session.commit()
        self.airflow.runs[run.dag_id, run.dag_run_id] = "success"
        return ended

    def work_batches(self) -> None:
        """The DAG that works batches."""
        BatchWorker(self.sessions, nowhere).work()


def executions(session: Session, site: Site) -> list[RuleExecution]:
    """All executions of the site's rules as the database has them now, oldest first."""
    session.expire_all()
    query = select(RuleExecution).where(RuleExecution.site_id == site.id).order_by(RuleExecution.id)
    return list(session.scalars(query))


def only_execution(session: Session, site: Site) -> RuleExecution:
    """The one that there is."""
    (execution,) = executions(session, site)
    return execution
