"""The DAG that imports WordPress content: whose turn it is, and a round on a real WordPress."""

from __future__ import annotations

import json
from collections.abc import Iterator
from types import ModuleType

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.models import Content, HostingType
from igny8_lib.publishing.importing import state
from tests.dags.conftest import on_database
from tests.factories.sites import make_site
from tests.wordpress_server import WordPressServer


@pytest.fixture
def importing(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """What the DAG's tasks call, on the test's database."""
    monkeypatch.setenv("IGNY8_WORDPRESS_ALLOW_PRIVATE", "true")
    with on_database("igny8_dags.importing", database_url, monkeypatch) as module:
        yield module


def test_due_sites_are_shared_out_to_four_workers_at_most(importing: ModuleType, session: Session) -> None:
    assert importing.share_out() == []
    for number in range(6):
        make_site(session, slug=f"site{number}")
    make_site(session, slug="static", hosting_type=HostingType.IGNY8)
    make_site(session, slug="off", status="inactive")
    session.commit()
    assert importing.share_out() == [["site0", "site4"], ["site1", "site5"], ["site2"], ["site3"]]


def test_a_site_without_a_connection_keeps_why_and_holds_nobody_up(importing: ModuleType, session: Session) -> None:
    site = make_site(session, slug="blog")
    session.commit()
    stands = importing.import_sites(["blog"])
    assert "wordpress_blog" in stands["blog"]["error"]
    assert importing.share_out() == []
    assert "wordpress_blog" in state.describe(session, site.id)["error"]


def test_a_round_imports_what_the_website_has(
    importing: ModuleType, session: Session, wordpress: WordPressServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection = wordpress.connection()
    fields = {"login": connection.username, "password": connection.password.get_secret_value()}
    known = {"conn_type": "http", "host": connection.url} | fields
    monkeypatch.setenv("AIRFLOW_CONN_WORDPRESS_BLOG", json.dumps(known))
    make_site(session, slug="blog")
    session.commit()
    wordpress.php(
        "return wp_insert_post(['post_title' => 'Tea', 'post_status' => 'publish', 'post_content' => 'Hot.']);"
    )
    stands = importing.import_sites(["blog"])
    assert (stands["blog"]["state"], stands["blog"]["error"]) == ("finished", None)
    assert session.scalars(select(Content.title)).all() == ["Tea"]
    assert importing.share_out() == [], "its next turn is in an hour"


def test_time_that_is_over_leaves_the_rest_for_the_next_round(importing: ModuleType, session: Session) -> None:
    make_site(session, slug="one")
    make_site(session, slug="two")
    session.commit()
    assert importing.import_sites(["one", "two"], seconds=0) == {}
    assert importing.share_out() == [["one"], ["two"]]


def test_a_site_with_which_nobody_can_work_holds_nobody_up(
    importing: ModuleType, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Here one whose place another version of the product wrote."""
    sites = [make_site(session, slug=slug) for slug in ("broken", "next")]
    state.ask(session, sites[0].id, full=True)
    state.lock(session, sites[0].id).cursor = {"phase": "unknown", "offset": 0, "last_id": 0}
    state.lock(session, sites[0].id).started_at = clock.now()
    session.commit()
    known = {"conn_type": "http", "host": "https://tea.example", "login": "ann", "password": "secret"}
    monkeypatch.setenv("AIRFLOW_CONN_WORDPRESS_BROKEN", json.dumps(known))
    stands = importing.import_sites(["broken", "gone meanwhile", "next"])
    assert "unforeseen happened (ValueError)" in stands["broken"]["error"]
    assert "wordpress_next" in stands["next"]["error"]
    assert importing.share_out() == []
