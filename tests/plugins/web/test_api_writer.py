"""Articles through the API: lists, decisions with the versions that were seen, rewriting, direct work."""

from __future__ import annotations

from pathlib import Path

import igny8_product
import pytest

from igny8_lib.db.session import Sessions
from igny8_lib.models import Content, ContentStatus, Image, ImageStatus, Module, ModuleSettings, Site, Task
from tests.factories.articles import make_article
from tests.factories.planner import make_cluster, make_task
from tests.plugins.web.articles import add_articles, add_written, pictures_of, store_files
from tests.plugins.web.house import API, House
from tests.statements import count_statements


def status_of(sessions: Sessions, content_id: int) -> ContentStatus:
    with sessions() as session:
        return session.get_one(Content, content_id).status


def test_an_article_that_was_changed_since_is_not_approved_and_the_others_are(house: House, sessions: Sessions) -> None:
    old, seen = add_articles(sessions, house, 2)
    client = house.client("editor")
    client.patch(f"{API}/content/{old}/?site=blog", json={"version": 1, "title": "Another"})
    wish = {"ids": [old, seen], "seen": {old: 1, seen: 1}}
    decided = client.post(f"{API}/review/approve/?site=blog", json=wish).json()
    assert decided["done"] == [seen]
    assert "newest version is 2" in decided["refused"][str(old)]
    assert (status_of(sessions, old), status_of(sessions, seen)) == (ContentStatus.REVIEW, ContentStatus.APPROVED)


def test_a_rejection_needs_a_reason_that_is_known_and_is_taken_back_by_undo(house: House, sessions: Sessions) -> None:
    (article,) = add_articles(sessions, house)
    client = house.client("editor")
    url = f"{API}/review/reject/?site=blog"
    for reasons in ([], ["because"]):
        assert client.post(url, json={"rejections": {article: {"reasons": reasons}}}).status_code == 422
    other = {"rejections": {article: {"reasons": ["other"]}}}
    assert client.post(url, json=other).status_code == 400
    assert client.post(url, json={"rejections": {article: {"reasons": ["facts"]}}}).json()["done"] == [article]
    assert client.post(f"{API}/review/undo/?site=blog", json={"ids": [article]}).json()["done"] == [article]
    kinds = [event["kind"] for event in client.get(f"{API}/content/{article}/events/?site=blog").json()["events"]]
    assert kinds == ["returned", "rejected"]


def test_what_is_approved_under_one_key_twice_is_answered_alike(house: House, sessions: Sessions) -> None:
    (article,) = add_articles(sessions, house)
    headers = {"Idempotency-Key": "once"}
    answers = [
        house.client("editor").post(f"{API}/review/approve/?site=blog", json={"ids": [article]}, headers=headers)
        for _ in range(2)
    ]
    told = answers[0].json()
    assert told == answers[1].json()
    assert (told["done"], told["refused"], told["without_slot"]) == ([article], {}, {})
    assert list(told["scheduled"]) == [str(article)], "approved, it has a date"


def test_tasks_are_listed_by_status_and_title_with_their_articles(house: House, sessions: Sessions) -> None:
    article = add_written(sessions, house)
    with sessions.begin() as session:
        site = session.get_one(Site, house.blog)
        make_task(session, site, make_cluster(session, site, "Sheds"), "Building 100% sheds")
    client = house.client("viewer")
    every = client.get(f"{API}/tasks/?site=blog&page_size=1").json()
    assert every["pagination"] == {"page": 1, "page_size": 1, "total_count": 2, "total_pages": 2}
    assert every["tasks"][0]["content_id"] == article
    waiting = client.get(f"{API}/tasks/?site=blog&status=queued&text=100%25 sheds").json()["tasks"]
    assert [task["title"] for task in waiting] == ["Building 100% sheds"]
    assert client.get(f"{API}/tasks/?site=blog&text=_").json()["tasks"] == []


def test_lists_send_the_same_number_of_statements_whatever_there_is(house: House, sessions: Sessions) -> None:
    client = house.client("editor")

    def look() -> None:
        for path in ("content/", "tasks/"):
            assert client.get(f"{API}/{path}?site=blog").status_code == 200

    add_written(sessions, house)
    look()
    few = count_statements(igny8_product.product_engine(), look)
    add_articles(sessions, house, 20, pictures=2)
    assert count_statements(igny8_product.product_engine(), look) == few


