"""The client of Airflow's REST API at the wire: what it asks again, and what its errors say."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from igny8_lib.airflow_api import client as client_module
from igny8_lib.airflow_api.client import ATTEMPTS, AirflowApi, AirflowUnreachable, AnswerLost
from igny8_lib.errors import Conflict, InvalidInput, NotAllowed, NotFound, TemporaryError

Seen = list[tuple[str, str]]


def client(answer: Callable[[httpx.Request], httpx.Response], seen: Seen, *, token: str = "t") -> AirflowApi:
    """The real client, its requests noted and answered here."""

    def noted(request: httpx.Request) -> httpx.Response:
        seen.append((request.method, request.url.path))
        return answer(request)

    http = httpx.Client(transport=httpx.MockTransport(noted))
    return AirflowApi("http://airflow", "admin", "secret", http=http, token=token)


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """How often is tested here, not how long."""
    monkeypatch.setattr(client_module, "WAIT", lambda _: 0)


def test_a_deadlock_in_airflow_s_database_is_asked_again_until_it_is_over() -> None:
    answers = iter([httpx.Response(500, json={"detail": "Database error"}), httpx.Response(200, json={})])
    seen: Seen = []
    client(lambda _: next(answers), seen).end_run("d", "r")
    assert seen == [("PATCH", "/api/v2/dags/d/dagRuns/r")] * 2


def test_a_server_that_keeps_failing_is_told_with_its_own_words() -> None:
    seen: Seen = []
    api = client(lambda _: httpx.Response(500, json={"detail": "Database error"}), seen)
    with pytest.raises(TemporaryError, match="Airflow answered 500: Database error"):
        api.set_paused("d", paused=True)
    assert len(seen) == ATTEMPTS


def test_a_start_that_failed_in_the_server_is_not_repeated_for_it_may_have_begun() -> None:
    seen: Seen = []
    with pytest.raises(TemporaryError):
        client(lambda _: httpx.Response(502, text="bad gateway"), seen).trigger("d", {})
    assert len(seen) == 1


def test_a_connection_that_somebody_else_makes_meanwhile_is_changed_instead() -> None:
    answers = iter([404, 409, 200])
    seen: Seen = []
    api = client(lambda _: httpx.Response(next(answers), json={"detail": "?"}), seen)
    assert api.set_connection("wordpress_blog", conn_type="http", host="https://example.com") is False
    path = "/api/v2/connections/wordpress_blog"
    assert seen == [("PATCH", path), ("POST", "/api/v2/connections"), ("PATCH", path)]


def lose_the_answer(request: httpx.Request) -> httpx.Response:
    raise httpx.ReadTimeout("slow", request=request)


def test_a_start_without_a_name_is_not_repeated_once_it_has_left() -> None:
    seen: Seen = []
    with pytest.raises(AnswerLost):
        client(lose_the_answer, seen).trigger("d", {})
    assert len(seen) == 1


@pytest.mark.parametrize("name", ["", "manual__1"])
def test_a_start_that_never_left_is_sent_again(name: str) -> None:
    failures = iter([httpx.ConnectError("refused"), httpx.ConnectTimeout("slow"), None])

    def answer(_: httpx.Request) -> httpx.Response:
        if failure := next(failures):
            raise failure
        return httpx.Response(200, json={"dag_run_id": "run"})

    seen: Seen = []
    assert client(answer, seen).trigger("d", {}, dag_run_id=name) == "run"
    assert len(seen) == 3


@pytest.mark.parametrize("failure", [httpx.Response(502, text="bad gateway"), httpx.ReadTimeout("slow")])
def test_a_start_with_a_name_is_repeated_for_it_starts_one_run_at_most(failure: httpx.Response | Exception) -> None:
    outcomes = iter([failure, httpx.Response(200, json={"dag_run_id": "manual__1"})])

    def answer(_: httpx.Request) -> httpx.Response:
        outcome = next(outcomes)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    seen: Seen = []
    assert client(answer, seen).trigger("d", {}, dag_run_id="manual__1") == "manual__1"
    assert len(seen) == 2


def test_all_pools_are_read_by_one_request() -> None:
    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"slots": {f"p{number}": 1 for number in range(130)}})

    seen: Seen = []
    assert len(client(answer, seen).pools()) == 130
    assert len(seen) == 1


def test_an_airflow_that_is_away_is_tried_a_few_times_and_named() -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    seen: Seen = []
    with pytest.raises(AirflowUnreachable, match="does not answer at http://airflow: refused"):
        client(refuse, seen).dag("d")
    assert len(seen) == ATTEMPTS


def test_an_old_token_is_renewed_once() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/auth/token":
            return httpx.Response(201, json={"access_token": "new"})
        fresh = request.headers["authorization"] == "Bearer new"
        return httpx.Response(200, json={"dag_id": "d"}) if fresh else httpx.Response(401, json={"detail": "old"})

    seen: Seen = []
    assert client(answer, seen, token="old").dag("d") == {"dag_id": "d"}
    assert [path for _, path in seen] == ["/api/v2/dags/d", "/auth/token", "/api/v2/dags/d"]


@pytest.mark.parametrize(
    ("status", "error"),
    [(400, InvalidInput), (403, NotAllowed), (404, NotFound), (409, Conflict), (422, InvalidInput)],
)
def test_each_status_is_the_product_s_error_of_that_status(status: int, error: type[Exception]) -> None:
    with pytest.raises(error, match=f"Airflow answered {status}: because"):
        client(lambda _: httpx.Response(status, json={"detail": "because"}), []).dag("d")
