"""Requests that nobody thought of, made from the OpenAPI document: no mistake of ours, no answer that it does not tell.

`make fuzz` asks each operation more often, with other requests each time.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode, openapi
from schemathesis.checks import not_a_server_error
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from igny8_lib.db.session import Sessions
from igny8_lib.models import Site
from tests.factories.tenants import fill_tables
from tests.plugins.web.house import API, EVERYBODY, PLATFORM_ADMIN, House

pytestmark = pytest.mark.slow("asks every operation of the API as everybody")

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "2"))
"""Requests of each kind to each operation, those that fit the document and those that do not; everybody sends each."""
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
KINDS = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
GROUPS = (
    *("account", "automation", "batches", "billing", "linker", "optimizer", "planner", "publishing", "site-builder"),
    "writer",
)

Operation = APIOperation[Any, Any, Any, Any]


def operations_of(house: House) -> Iterator[Operation]:
    """Every operation of the document that the server tells."""
    headers = {"Authorization": f"Bearer {PLATFORM_ADMIN}"}
    schema = openapi.from_asgi(f"{API}/openapi.json", house.app, headers=headers)
    for found in schema.get_all_operations():
        yield found.ok()


def requests_for(operation: Operation, kind: GenerationMode) -> st.SearchStrategy[Case]:
    """Requests to the site that is there, and to any other."""
    anywhere = operation.as_strategy(kind)
    if "site" not in {parameter.name for parameter in operation.query}:
        return anywhere
    there = operation.as_strategy(kind, query={"site": "blog"})
    return st.one_of(there, there, anywhere)


def ask(operation: Operation, kind: GenerationMode) -> None:
    """Send some requests of a kind to one operation, each as everybody."""

    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(case=requests_for(operation, kind))
    def send(case: Case) -> None:
        for username in EVERYBODY:
            answer = case.call(headers={"Authorization": f"Bearer {username}"})
            case.validate_response(answer, checks=CHECKS)

    send()


def test_every_group_is_asked(house: House) -> None:
    assert {tag for operation in operations_of(house) for tag in operation.tags} == set(GROUPS)


@pytest.mark.parametrize("group", GROUPS)
def test_no_request_is_answered_with_a_mistake_or_otherwise_than_the_document_says(
    house: House, sessions: Sessions, group: str
) -> None:
    with sessions.begin() as session:
        fill_tables(session, session.get_one(Site, house.blog))
    for operation in operations_of(house):
        if group in operation.tags:
            for kind in KINDS:
                ask(operation, kind)
