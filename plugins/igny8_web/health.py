"""Whether this process can serve: the one answer that needs no login, and that tells nothing else."""

from __future__ import annotations

import logging

from igny8_product import product_engine
from sqlalchemy import literal, select
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import JSONResponse

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
