"""Whether this process can serve: the one answer that needs no login, and that tells nothing else. Beside it, for
operators: which part of the platform is ill, and what to do."""

from __future__ import annotations

import logging

from airflow.api.common.airflow_health import get_airflow_health
from airflow.utils.session import create_session
from igny8_product import product_engine
from sqlalchemy import literal, select
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse

from igny8_lib.db.scope import PLATFORM
from igny8_lib.db.session import session_factory
from igny8_lib.metrics.airflow_parts import airflow_parts
from igny8_lib.metrics.executor import Tasks, executor
from igny8_lib.metrics.part import Part, State, worst
from igny8_lib.metrics.parts import look_at_parts
from igny8_lib.settings import load
from igny8_web.airflow_figures import read_tasks
from igny8_web.celery_workers import workers_that_answer
from igny8_web.operators import admit
from igny8_web.problems import problem

log = logging.getLogger(__name__)


def health(_request: Request) -> JSONResponse:
    """200 where the product database answers, 503 where it does not."""
    answers = database_answers()
    return JSONResponse({"status": "ok" if answers else "database away"}, 200 if answers else 503)


def database_answers() -> bool:
    """Whether the product database answers within the few seconds that a page has, too."""
    try:
        with product_engine().connect() as connection:
            return connection.scalar(select(literal(1))) == 1
    except SQLAlchemyError as error:
        log.warning("The product database does not answer: %s", type(error).__name__)
        return False


async def parts(request: Request) -> JSONResponse:
    """Every part with its state and what to do: 200 where none is ill, 503 otherwise; for operators only."""
    try:
        await admit(request)
    except HTTPException as refused:
        return problem(refused.status_code, refused.detail, headers=refused.headers)
    found = await run_in_threadpool(all_parts)
    state = worst(found)
    document = {"status": state.value, "parts": [part.as_json() for part in found]}
    return JSONResponse(document, 503 if state is State.ILL else 200)


def all_parts() -> list[Part]:
    """The product's parts, then Airflow's."""
    sessions = session_factory(product_engine(), PLATFORM)
    return [*look_at_parts(sessions, load()), *airflow_parts(get_airflow_health()), *executor_part()]


def executor_part() -> list[Part]:
    """Whether tasks get workers; nothing where Airflow's database is away, which its own part says."""
    try:
        with create_session() as session:
            read = read_tasks(session)
    except SQLAlchemyError:
        return []
    queued, running = (read.numbers.get(state, 0) for state in ("queued", "running"))
    tasks = Tasks(queued, read.queued_seconds, running, read.silent_seconds, workers_that_answer())
    return [executor(tasks)]
