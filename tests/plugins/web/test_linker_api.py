"""The API of links: candidates with their sentences, put in at once and once per key, undone, reported."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from igny8_lib.amounts import Credits
from igny8_lib.models import Content, Site
from tests.lib.linker.garden import TOPICS, charges, make_source, make_target, read
from tests.plugins.web.house import API, House


@pytest.fixture
def site(house: House, session: Session) -> Site:
    """The site "blog" with public articles."""
    site = session.get_one(Site, house.blog)
    for phrase, text in TOPICS.items():
        make_target(session, site, phrase, text)
    read(session, site)
    session.commit()
    return site


@pytest.fixture
def article(site: Site, session: Session) -> int:
    """An article whose text names them."""
    content_id = make_source(session, site).id
    session.commit()
    return content_id


def url(path: str, **query: object) -> str:
    """The address of a route for the site "blog"."""
    return f"{API}/linker/{path}/?site=blog" + "".join(f"&{name}={value}" for name, value in query.items())


def processed(house: House, body: dict[str, Any], key: str = "") -> dict[str, Any]:
    """What the editor had linked."""
    answer = house.client("editor").post(url("process"), json=body, headers={"Idempotency-Key": key})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_candidates_are_told_with_the_sentence_around_each(house: House, article: int) -> None:
    found = house.client("viewer").get(url("candidates", content_id=article)).json()
    assert (found["content_id"], found["version"], found["reason_for_none"]) == (article, 1, "")
    assert found["candidates"]
    for each in found["candidates"]:
        assert each["anchor"] in each["sentence"]
        assert each["taken"] == (each["why_not"] == "")


def test_links_are_put_in_at_once_once_per_key_and_done_again_nothing_changes(
    house: House, site: Site, session: Session, article: int
) -> None:
    first = processed(house, {"content_id": article}, "monday")
    assert first["links"] >= 1
    assert (first["credits"], first["version"]) == (8, 2)
    assert processed(house, {"content_id": article}, "monday") == first
    again = processed(house, {"content_id": article})
    assert (again["links"], again["credits"], again["version"]) == (0, 0, 2)
    assert charges(session, site) == [Credits.of(8)]


def test_chosen_targets_are_linked_and_no_other_and_an_older_version_is_refused(
    house: House, session: Session, article: int
) -> None:
    found = house.client("viewer").get(url("candidates", content_id=article)).json()
    (chosen,) = [each["target_id"] for each in found["candidates"] if each["taken"]][:1]
    done = processed(house, {"content_id": article, "targets": [chosen], "version": found["version"]})
    assert done["links"] == 1
    links = session.get_one(Content, article).internal_links
    assert [link["target"] for link in links] == [chosen]
    late = house.client("editor").post(url("process"), json={"content_id": article, "version": 1})
    assert (late.status_code, late.json()["now"]) == (409, 2)


def test_what_was_put_in_is_taken_out_again_exactly(house: House, session: Session, article: int) -> None:
    before = session.get_one(Content, article).html
    session.commit()
    placing = processed(house, {"content_id": article})["placing"]
    done = house.client("editor").post(url("undo"), json={"placing": placing}).json()
    assert done["articles"] == 1
    assert (done["left"], done["next_after"]) == ([], None)
    session.expire_all()
    assert session.get_one(Content, article).html == before


@pytest.mark.parametrize("body", [{}, {"content_id": 1, "batch_id": 1}])
def test_undo_wants_exactly_one_of_batch_article_and_placing(house: House, site: Site, body: dict[str, int]) -> None:
    assert site
    assert house.client("editor").post(url("undo"), json=body).status_code == 400


def test_reports_tell_orphans_and_who_links_to_one(house: House, site: Site, session: Session, article: int) -> None:
    orphans = house.client("viewer").get(url("reports/orphans", page_size=2)).json()
    assert (len(orphans["orphans"]), orphans["pagination"]["total_count"]) == (2, len(TOPICS))
    processed(house, {"content_id": article})
    read(session, site)
    session.commit()
    target = session.get_one(Content, article).internal_links[0]["target"]
    links = house.client("viewer").get(url("reports/links_to", content_id=target)).json()["links"]
    assert [(each["content_id"], each["placed"]) for each in links] == [(article, True)]
    assert house.client("viewer").get(url("reports/broken")).json()["links"] == []
