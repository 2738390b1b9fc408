"""A client of Airflow's public REST API (v2): DAG runs, pausing, pools, re-parsing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import httpx
from tenacity import retry, retry_if_exception_type, stop_after_attempt, wait_exponential

from igny8_lib.errors import Conflict, InvalidInput, NotAllowed, NotFound, PermanentError, TemporaryError
from igny8_lib.settings import Settings

TIMEOUT_SECONDS = 30
SLOTS_OF_A_SITE = 1


class AirflowUnreachable(TemporaryError):
    """Airflow's API server does not answer."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(f"Airflow does not answer at {url}: {reason}. Is the stack up (`make run`)?")
        self.url = url


class AirflowRefused(PermanentError):
    """Airflow answered with an error that none of the others describes."""


ERRORS = {400: InvalidInput, 401: NotAllowed, 403: NotAllowed, 404: NotFound, 409: Conflict, 422: InvalidInput}


@dataclass
class AirflowApi:
    """One signed-in user. Raises the product's errors by status: 404 NotFound, 403 NotAllowed, 409 Conflict, …"""

    url: str
    username: str
    password: str = field(repr=False)
    http: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=TIMEOUT_SECONDS), repr=False)
    token: str = field(default="", repr=False)

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """The API server and the user that the settings name."""
        password = settings.airflow_password.get_secret_value()
        return cls(settings.airflow_url.rstrip("/"), settings.airflow_username, password)

    def trigger(self, dag_id: str, conf: Mapping[str, Any]) -> str:
        """Start a DAG run; returns its dag_run_id."""
        answer = self.call("POST", f"/dags/{dag_id}/dagRuns", {"logical_date": None, "conf": dict(conf)})
        return str(answer["dag_run_id"])

    def dag(self, dag_id: str) -> dict[str, Any]:
        """Airflow's view of a DAG: is_paused, next_dagrun_run_after, file_token, …"""
        return self.call("GET", f"/dags/{dag_id}")

    def dag_run(self, dag_id: str, dag_run_id: str) -> dict[str, Any]:
        """Airflow's view of a DAG run: state, start_date, end_date, …"""
        return self.call("GET", f"/dags/{dag_id}/dagRuns/{dag_run_id}")

    def set_paused(self, dag_id: str, *, paused: bool) -> None:
        """Pause or unpause a DAG."""
        self.call("PATCH", f"/dags/{dag_id}?update_mask=is_paused", {"is_paused": paused})

    def fail_run(self, dag_id: str, dag_run_id: str) -> None:
        """Mark a DAG run failed: Airflow stops its tasks."""
        self.call("PATCH", f"/dags/{dag_id}/dagRuns/{dag_run_id}", {"state": "failed"})

    def make_pool(self, name: str, description: str) -> None:
        """Make a pool of one slot; one that is there stays as it is."""
        body = {"name": name, "slots": SLOTS_OF_A_SITE, "description": description, "include_deferred": False}
        try:
            self.call("POST", "/pools", body)
        except Conflict:
            return

    def reparse(self, file_token: str) -> None:
        """Have the dag-processor read a DAG file next; a request that is waiting already is enough."""
        try:
            self.call("PUT", f"/parseDagFile/{file_token}")
        except Conflict:
            return

    def call(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        """One request to /api/v2, signed in first where need be."""
        if not self.token:
            self.sign_in()
        answer = self.send(method, f"/api/v2{path}", body)
        if answer.status_code == 401:
            self.sign_in()
            answer = self.send(method, f"/api/v2{path}", body)
        return read(answer)

    def sign_in(self) -> None:
        """Fetch a token. Raises NotAllowed for a wrong name or password."""
        answer = self.send("POST", "/auth/token", {"username": self.username, "password": self.password})
        self.token = str(read(answer)["access_token"])

    @retry(
        retry=retry_if_exception_type(AirflowUnreachable),
        stop=stop_after_attempt(4),
        wait=wait_exponential(multiplier=0.3, max=3),
        reraise=True,
    )
    def send(self, method: str, path: str, body: object = None) -> httpx.Response:
        """One HTTP request; a connection that fails is tried again a few times."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        try:
            return self.http.request(method, self.url + path, json=body, headers=headers)
        except httpx.TransportError as error:
            raise AirflowUnreachable(self.url, str(error) or type(error).__name__) from error


def read(answer: httpx.Response) -> dict[str, Any]:
    """The answer's document, or the product's error for its status."""
    if answer.is_success:
        document = answer.json() if answer.content else {}
        return document if isinstance(document, dict) else {"items": document}
    sentence = f"Airflow answered {answer.status_code}: {detail_of(answer)}"
    if answer.status_code >= 500:
        raise TemporaryError(sentence)
    raise ERRORS.get(answer.status_code, AirflowRefused)(sentence)


def detail_of(answer: httpx.Response) -> str:
    """What Airflow says is wrong."""
    try:
        detail = answer.json().get("detail", answer.text)
    except (json.JSONDecodeError, AttributeError):
        detail = answer.text
    return detail if isinstance(detail, str) else json.dumps(detail)
