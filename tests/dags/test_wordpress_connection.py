"""A site's WordPress connection as DAG files find it."""

from __future__ import annotations

import json

import pytest
from igny8_dags import connections
from igny8_dags.wordpress_connection import checked

from igny8_lib.settings import load
from igny8_lib.wordpress.connection import WordPressConnection
from igny8_lib.wordpress.errors import NotConnected

PASSWORD = "abcd efgh"


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Site blog's connection, as a deployment keeps it in its environment: at an address that is not allowed."""
    fields = {"conn_type": "http", "host": "http://127.0.0.1:1/blog", "login": "ann", "password": PASSWORD}
    monkeypatch.setenv("AIRFLOW_CONN_WORDPRESS_BLOG", json.dumps(fields | {"extra": {"verify": False}}))
    monkeypatch.delenv("IGNY8_WORDPRESS_ALLOW_PRIVATE", raising=False)
    load.cache_clear()


@pytest.mark.usefixtures("kept")
def test_a_task_finds_the_connection_of_its_site() -> None:
    known = connections.wordpress("blog")
    assert isinstance(known, WordPressConnection)
    assert (known.url, known.username, known.verify) == ("http://127.0.0.1:1/blog", "ann", False)
    assert known.password.get_secret_value() == PASSWORD


def test_a_site_without_a_connection_says_how_to_connect_it() -> None:
    with pytest.raises(NotConnected, match="igny8 wordpress connect garden") as caught:
        connections.wordpress("garden")
    assert (caught.value.cause, caught.value.temporary) == ("not_connected", False)


@pytest.mark.usefixtures("kept")
def test_a_check_outside_of_tasks_reads_the_same_and_keeps_to_the_guard() -> None:
    answer = checked("blog", "UTC")
    assert (answer["url"], answer["username"]) == ("http://127.0.0.1:1/blog", "ann")
    assert [(finding["name"], finding["ok"]) for finding in answer["findings"]] == [("address", False)]
    assert "IGNY8_WORDPRESS_ALLOW_PRIVATE" in answer["findings"][0]["todo"]
    assert PASSWORD not in json.dumps(answer)
