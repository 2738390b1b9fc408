"""The publisher's rounds: which jobs there are, and that an idle minute is none."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

import pytest
from sqlalchemy import delete
from sqlalchemy.orm import Session

from igny8_lib.linker.process import link
from igny8_lib.models import Content, ContentStatus, LinkChange
from igny8_lib.publishing import approval
from igny8_lib.publishing.places import take_out
from igny8_lib.publishing.settings import change
from igny8_lib.settings import load
from tests.dags.conftest import on_database
from tests.factories.articles import make_article
from tests.faults import Reply
from tests.faulty_provider import FaultyProvider
from tests.lib.linker.garden import make_garden, make_source, placed, read
from tests.lib.linker.pages import make_page
from tests.lib.publishing.static_site import make_due, make_static_site
from tests.statements import count_statements

ROUND = datetime(2026, 3, 2, 8, 31, tzinfo=UTC)


@pytest.fixture
def publishing(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """What the DAG's tasks call, on the test's database."""
    with on_database("igny8_dags.publishing", database_url, monkeypatch) as module:
        yield module


def forget_changes(session: Session) -> None:
    """As if the Linker had read all articles."""
    session.flush()
    session.execute(delete(LinkChange))


def test_articles_that_changed_are_read_in_the_same_minute(publishing: ModuleType, session: Session) -> None:
    site = make_static_site(session)
    make_page(session, site, "Apple trees", "apple tree")
    session.commit()
    assert publishing.find_jobs(ROUND) == ["links"]
    assert publishing.do_job("links") == {"changes": 1, "removed": 0, "moved": 0}
    assert publishing.find_jobs(ROUND) == []


def test_vectors_are_asked_for_every_five_minutes_and_a_refusal_is_told(
    publishing: ModuleType, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_page(session, make_static_site(session), "Apple trees", "apple tree")
    session.commit()
    publishing.do_job("links")
    with FaultyProvider() as provider:
        monkeypatch.setenv("IGNY8_AI_BASE_URL", provider.base_url)
        monkeypatch.setenv("IGNY8_AI_API_KEY", "key")
        monkeypatch.setenv("IGNY8_AI_EMBEDDING_MODEL", "some-model")
        load.cache_clear()  # `on_database` clears it again
        assert publishing.find_jobs(ROUND.replace(minute=31)) == []
        assert publishing.find_jobs(ROUND.replace(minute=35)) == ["vectors"]
        provider.embeddings = lambda _: Reply(400, b'{"error": {"message": "no embeddings"}}')
        refused = publishing.do_job("vectors")
        assert refused["articles"] == 0
        assert "words alone" in refused["remark"]
    assert publishing.find_jobs(ROUND.replace(minute=40)) == ["vectors"]


def test_an_idle_minute_has_no_job_and_every_quarter_of_an_hour_is_for_mending(publishing: ModuleType) -> None:
    assert publishing.find_jobs(ROUND) == []
    assert publishing.find_jobs(ROUND.replace(minute=45)) == ["mend"]


def test_once_a_day_what_killed_uploads_left_is_removed(
    publishing: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert publishing.find_jobs(ROUND.replace(hour=3, minute=0)) == ["files", "mend"]
    monkeypatch.setenv("IGNY8_MEDIA_URL", tmp_path.as_uri())
    load.cache_clear()
    publishing.media().write("websites/7/uploads/left.pdf", b"x")
    publishing.media().write("blog/1.png", b"x")
    assert publishing.do_job("files") == {"removed": 1}
    assert publishing.do_job("files") == {"removed": 0}
    assert publishing.media().read("blog/1.png") == b"x"


def test_there_is_a_publisher_for_each_site_and_eight_at_most(publishing: ModuleType, session: Session) -> None:
    for number in range(10):
        make_due(session, make_static_site(session))
        forget_changes(session)
        session.commit()
        assert publishing.find_jobs(ROUND) == [f"publish {each}" for each in range(1, min(number + 1, 8) + 1)]


def test_room_that_nobody_filled_is_filled_by_the_next_round(publishing: ModuleType, session: Session) -> None:
    site = make_static_site(session)
    change(session, site.id, {"queue_limit": 1})
    first, second = make_article(session, site), make_article(session, site)
    approval.approve(session, site.id, [first.id, second.id], by="ann")
    take_out(session, site.id, [first.id])
    forget_changes(session)
    session.commit()
    assert publishing.find_jobs(ROUND) == ["fill"]
    assert publishing.do_job("fill") == {"dated": 1}
    assert publishing.find_jobs(ROUND) == []
    session.refresh(second)
    assert second.scheduled_publish_at is not None


@pytest.mark.parametrize("sites", [0, 5, 25])
def test_an_idle_round_sends_a_fixed_number_of_statements(publishing: ModuleType, session: Session, sites: int) -> None:
    for _ in range(sites):
        site = make_static_site(session)
        approval.approve(session, site.id, [make_article(session, site).id], by="ann")
    session.commit()
    engine = publishing.sessions().kw["bind"]
    assert count_statements(engine, lambda: publishing.find_jobs(ROUND)) == 4


def test_what_changed_is_read_for_links_and_those_to_it_are_mended(publishing: ModuleType, session: Session) -> None:
    site = make_garden(session)
    content = make_source(session, site)
    link(session, site.id, content.id, by="ann")
    session.get_one(Content, placed(session, content)[0].target_id).status = ContentStatus.APPROVED
    session.commit()
    assert publishing.find_jobs(ROUND) == ["links"]
    done = publishing.do_job("links")
    assert (done["changes"] > 0, done["removed"], done["moved"]) == (True, 1, 0)
    session.rollback()
    session.refresh(content)
    assert (content.version, len(content.internal_links)) == (3, 2)
    publishing.do_job("links")
    assert publishing.find_jobs(ROUND) == []


def test_links_to_a_deleted_article_are_mended_within_a_quarter_of_an_hour(
    publishing: ModuleType, session: Session
) -> None:
    site = make_garden(session)
    content = make_source(session, site)
    link(session, site.id, content.id, by="ann")
    read(session, site)
    session.delete(session.get_one(Content, placed(session, content)[0].target_id))
    session.commit()
    assert publishing.do_job("mend") == {"sites": 1, "removed": 1, "moved": 0}
    assert publishing.do_job("mend") == {"sites": 0, "removed": 0, "moved": 0}