def test_pictures_of_a_rewrite_with_new_ones_are_deleted_after_the_commit(
    house: House, sessions: Sessions, media_folder: Path
) -> None:
    article = add_written(sessions, house, pictures=2)
    store_files(sessions, media_folder, article)
    url = f"{API}/content/{article}/regenerate/?site=blog"
    assert house.client("editor").post(url, json={"version": 7, "new_pictures": True}).status_code == 400
    assert len(list(media_folder.rglob("*.png"))) == 2
    answer = house.client("editor").post(url, json={"version": 1, "remark": "Costs", "new_pictures": True})
    assert (answer.json()["status"], answer.json()["pictures"]) == ("draft", [])
    assert not list(media_folder.rglob("*.png"))


def test_a_rewrite_is_withdrawn(house: House, sessions: Sessions) -> None:
    article = add_written(sessions, house, pictures=1)
    client = house.client("editor")
    assert client.post(f"{API}/content/{article}/withdraw/?site=blog").status_code == 409
    client.post(f"{API}/content/{article}/regenerate/?site=blog", json={"version": 1})
    assert client.post(f"{API}/content/{article}/withdraw/?site=blog").json()["status"] == "review"


def test_an_article_that_waits_is_worked_at_once_by_a_run_of_its_stage_alone(house: House, sessions: Sessions) -> None:
    article = add_written(sessions, house, pictures=2)
    with sessions.begin() as session:
        image = pictures_of(session, article)[1]
        image.status, picture = ImageStatus.PENDING, image.id
    answer = house.client("editor").post(f"{API}/content/{article}/write_now/?site=blog")
    assert answer.status_code == 202, answer.text
    (conf,) = house.airflow.confs.values()
    assert (conf["stages"], conf["items"]) == ([6], [picture])


@pytest.mark.parametrize("what", ["text", "prompts", "nothing"])
def test_direct_work_is_the_first_thing_that_an_article_waits_for(house: House, sessions: Sessions, what: str) -> None:
    from igny8_lib.errors import Conflict  # noqa: PLC0415 - beside its use
    from igny8_lib.pipeline.article_work import work_of  # noqa: PLC0415

    article = add_written(sessions, house)
    with sessions.begin() as session:
        content = session.get_one(Content, article)
        task = session.get_one(Task, content.task_id)
        task.status = "queued" if what == "text" else "completed"
        content.status = ContentStatus.REVIEW if what == "nothing" else ContentStatus.DRAFT
        session.flush()
        if what == "nothing":
            with pytest.raises(Conflict):
                work_of(session, house.blog, article)
            return
        work = work_of(session, house.blog, article)
    assert (work.stage, work.items) == ((4, (task.id,)) if what == "text" else (5, (article,)))


def test_with_the_writer_switched_off_nothing_is_there(house: House, sessions: Sessions) -> None:
    with sessions.begin() as session:
        settings = session.get_one(ModuleSettings, house.agency)
        setattr(settings, f"{Module.WRITER.value}_enabled", False)
    for path in ("content/", "tasks/", "images/?content=1"):
        answer = house.client("owner").get(f"{API}/{path}{'&' if '?' in path else '?'}site=blog")
        assert answer.status_code == 403
        assert "writer module is switched off" in answer.json()["detail"]


def test_another_sites_pictures_and_articles_are_not_there(house: House, sessions: Sessions) -> None:
    with sessions.begin() as session:
        foreign = make_article(session, session.get_one(Site, house.rival_blog), pictures=1)
        picture = session.query(Image).filter_by(content_id=foreign.id).one().id
    client = house.client("owner")
    for path in (f"content/{foreign.id}/events/", f"images/{picture}/file/"):
        assert client.get(f"{API}/{path}?site=blog").status_code == 404
    assert client.get(f"{API}/images/?site=blog&content={foreign.id}").status_code == 404
    assert client.post(f"{API}/images/{picture}/redraw/?site=blog", json={}).status_code == 404
