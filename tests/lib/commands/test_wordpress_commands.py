"""`igny8 wordpress`: what people type, what they read, and the exit codes."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from igny8_lib.settings import load
from tests.airflow_fake import FakeAirflow
from tests.airflow_server import served
from tests.factories.sites import make_site
from tests.lib.commands.conftest import Igny8, Shell
from tests.wordpress_server import WordPressServer, WordPressWith

pytestmark = pytest.mark.slow("starts WordPress, and Airflow's code in processes of its own")
CONNECT = ("wordpress", "connect", "blog", "--url", "https://www.example.com/", "--user", "ann", "--password-stdin")


@pytest.fixture
def airflow() -> FakeAirflow:
    return FakeAirflow()


@pytest.fixture(autouse=True)
def door(session: Session, airflow: FakeAirflow, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """A site `blog` in New York, an Airflow that the command line finds, and no stack beside it."""
    make_site(session, slug="blog", timezone="America/New_York")
    session.commit()
    monkeypatch.setenv("IGNY8_HOME", str(tmp_path))
    monkeypatch.setenv("AIRFLOW_HOME", str(tmp_path / "airflow"))
    with served(airflow) as url:
        monkeypatch.setenv("IGNY8_AIRFLOW_URL", url)
        monkeypatch.setenv("IGNY8_AIRFLOW_PASSWORD", "secret")
        load.cache_clear()
        yield


def type_password(monkeypatch: pytest.MonkeyPatch, password: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))


def connect_by_environment(monkeypatch: pytest.MonkeyPatch, server: WordPressServer, role: str, tmp_path: Path) -> None:
    """As a deployment that keeps its connections in the environment."""
    user = server.users[role]
    document = {"conn_type": "http", "host": server.url, "login": user.login, "password": user.password}
    monkeypatch.setenv("AIRFLOW_CONN_WORDPRESS_BLOG", json.dumps(document))
    monkeypatch.setenv("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", f"sqlite:///{tmp_path}/airflow.db")
    monkeypatch.setenv("IGNY8_WORDPRESS_ALLOW_PRIVATE", "true")


def test_a_website_is_connected_and_the_password_is_shown_nowhere(
    shell: Shell, igny8: Igny8, airflow: FakeAirflow, monkeypatch: pytest.MonkeyPatch
) -> None:
    type_password(monkeypatch, "abcd efgh ijkl")
    code, said = shell(*CONNECT)
    assert (code, "abcd" in said) == (0, False)
    assert "Site blog is connected: https://www.example.com as ann." in said
    kept = airflow.connections["wordpress_blog"]
    assert (kept["conn_type"], kept["host"], kept["login"]) == ("http", "https://www.example.com", "ann")
    assert kept["password"] == "abcd efgh ijkl"
    kept["extra"] = '{"verify": false}'
    type_password(monkeypatch, "mnop qrst uvwx")
    assert igny8(*CONNECT) == (
        0,
        {
            "site": "blog",
            "connection": "wordpress_blog",
            "url": "https://www.example.com",
            "username": "ann",
            "new": False,
        },
    )
    assert airflow.connections["wordpress_blog"]["password"] == "mnop qrst uvwx"
    assert airflow.connections["wordpress_blog"]["extra"] == '{"verify": false}', "what people wrote stays"


@pytest.mark.parametrize(
    "typed",
    [
        ("ftp://example.com", "ann", "abcd"),
        ("https://ann:x@example.com", "ann", "abcd"),
        ("https://example.com", "", "abcd"),
        ("https://example.com", "ann", ""),
    ],
)
def test_what_cannot_be_connected_is_bad_input_and_changes_nothing(
    shell: Shell, airflow: FakeAirflow, monkeypatch: pytest.MonkeyPatch, typed: tuple[str, str, str]
) -> None:
    url, user, password = typed
    type_password(monkeypatch, password)
    code, said = shell("wordpress", "connect", "blog", "--url", url, "--user", user, "--password-stdin")
    assert (code, airflow.connections) == (2, {}), said


def test_without_a_terminal_a_password_comes_by_the_input_alone(shell: Shell, airflow: FakeAirflow) -> None:
    code, said = shell(*CONNECT[:-1])
    assert (code, "--password-stdin" in said, airflow.connections) == (2, True, {})


def test_a_site_that_is_not_there_is_not_found(shell: Shell) -> None:
    assert shell("wordpress", "check", "nothing")[0] == 3


def test_a_check_needs_airflows_settings(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", raising=False)
    code, said = shell("wordpress", "check", "blog")
    assert (code, "run this where the stack runs" in " ".join(said.split())) == (2, True)


def test_a_good_website_is_checked_by_the_connection_of_airflow(
    shell: Shell,
    igny8: Igny8,
    wordpress_with: WordPressWith,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    server = wordpress_with(seo="yoast")
    connect_by_environment(monkeypatch, server, "editor", tmp_path)
    code, document = igny8("wordpress", "check", "blog")
    assert (code, document["works"], document["url"], document["username"]) == (0, True, server.url, "ed")
    verdicts = {finding["name"]: finding["ok"] for finding in document["findings"]}
    assert (verdicts["rights"], verdicts["zone"]) == (True, True)
    assert server.users["editor"].password not in json.dumps(document)
    code, said = shell("wordpress", "check", "blog")
    assert (code, said.strip().endswith("Articles can go live.")) == (0, True)


def test_what_has_to_be_changed_is_told_with_exit_code_1(
    shell: Shell, wordpress: WordPressServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    connect_by_environment(monkeypatch, wordpress, "contributor", tmp_path)
    code, said = shell("wordpress", "check", "blog")
    assert code == 1
    assert "Articles cannot go live yet: rights." in said
    assert "Give the user the role Editor" in said
