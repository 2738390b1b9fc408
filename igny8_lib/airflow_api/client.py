"""A client of Airflow's public REST API (v2): DAG runs, pausing, pools, connections, re-parsing.

Every request may arrive twice without harm, but for the start of a DAG run that is given no name.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Self
from urllib.parse import quote

import httpx
from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception,
    retry_if_result,
    stop_after_attempt,
    wait_exponential,
)

from igny8_lib.errors import Conflict, InvalidInput, NotAllowed, NotFound, PermanentError, TemporaryError
from igny8_lib.settings import Settings
from igny8_lib.tls import believed

TIMEOUT_SECONDS = 30
ATTEMPTS = 4
WAIT = wait_exponential(multiplier=0.3, max=3)
"""Between two attempts."""
NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
"""Failures before a request has left: the server has seen nothing of it."""
SLOTS_OF_A_SITE = 1
PAGE = 100
"""The most that Airflow gives in one answer by default."""
OPEN_STATES = ("queued", "running")
FAILED = "failed"
ENDED_STATES = ("success", "failed")


class AirflowUnreachable(TemporaryError):
    """Airflow's API server does not answer."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(f"Airflow does not answer at {url}: {reason}. Is the stack up (`make run`)?")
        self.url = url


class AnswerLost(AirflowUnreachable):
    """The request has left, and no answer came: what it asked for may have happened."""


class AirflowRefused(PermanentError):
    """Airflow answered with an error that none of the others describes."""


ERRORS = {400: InvalidInput, 401: NotAllowed, 403: NotAllowed, 404: NotFound, 409: Conflict, 422: InvalidInput}


def is_worth_repeating(error: BaseException, *, harmless: bool) -> bool:
    """Whether to send a request again that got no answer: one that did something twice must not have left."""
    return isinstance(error, AirflowUnreachable) and (harmless or not isinstance(error, AnswerLost))


def is_hiccup(answer: httpx.Response) -> bool:
    """Whether asking again can help: a run that is marked while the scheduler works on it meets a deadlock in Airflow's
    database now and then, which Airflow answers with 500."""
    return answer.status_code >= 500


def last_outcome(state: RetryCallState) -> httpx.Response:
    """What the last attempt came to: its answer, or its error raised."""
    if state.outcome is None:
        raise AssertionError("unreachable: an attempt has an outcome")
    answer: httpx.Response = state.outcome.result()
    return answer


