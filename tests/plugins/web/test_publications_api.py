"""The API of what is published: listed with what needs people first, asked for, and told without what is not theirs."""

from __future__ import annotations

import igny8_product
import pytest
from sqlalchemy.orm import Session

from igny8_lib.db.session import Sessions
from igny8_lib.models import (
    Content,
    ContentStatus,
    PostFound,
    Publication,
    PublicationStatus,
    PublicationWish,
    Site,
    SiteContentStatus,
    StepName,
    StepStatus,
)
from tests.factories.articles import make_article
from tests.factories.publications import make_failed, make_publication, make_step
from tests.plugins.web.house import API, House
from tests.statements import count_statements

GROUP = f"{API}/publishing"


def url(path: str, **query: object) -> str:
    """The address of a route for the site "blog"."""
    return f"{GROUP}/{path}/?site=blog" + "".join(f"&{name}={value}" for name, value in query.items())


@pytest.fixture
def site(house: House, session: Session) -> Site:
    return session.get_one(Site, house.blog)


def test_failed_publications_come_first_and_each_state_is_counted(house: House, site: Site, session: Session) -> None:
    live, failed = make_publication(session, site), make_failed(session, site)
    session.commit()
    found = house.client("viewer").get(url("publications")).json()
    assert [row["id"] for row in found["publications"]] == [failed.id, live.id]
    assert found["counts"] == {"waiting": 0, "under_way": 0, "done": 1, "failed": 1}
    assert found["pagination"]["total_count"] == 2
    first = found["publications"][0]
    assert (first["error"], first["next_attempt_at"]) == ("WordPress refused the password: renew it.", None)


@pytest.mark.parametrize(
    "query", [{"status": "failed"}, {"wish": "draft"}, {"found": "trashed"}], ids=["status", "wish", "found"]
)
def test_a_filter_leaves_what_it_names(house: House, site: Site, session: Session, query: dict[str, str]) -> None:
    make_publication(session, site)
    marked = {"wish": PublicationWish.DRAFT, "found": PostFound.TRASHED}
    wanted = make_failed(session, site, **marked)
    session.commit()
    found = house.client("viewer").get(url("publications", **query)).json()
    assert [row["id"] for row in found["publications"]] == [wanted.id]


def test_pages_follow_each_other_without_a_gap(house: House, site: Site, session: Session) -> None:
    ids = {make_publication(session, site).id for _ in range(5)}
    session.commit()
    pages = [house.client("viewer").get(url("publications", page=page, page_size=2)).json() for page in (1, 2, 3)]
    assert {row["id"] for page in pages for row in page["publications"]} == ids
    assert [len(page["publications"]) for page in pages] == [2, 2, 1]


def test_one_publication_tells_its_five_steps_and_what_they_left(house: House, site: Site, session: Session) -> None:
    publication = make_publication(session, site, report={"delay_seconds": 3_600})
    make_step(session, publication, StepName.MEDIA, trace={"files": {"0": [7]}, "publisher": {"of": "1:abc"}})
    make_step(session, publication, StepName.TERMS, status=StepStatus.FAILED, error="The website is slow.")
    session.commit()
    told = house.client("viewer").get(url(f"publications/{publication.id}")).json()
    assert [step["name"] for step in told["steps"]] == ["media", "terms", "post", "seo", "live"]
    assert told["steps"][0]["trace"] == {"files": {"0": [7]}}, "what the publisher remembers for itself is not told"
    assert [step["status"] for step in told["steps"]] == ["done", "failed", "pending", "pending", "pending"]
    assert (told["report"], told["article_version"]) == ({"delay_seconds": 3_600}, 1)


def test_a_publication_of_another_site_is_not_there(house: House, session: Session) -> None:
    foreign = make_publication(session, session.get_one(Site, house.shop))
    session.commit()
    assert house.client("owner").get(url(f"publications/{foreign.id}")).status_code == 404


