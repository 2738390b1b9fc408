"""Errors as answers: problem documents (RFC 9457) for programs. What a page shows instead stands in pages/errors.py."""

from __future__ import annotations

import json
import logging
import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.exc import DataError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from igny8_lib.db.errors import is_away, refusal_reason
from igny8_lib.errors import Igny8Error
from igny8_lib.text.characters import storable

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
"""Where a class name's words meet."""
RETRY_SECONDS = 5
"""What is said after a hiccup: the database comes back within seconds or not at all."""


class Problem(BaseModel):
    """What went wrong. Further members are the error's facts."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(description="Names the kind of problem; `about:blank` where the status says it all.")
    title: str = Field(description="The kind of problem in a few words.")
    status: int = Field(description="The HTTP status, again.")
    detail: str = Field(description="What happened and what to do, in a sentence.")


class InvalidFields(Problem):
    """A request that does not fit its description."""

    field: str = Field(description="The first value that does not fit, as JSON has it: `conditions.0.value`.")
    errors: list[dict[str, str]] = Field(description="Each value that does not fit: `field` and `message`.")


def problem(
    status: int, detail: str, *, kind: str = "", headers: Mapping[str, str] | None = None, **facts: object
) -> JSONResponse:
    """The answer; `kind` is the error's class name, if it has one of its own."""
    words = WORDS.sub(" ", kind).lower()
    document = facts | {
        "type": f"urn:igny8:problem:{words.replace(' ', '-')}" if kind else "about:blank",
        "title": words.capitalize() if kind else HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
    }
    return JSONResponse(document, status, dict(headers or {}), MEDIA_TYPE)


def document_of(answer: JSONResponse) -> dict[str, Any]:
    """The document that an answer carries."""
    document: dict[str, Any] = json.loads(bytes(answer.body))
    return document


def of_product(_request: Request, error: Exception) -> JSONResponse:
    """The library's own errors say all themselves."""
    if not isinstance(error, Igny8Error):
        raise TypeError(f"{type(error).__name__} is not the product's") from error
    if error.http_status >= 500:
        log.warning("%s: %s", type(error).__name__, error)
    headers = {"Retry-After": str(error.facts.get("retry_after", RETRY_SECONDS))} if error.retryable else {}
    facts = fields_of(error) | safe(error.facts)
    return problem(error.http_status, str(error), kind=type(error).__name__, headers=headers, **facts)


def fields_of(error: Igny8Error) -> dict[str, object]:
    """Of a document that the library refused: its field as every document that does not fit tells it."""
    if error.http_status != HTTPStatus.UNPROCESSABLE_ENTITY:
        return {}
    field = str(error.facts.get("field", ""))
    return {"field": field, "errors": [{"field": field, "message": str(error).removeprefix(f"{field}: ")}]}


def of_request(_request: Request, error: Exception) -> JSONResponse:
    """A request that does not fit its description: where and what."""
    if not isinstance(error, RequestValidationError):
        raise TypeError(f"{type(error).__name__} is no validation error") from error
    found = deepest(describe(error.errors(), error.body))
    said = "; ".join(f"{each['field']}: {each['message']}" for each in found)
    return problem(
        422, f"The request does not fit: {said}.", kind="InvalidRequest", field=found[0]["field"], errors=found
    )


def describe(errors: Sequence[Mapping[str, Any]], body: object = None) -> list[dict[str, str]]:
    """Pydantic's complaints as fields and sentences; never with the value, which may be a secret."""
    return [
        {
            "field": storable(".".join(map(str, as_sent(each, body) or each["loc"]))),
            "message": storable(str(each["msg"])),
        }
        for each in errors
    ]


def deepest(found: Sequence[dict[str, str]]) -> list[dict[str, str]]:
    """Without complaints about a value where there is one about something within it: of several shapes that a value may
    have, that one is told that it nearly has."""
    return [each for each in found if not any(other["field"].startswith(f"{each['field']}.") for other in found)]


def as_sent(error: Mapping[str, Any], body: object) -> list[int | str]:
    """The steps to a value in what was sent: where a value may be of several shapes, pydantic names the one that it
    tried, too, which is in no document."""
    place, *steps = error["loc"]
    if place != "body" or not isinstance(body, dict | list):
        return steps
    found: list[int | str] = []
    for step in steps:
        if holds(body, step):
            found.append(step)
            body = body[step]
    return [*found, steps[-1]] if error["type"] == "missing" else found


def holds(value: Any, step: int | str) -> bool:  # noqa: ANN401 - any JSON
    """Whether a step leads further into a value."""
    if isinstance(value, list):
        return isinstance(step, int) and 0 <= step < len(value)
    return isinstance(value, dict) and step in value


def of_http(_request: Request, error: Exception) -> JSONResponse:
    """What the framework and Airflow's login raise: no such route, not signed in, …"""
    if not isinstance(error, HTTPException):
        raise TypeError(f"{type(error).__name__} has no status") from error
    said = error.detail if isinstance(error.detail, str) else HTTPStatus(error.status_code).phrase
    if error.status_code == 401:
        said = f"{said}: sign in to Airflow, or send a token of POST /auth/token."
    return problem(error.status_code, said, headers=error.headers)


def of_database(_request: Request, error: Exception) -> JSONResponse:
    """A database that cannot be reached is temporary; everything else is a mistake of ours."""
    if isinstance(error, PoolTimeout) or (isinstance(error, DBAPIError) and is_away(error)):
        log.warning("The product database does not answer: %s", type(error).__name__)
        said = "The product database does not answer. Nothing was changed; try again in a moment."
        return problem(503, said, kind="DatabaseAway", headers={"Retry-After": str(RETRY_SECONDS)})
    return of_value(_request, error) if isinstance(error, DataError) else of_anything(_request, error)


def of_value(_request: Request, error: Exception) -> JSONResponse:
    """A value that the database cannot hold, and that no shape had refused before."""
    log.warning("The product database refused a value: %s", type(error).__name__)
    said = f"A value cannot be kept: {refusal_reason(error)}. Nothing was changed."
    return problem(422, said, kind="InvalidInput", field="", errors=[])


def of_anything(request: Request, error: Exception) -> JSONResponse:
    """A mistake in the program: logged whole under a number, told without anything of it."""
    number = secrets.token_hex(4)
    log.error("Mistake %s in %s %s", number, request.method, request.url.path, exc_info=error)
    said = f"Something went wrong here, and it is in the log under {number}. Nothing was changed."
    return problem(500, said, kind="InternalError", number=number)


def safe(facts: Mapping[str, object]) -> dict[str, object]:
    """The facts that JSON can hold, under names that are not a problem document's own."""
    kept = {name: value for name, value in facts.items() if name not in Problem.model_fields}
    return {name: value if is_plain(value) else str(value) for name, value in kept.items()}


def is_plain(value: object) -> bool:
    """Whether JSON has it as it is: a text, a number, or a list of such."""
    if isinstance(value, list | tuple):
        return all(is_plain(each) for each in value)
    return isinstance(value, str | int | float | bool | None)


TRANSLATIONS: dict[type[Exception], Callable[[Request, Exception], JSONResponse]] = {
    Igny8Error: of_product,
    RequestValidationError: of_request,
    HTTPException: of_http,
    DBAPIError: of_database,
    PoolTimeout: of_database,
    UnicodeEncodeError: of_value,
    Exception: of_anything,
}
"""By kind of error; the pages tell the same in words."""


def translate_errors(app: FastAPI) -> None:
    """Have the application answer every error with a problem document."""
    for kind, answer in TRANSLATIONS.items():
        app.add_exception_handler(kind, answer)
