"""The platform's figures for Prometheus: the product's, and what only Airflow's own database knows."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, field
from threading import Lock

from airflow.utils.session import create_session
from igny8_product import product_engine
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from igny8_lib.db.scope import PLATFORM
from igny8_lib.db.session import session_factory
from igny8_lib.metrics.airflow_metrics import DATABASE_UP, READING_SECONDS
from igny8_lib.metrics.page import CONTENT_TYPE, write_page
from igny8_lib.metrics.reading import Family, one, read_families
from igny8_web.airflow_figures import airflow_families
from igny8_web.operators import admit
from igny8_web.problems import problem

log = logging.getLogger(__name__)
KEPT_SECONDS = 5.0
"""Several Prometheus servers, and people who reload, cost one reading."""


@dataclass
class Kept:
    """The last answer of this process."""

    lock: Lock = field(default_factory=Lock)
    text: bytes = b""
    until: float = 0.0
    url: str = ""


KEPT = Kept()


async def metrics(request: Request) -> Response:
    """All figures; 503 while the product database is away."""
    try:
        await admit(request)
        text = await run_in_threadpool(page)
    except HTTPException as refused:
        return problem(refused.status_code, refused.detail, headers=refused.headers)
    except SQLAlchemyError as error:
        log.warning("No metrics: %s", type(error).__name__)
        return problem(503, "A database does not answer: /igny8/health/parts says which.", kind="DatabaseAway")
    return Response(text, media_type=CONTENT_TYPE)


def page() -> bytes:
    """The text of the answer; whoever asks meanwhile waits for the same one."""
    engine = product_engine()
    with KEPT.lock:
        if time.monotonic() >= KEPT.until or str(engine.url) != KEPT.url:
            asked = time.monotonic()
            with session_factory(engine, PLATFORM)() as session:
                families = read_families(session)
            families += [one(READING_SECONDS, time.monotonic() - asked), *airflows_families()]
            KEPT.text, KEPT.until, KEPT.url = write_page(families), time.monotonic() + KEPT_SECONDS, str(engine.url)
        return KEPT.text


def airflows_families() -> list[Family]:
    """Airflow's figures; where its database does not answer, that alone: the product's are told all the same."""
    try:
        with create_session() as airflow:
            return [*airflow_families(airflow), one(DATABASE_UP, 1)]
    except SQLAlchemyError as error:
        log.warning("No figures of Airflow: %s", type(error).__name__)
        return [one(DATABASE_UP, 0)]
