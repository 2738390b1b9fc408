"""Large bodies go to routes that declare a file, from people whom Airflow knows."""

from __future__ import annotations

from typing import Annotated

import pytest
from airflow.api_fastapi.core_api.security import get_user
from fastapi import FastAPI, File, UploadFile
from fastapi.testclient import TestClient
from igny8_web.file_senders import Uploads
from igny8_web.guards import LARGEST_BODY, BodyLimit
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount

from tests.plugins.web.house import user_of

LARGE = b"x" * (LARGEST_BODY + 1)


async def take(file: Annotated[UploadFile, File()]) -> int:
    return len(await file.read())


async def note(text: str) -> str:
    return text


@pytest.fixture
def client() -> TestClient:
    api = FastAPI()
    api.add_api_route("/keywords/import/", take, methods=["POST"])
    api.add_api_route("/{text}/import/", note, methods=["PUT"])
    api.dependency_overrides[get_user] = user_of
    guard = Middleware(BodyLimit, Uploads.of([("/api/v1", api)]).allow)
    app = Starlette(routes=[Mount("/api/v1", api)], middleware=[guard])
    return TestClient(Starlette(routes=[Mount("/igny8", app)]))


def send(client: TestClient, path: str, method: str = "POST", who: str = "owner") -> int:
    headers = {"Authorization": f"Bearer {who}"} if who else {}
    return client.request(method, f"/igny8/api/v1{path}", headers=headers, files={"file": LARGE}).status_code


def test_a_route_that_declares_a_file_takes_a_large_one(client: TestClient) -> None:
    assert send(client, "/keywords/import/") == 200


def test_nobody_fills_the_disk_without_a_login(client: TestClient) -> None:
    assert send(client, "/keywords/import/", who="") == 413


@pytest.mark.parametrize(("method", "path"), [("PUT", "/x/import/"), ("POST", "/x"), ("GET", "/keywords/import/")])
def test_no_other_route_or_method_takes_one(client: TestClient, method: str, path: str) -> None:
    assert send(client, path, method) == 413