def test_publishing_now_asks_for_what_is_approved_and_says_why_not_for_the_rest(
    house: House, site: Site, session: Session
) -> None:
    approved = make_article(session, site, status=ContentStatus.APPROVED)
    in_review = make_article(session, site)
    session.commit()
    wish = {"content_ids": [approved.id, in_review.id, 2**40]}
    answer = house.client("editor").post(url("publish"), json=wish)
    told = answer.json()
    assert answer.status_code == 200
    assert [(row["content_id"], row["status"]) for row in told["publications"]] == [(approved.id, "waiting")]
    assert told["publications"][0]["requested_by"] == "editor"
    assert "approve it first" in told["refused"][str(in_review.id)]
    assert "has no article" in told["refused"][str(2**40)]
    session.expire_all()
    assert session.get_one(Content, approved.id).site_status is SiteContentStatus.PUBLISHING
    assert session.get_one(Content, in_review.id).site_status is SiteContentStatus.NOT_SCHEDULED


def test_the_same_key_asks_once(house: House, site: Site, session: Session) -> None:
    approved = make_article(session, site, status=ContentStatus.APPROVED)
    session.commit()
    client, key = house.client("editor"), {"Idempotency-Key": "once"}
    first, second = (
        client.post(url("publish"), json={"content_ids": [approved.id]}, headers=key).json() for _ in range(2)
    )
    assert first == second
    assert first["refused"] == {}


def test_trying_again_gives_a_failed_publication_all_its_attempts(house: House, site: Site, session: Session) -> None:
    failed, live = make_failed(session, site, attempts=7), make_publication(session, site)
    session.commit()
    wish = {"content_ids": [failed.content_id, live.content_id], "overwrite": True}
    told = house.client("editor").post(url("retry"), json=wish).json()
    assert [row["id"] for row in told["publications"]] == [failed.id]
    assert "nothing to try again" in told["refused"][str(live.content_id)]
    session.expire_all()
    stored = session.get_one(Publication, failed.id)
    assert (stored.status, stored.attempts, stored.error) == (PublicationStatus.WAITING, 0, None)
    assert stored.report["overwrite"] is True


@pytest.mark.parametrize(("path", "wish"), [("update", "live"), ("unpublish", "draft"), ("delete", "gone")])
def test_a_post_is_updated_unpublished_and_deleted_by_a_wish(
    house: House, site: Site, session: Session, path: str, wish: str
) -> None:
    live = make_publication(session, site)
    session.commit()
    answer = house.client("editor").post(url(path), json={"content_id": live.content_id})
    assert (answer.status_code, answer.json()["wish"], answer.json()["status"]) == (200, wish, "waiting")


@pytest.mark.parametrize("path", ["update", "unpublish", "delete"])
def test_what_has_no_post_is_refused(house: House, site: Site, session: Session, path: str) -> None:
    article = make_article(session, site, status=ContentStatus.APPROVED)
    session.commit()
    answer = house.client("editor").post(url(path), json={"content_id": article.id})
    assert (answer.status_code, "no post on the website" in answer.json()["detail"]) == (409, True)


def test_a_site_that_is_switched_off_publishes_nothing(house: House, site: Site, session: Session) -> None:
    article = make_article(session, site, status=ContentStatus.APPROVED)
    site.status = "inactive"  # type: ignore[assignment] - the database's word
    session.commit()
    answer = house.client("editor").post(url("publish"), json={"content_ids": [article.id]})
    assert (answer.status_code, "switched off" in answer.json()["detail"]) == (409, True)


def test_viewers_ask_for_nothing(house: House, site: Site, session: Session) -> None:
    live = make_publication(session, site)
    session.commit()
    asked = {"publish": {"content_ids": [live.content_id]}, "retry": {"content_ids": [live.content_id]}}
    asked |= {path: {"content_id": live.content_id} for path in ("update", "unpublish", "delete")}  # type: ignore[dict-item]
    assert {house.client("viewer").post(url(path), json=wish).status_code for path, wish in asked.items()} == {403}


@pytest.mark.usefixtures("people_known")
def test_reading_asks_as_often_for_many_as_for_few(house: House, sessions: Sessions) -> None:
    def add(times: int) -> int:
        with sessions.begin() as session:
            site = session.get_one(Site, house.blog)
            made = [make_publication(session, site) for _ in range(times)]
            for each in made:
                for name in StepName:
                    make_step(session, each, name)
            return made[0].id

    def count(publication_id: int) -> list[int]:
        client = house.client("owner")
        paths = (url("publications"), url(f"publications/{publication_id}"))
        return [count_statements(igny8_product.product_engine(), lambda path=path: client.get(path)) for path in paths]

    one = add(1)
    count(one)
    few = count(one)
    add(20)
    assert count(one) == few
