"""A document that does not fit is told by the fields that it has, and not by the shapes that were tried."""

from __future__ import annotations

from typing import Annotated, Literal

import pytest
from fastapi import Body, FastAPI
from fastapi.testclient import TestClient
from igny8_web.problems import translate_errors
from pydantic import BaseModel, Field


class Pear(BaseModel):
    """One shape."""

    kind: Literal["pear"]
    weights: list[int] | Literal["all"] = "all"


class Plum(BaseModel):
    """Another one."""

    kind: Literal["plum"]
    stones: dict[str, int]


class Basket(BaseModel):
    """What is sent."""

    fruits: list[Annotated[Pear | Plum, Field(discriminator="kind")]]
    owner: str | None = None


@pytest.fixture
def client() -> TestClient:
    app = FastAPI()
    translate_errors(app)

    @app.post("/baskets/{number}")
    def keep(number: int, basket: Annotated[Basket, Body()], page: int = 1) -> None:
        assert number, (basket, page)

    return TestClient(app, raise_server_exceptions=False)


@pytest.mark.parametrize(
    ("document", "fields"),
    [
        ({}, ["fruits"]),
        ({"fruits": [{}]}, ["fruits.0"]),
        ({"fruits": [{"kind": "fig"}]}, ["fruits.0"]),
        ({"fruits": [{"kind": "plum"}]}, ["fruits.0.stones"]),
        ({"fruits": [{"kind": "pear", "weights": ["heavy"]}]}, ["fruits.0.weights.0"]),
        ({"fruits": [{"kind": "plum", "stones": {"a": "b"}}]}, ["fruits.0.stones.a"]),
        ({"fruits": 3, "owner": 7}, ["fruits", "owner"]),
        ([], ["body"]),
        ("text", ["body"]),
    ],
    ids=str,
)
def test_each_value_that_does_not_fit_is_named_as_it_was_sent(
    client: TestClient, document: object, fields: list[str]
) -> None:
    told = client.post("/baskets/1", json=document).json()
    assert [each["field"] for each in told["errors"]] == fields
    assert told["field"] == fields[0]


def test_a_value_of_the_address_is_named_by_its_name(client: TestClient) -> None:
    told = client.post("/baskets/one?page=two", json={"fruits": []}).json()
    assert [each["field"] for each in told["errors"]] == ["number", "page"]


@pytest.mark.parametrize("content", [b"", b"{", b"null", b"[" * 5_000])
def test_what_is_no_document_is_refused_all_the_same(client: TestClient, content: bytes) -> None:
    answer = client.post("/baskets/1", content=content, headers={"Content-Type": "application/json"})
    assert answer.status_code in {400, 422}
    assert answer.json()["detail"]
