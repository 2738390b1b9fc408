"""An approved article whose slot has come is a page on the static site within minutes: in a real Airflow, by itself."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from igny8_lib import clock
from igny8_lib.models import Content, Publication, SiteContentStatus
from tests.lib.publishing.static_site import make_due, make_static_site
from tests.stack import Stack, until

pytestmark = [
    pytest.mark.airflow,
    pytest.mark.timeout(900),
    pytest.mark.slow("the publisher's DAG runs once a minute"),
]
DAG = "publish_due"


def test_what_is_due_goes_out_by_itself_and_an_idle_round_is_one_task_and_old_rounds_are_removed(stack: Stack) -> None:
    with stack.sessions.begin() as session:
        site = make_static_site(session, slug="due-journey")
        content = make_due(session, site, slug="roses")
    stack.wait_for_dag(DAG)

    def published() -> Content | None:
        with stack.sessions() as session:
            found = session.scalars(select(Content).where(Content.id == content.id)).one()
            return found if found.site_status is SiteContentStatus.PUBLISHED else None

    found = until(published, "the article is published", 300)
    page = httpx.get(str(found.external_url))
    assert page.status_code == 200
    assert content.title in page.text
    with stack.sessions() as session:
        known = session.scalars(select(Publication).where(Publication.content_id == content.id)).one()
    assert known.requested_by == "calendar"

    idle = stack.wait(stack.trigger(DAG), dag_id=DAG)
    assert idle["state"] == "success"
    states = [(task["task_id"], task["state"]) for task in stack.tasks(DAG, idle["dag_run_id"])]
    assert ("find", "success") in states
    assert_rounds_can_be_removed(stack, idle)


def assert_rounds_can_be_removed(stack: Stack, round_: dict[str, Any]) -> None:
    old = stack.airflow.ended_runs(DAG, before=clock.now() + timedelta(minutes=1), most=100)
    assert round_["dag_run_id"] in old
    for dag_run_id in old:
        stack.airflow.delete_run(DAG, dag_run_id)
        stack.airflow.delete_run(DAG, dag_run_id)
    assert round_["dag_run_id"] not in stack.airflow.ended_runs(DAG, before=clock.now(), most=100)