@dataclass
class AirflowApi:
    """One signed-in user. Raises the product's errors by status: 404 NotFound, 403 NotAllowed, 409 Conflict, …"""

    url: str
    username: str
    password: str = field(repr=False)
    http: httpx.Client = field(
        default_factory=lambda: httpx.Client(timeout=TIMEOUT_SECONDS, verify=believed(httpx.create_ssl_context)),
        repr=False,
    )
    token: str = field(default="", repr=False)
    attempts: int = ATTEMPTS
    """How often a request is sent at most."""

    @classmethod
    def of(cls, settings: Settings, *, attempts: int = ATTEMPTS) -> Self:
        """The API server and the user that the settings name."""
        password = settings.airflow_password.get_secret_value()
        return cls(settings.airflow_url.rstrip("/"), settings.airflow_username, password, attempts=attempts)

    def trigger(self, dag_id: str, conf: Mapping[str, Any], *, dag_run_id: str = "") -> str:
        """Start a DAG run; returns its dag_run_id. Raises Conflict where there is one of the given name.

        Sent again after a lost answer only where a name was given, for then it starts one run at most; the Conflict may
        be with the request's own first attempt: look at the DAG run's conf. Without a name a lost answer is AnswerLost.
        """
        body = {"logical_date": None, "conf": dict(conf)} | ({"dag_run_id": dag_run_id} if dag_run_id else {})
        answer = self.call("POST", f"/dags/{dag_id}/dagRuns", body, harmless=bool(dag_run_id))
        return str(answer["dag_run_id"])

    def dag(self, dag_id: str) -> dict[str, Any]:
        """Airflow's view of a DAG: is_paused, next_dagrun_run_after, file_token, …"""
        return self.call("GET", f"/dags/{dag_id}")

    def dag_run(self, dag_id: str, dag_run_id: str) -> dict[str, Any]:
        """Airflow's view of a DAG run: state, conf, run_after, logical_date, …"""
        return self.call("GET", f"/dags/{dag_id}/dagRuns/{quote_id(dag_run_id)}")

    def set_paused(self, dag_id: str, *, paused: bool) -> None:
        """Pause or unpause a DAG."""
        self.call("PATCH", f"/dags/{dag_id}?update_mask=is_paused", {"is_paused": paused})

    def end_run(self, dag_id: str, dag_run_id: str, state: str = "failed") -> None:
        """Mark a DAG run failed (or success): Airflow stops its tasks."""
        self.call("PATCH", f"/dags/{dag_id}/dagRuns/{quote_id(dag_run_id)}", {"state": state})

    def open_runs(self, dag_ids: Sequence[str] | None = None) -> list[dict[str, Any]]:
        """The DAG runs that are queued or running, of these DAGs or of all; one request per hundred."""
        return self.runs_in(OPEN_STATES, dag_ids)

    def failed_runs(self, dag_ids: Sequence[str]) -> list[dict[str, Any]]:
        """The DAG runs of these DAGs that failed; one request per hundred."""
        return self.runs_in([FAILED], dag_ids)

    def runs_in(self, states: Sequence[str], dag_ids: Sequence[str] | None) -> list[dict[str, Any]]:
        """The DAG runs in these states, oldest first."""
        wanted: dict[str, Any] = {"states": list(states), "page_limit": PAGE, "order_by": "id"}
        if dag_ids is not None:
            wanted["dag_ids"] = list(dag_ids)
        found: list[dict[str, Any]] = []
        while True:
            page = self.call("POST", "/dags/~/dagRuns/list", wanted | {"page_offset": len(found)})["dag_runs"]
            found += page
            if len(page) < PAGE:
                return found

    def paused_dags(self, tag: str) -> set[str]:
        """Ids of the paused DAGs with the tag; one request per hundred."""
        found: list[str] = []
        while True:
            page = self.call("GET", f"/dags?paused=true&tags={tag}&limit={PAGE}&offset={len(found)}")["dags"]
            found += [dag["dag_id"] for dag in page]
            if len(page) < PAGE:
                return set(found)

    def has_running_task(self, dag_id: str, dag_run_id: str) -> bool:
        """Whether Airflow knows a task of the DAG run that runs now."""
        path = f"/dags/{dag_id}/dagRuns/{quote_id(dag_run_id)}/taskInstances"
        return bool(self.call("GET", f"{path}?state=running&limit=1")["total_entries"])

    def who_did(self, event: str, dag_id: str, dag_run_id: str = "") -> str:
        """The user who last did this by Airflow's UI or API, from its event log; empty where nobody did."""
        run = f"&run_id={quote_id(dag_run_id)}" if dag_run_id else ""
        logs = self.call("GET", f"/eventLogs?dag_id={dag_id}&event={event}{run}&order_by=-when&limit=1")["event_logs"]
        return str(logs[0]["owner"] or "") if logs else ""

    def pools(self) -> dict[str, int]:
        """Slots by name of all pools; one request.

        Airflow's own list counts each pool's tasks six times: with a thousand pools that is thousands of queries, for
        numbers that nobody here reads. So the product's part of the API server is asked (plugins/igny8_upkeep.py).
        """
        return dict(self.request("GET", "/igny8-upkeep/pools")["slots"])

    def make_pool(self, name: str, description: str) -> None:
        """Make a pool of one slot; one that is there with another number of slots is set back to one."""
        try:
            known = self.call("GET", f"/pools/{name}")
        except NotFound:
            known = self.create_pool(name, description)
        if known["slots"] != SLOTS_OF_A_SITE:
            self.call("PATCH", f"/pools/{name}?update_mask=slots", {"slots": SLOTS_OF_A_SITE})

    def create_pool(self, name: str, description: str) -> dict[str, Any]:
        """Make a pool of one slot; returns it, or the one that somebody else made meanwhile."""
        body = {"name": name, "slots": SLOTS_OF_A_SITE, "description": description, "include_deferred": False}
        try:
            return self.call("POST", "/pools", body)
        except Conflict:
            return self.call("GET", f"/pools/{name}")

    def set_connection(self, name: str, **fields: str | None) -> bool:
        """Make a connection (conn_type, host, login, password, …) or change one; whether it is new.

        Schema and port are emptied where they are not given; `extra`, which people write into, stays.
        """
        body = {"connection_id": name, "schema": None, "port": None} | fields
        path = f"/connections/{name}"
        mask = "&".join(f"update_mask={field}" for field in body if field != "connection_id")
        try:
            self.call("PATCH", f"{path}?{mask}", body)
        except NotFound:
            return self._make_connection(f"{path}?{mask}", body)
        return False

    def _make_connection(self, patch: str, body: dict[str, Any]) -> bool:
        """Whether this call made it, and not somebody else meanwhile."""
        try:
            self.call("POST", "/connections", body)
        except Conflict:
            self.call("PATCH", patch, body)
            return False
        return True

    def reparse(self, file_token: str) -> None:
        """Have the dag-processor read a DAG file next; a request that is waiting already is enough."""
        try:
            self.call("PUT", f"/parseDagFile/{file_token}")
        except Conflict:
            return

    def call(self, method: str, path: str, body: object = None, *, harmless: bool = True) -> dict[str, Any]:
        """One request to /api/v2, signed in first where need be; `harmless`: it may arrive twice."""
        return self.request(method, f"/api/v2{path}", body, harmless=harmless)

    def request(self, method: str, path: str, body: object = None, *, harmless: bool = True) -> dict[str, Any]:
        """The same to any path of the API server."""
        if not self.token:
            self.sign_in()
        answer = self.send(method, path, body, harmless=harmless)
        if answer.status_code == 401:
            self.sign_in()
            answer = self.send(method, path, body, harmless=harmless)
        return read(answer)

    def sign_in(self) -> None:
        """Fetch a token. Raises NotAllowed for a wrong name or password."""
        answer = self.send("POST", "/auth/token", {"username": self.username, "password": self.password})
        self.token = str(read(answer)["access_token"])

    def send(self, method: str, path: str, body: object = None, *, harmless: bool = True) -> httpx.Response:
        """One HTTP request; a connection or a server that fails is tried again a few times, where that does no harm.

        Raises AirflowUnreachable where it never arrived, AnswerLost where it may have.
        """
        repeat = retry_if_exception(partial(is_worth_repeating, harmless=harmless))
        attempts = Retrying(
            retry=repeat | retry_if_result(is_hiccup) if harmless else repeat,
            stop=stop_after_attempt(self.attempts),
            wait=WAIT,
            retry_error_callback=last_outcome,
        )
        return attempts(self.send_once, method, path, body)

    def send_once(self, method: str, path: str, body: object) -> httpx.Response:
        """The request as it is."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        try:
            return self.http.request(method, self.url + path, json=body, headers=headers)
        except NEVER_SENT as error:
            raise AirflowUnreachable(self.url, str(error) or type(error).__name__) from error
        except httpx.TransportError as error:
            raise AnswerLost(self.url, str(error) or type(error).__name__) from error


def quote_id(dag_run_id: str) -> str:
    """A DAG run's id for a path or a query: scheduled ones hold a plus sign and colons."""
    return quote(dag_run_id, safe="")


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
