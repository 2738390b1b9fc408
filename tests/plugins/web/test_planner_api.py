"""The API's planner group: keywords, clusters and ideas."""

from __future__ import annotations

import csv
from io import StringIO
from typing import Any

import igny8_product
import pytest
from fastapi.testclient import TestClient
from igny8_web.uploads import safe_name
from sqlalchemy import select

from igny8_lib.db.session import Sessions
from igny8_lib.models import Cluster, ContentIdea, IdeaStatus, Keyword, Site
from tests.factories.planner import make_cluster, make_idea, make_keywords
from tests.plugins.web.house import API, House
from tests.statements import count_statements

BLOG = {"site": "blog"}
PLANNER = f"{API}/planner"
EXPORT = "Keyword,Volume,Difficulty\noak floor,100,12.5\nelm floor,,\n\x07,3,4\noak  FLOOR,300,\n"


@pytest.fixture
def editor(house: House) -> TestClient:
    return house.client("editor")


@pytest.fixture
def filled(house: House, sessions: Sessions) -> dict[str, list[int]]:
    """Ids of the blog's keywords without a cluster, clusters and ideas; shop and the neighbour have some, too."""
    with sessions.begin() as session:
        blog = session.get_one(Site, house.blog)
        for other in (house.shop, house.rival_blog):
            site = session.get_one(Site, other)
            make_idea(session, site, make_cluster(session, site, "beech"), "Beeches")
        keywords = make_keywords(session, blog, ["birch", "ash tree", "=cmd()", "yew", "fir", "larch"])
        clusters = [make_cluster(session, blog, name) for name in ("oak", "elm")]
        ideas = [make_idea(session, blog, clusters[0], title) for title in ("Oaks", "Oak floors", "Old oaks")]
        rows = {"keywords": keywords, "clusters": clusters, "ideas": ideas}
        return {name: [row.id for row in each] for name, each in rows.items()}


def post(client: TestClient, path: str, document: dict[str, Any], **headers: str) -> Any:
    return client.post(f"{PLANNER}/{path}", params=BLOG, json=document, headers=headers)


def upload(client: TestClient, content: str, name: str = "tool.csv", **data: str) -> Any:
    return client.post(f"{PLANNER}/keywords/import/", params=BLOG, data=data, files={"file": (name, content)})


def get(client: TestClient, path: str, **query: object) -> Any:
    return client.get(f"{PLANNER}/{path}", params=BLOG | query)


def test_an_import_says_what_became_of_each_row_and_a_dry_run_changes_nothing(editor: TestClient) -> None:
    told = upload(editor, EXPORT, dry_run="true", sector="Floors").json()
    assert get(editor, "keywords/").json()["pagination"]["total_count"] == 0
    assert (told["read"], told["added"], told["merged"], told["format"]) == (4, 2, 1, "table")
    assert [(row["line"], row["reason"]) for row in told["refused"]] == [(4, "control characters")]
    assert upload(editor, EXPORT, name="../../etc/tool.csv", sector="Floors").json() == told | {"dry_run": False}
    (oak, elm) = get(editor, "keywords/", sort="text", reverse="true").json()["keywords"]
    assert (oak["text"], oak["volume"], oak["difficulty"], oak["sector"]) == ("oak floor", 300, 12.5, "Floors")
    assert (elm["volume"], elm["source_file"]) == (None, "tool.csv")


def test_a_bad_file_is_refused_in_a_sentence(editor: TestClient) -> None:
    answer = upload(editor, "<html><body>no</body></html>")
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    assert upload(editor, "").status_code == 400
    assert editor.post(f"{PLANNER}/keywords/import/", params=BLOG).status_code == 422


def test_a_file_larger_than_a_megabyte_is_taken(editor: TestClient) -> None:
    answer = upload(editor, "Keyword,Volume\n" + "\n".join(f"oak floor {n},{n},{' ' * 100}" for n in range(9_000)))
    assert answer.json()["read"] == 9_000


@pytest.mark.parametrize("name", ["", "..", "a/..\\.csv", "\0", "x" * 300, "ключи 1.csv", "\ud800"])
def test_a_files_name_is_harmless(name: str) -> None:
    safe = safe_name(name)
    assert safe.strip(".")
    assert not set(safe) & set("/\\\0")
    assert len(safe.encode()) <= 255


def test_keywords_are_edited_one_by_one(editor: TestClient, filled: dict[str, list[int]]) -> None:
    birch, ash = filled["keywords"][:2]
    path = f"{PLANNER}/keywords/{birch}/"
    done = editor.patch(path, params=BLOG, json={"volume": None, "cpc": 1.5, "text": "Birch tree", "sector": "Trees"})
    assert done.json() == get(editor, f"keywords/{birch}/").json()
    assert [done.json()[name] for name in ("text", "volume", "cpc", "sector")] == ["Birch tree", None, 1.5, "Trees"]
    taken = editor.patch(path, params=BLOG, json={"text": "ASH tree"})
    assert (taken.status_code, f"Keyword {ash}" in taken.json()["detail"]) == (409, True)
    assert editor.patch(path, params=BLOG, json={}).status_code == 400
    assert editor.patch(path, params=BLOG, json={"status": "mapped"}).status_code == 422
    assert editor.patch(path, params={"site": "shop"}, json={"volume": 1}).status_code == 404


def test_keywords_are_disabled_enabled_and_deleted_in_bulk(editor: TestClient, filled: dict[str, list[int]]) -> None:
    ids = filled["keywords"]
    assert post(editor, "keywords/disable/", {"ids": ids[:3]}).json() == {"changed": 3}
    assert post(editor, "keywords/enable/", {"ids": ids}).json() == {"changed": 3}
    key = {"Idempotency-Key": "once"}
    for _ in range(2):
        assert post(editor, "keywords/delete/", {"ids": ids[:2]}, **key).json() == {"changed": 2}
    assert post(editor, "keywords/delete/", {"ids": ids}).status_code == 404
    assert get(editor, "keywords/", without_cluster="true").json()["pagination"]["total_count"] == 4


def test_an_export_is_a_file_that_an_import_reads(editor: TestClient, filled: dict[str, list[int]]) -> None:
    answer = get(editor, "keywords/export/", without_cluster="true")
    assert answer.headers["content-disposition"] == 'attachment; filename="blog-keywords.csv"'
    rows = list(csv.DictReader(StringIO(answer.content.decode("utf-8-sig"))))
    assert [row["Keyword"] for row in rows] == ["birch", "ash tree", "'=cmd()", "yew", "fir", "larch"]
    again = upload(editor, answer.text).json()
    assert (again["format"], again["added"], again["merged"]) == ("igny8", 0, len(filled["keywords"]))
    assert get(editor, "keywords/export/", cluster_id=1, without_cluster="true").status_code == 400


def test_clustering_starts_a_run_of_stage_1_with_the_keywords(
    house: House, editor: TestClient, filled: dict[str, list[int]]
) -> None:
    few = post(editor, "keywords/auto_cluster/", {"ids": filled["keywords"][:4]})
    assert (few.status_code, few.json()["there"], few.json()["needed"]) == (400, 4, 5)
    key = {"Idempotency-Key": "cluster"}
    answers = [post(editor, "keywords/auto_cluster/", {"ids": filled["keywords"]}, **key) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [202, 202]
    assert answers[0].json() == answers[1].json()
    (conf,) = house.airflow.confs.values()
    assert (conf["stages"], conf["items"]) == ([1], filled["keywords"])


def test_clustering_all_is_refused_below_five_that_wait(editor: TestClient, filled: dict[str, list[int]]) -> None:
    post(editor, "keywords/disable/", {"ids": filled["keywords"][:3]})
    few = post(editor, "keywords/auto_cluster/", {})
    assert (few.status_code, few.json()["there"], few.json()["needed"]) == (400, 3, 5)
    assert "Only 3 keywords wait for it, at least 5 are needed." in few.json()["detail"]
    post(editor, "keywords/enable/", {"ids": filled["keywords"]})
    key = {"Idempotency-Key": "all"}
    started = post(editor, "keywords/auto_cluster/", {}, **key)
    assert started.status_code == 202
    post(editor, "keywords/disable/", {"ids": filled["keywords"]})
    assert post(editor, "keywords/auto_cluster/", {}, **key).json() == started.json()


def test_clusters_are_listed_named_and_given_ideas(editor: TestClient, filled: dict[str, list[int]]) -> None:
    oak, elm = filled["clusters"]
    listed = get(editor, "clusters/", sort="ideas").json()
    assert [(each["name"], each["keywords"], each["ideas"]) for each in listed["clusters"]] == [
        ("oak", 2, 3),
        ("elm", 2, 0),
    ]
    assert [each["id"] for each in get(editor, "clusters/", with_ideas="false").json()["clusters"]] == [elm]
    path = f"{PLANNER}/clusters/{oak}/"
    assert editor.patch(path, params=BLOG, json={"name": "Oak trees"}).json()["name"] == "Oak trees"
    assert editor.patch(path, params=BLOG, json={"name": "ELM"}).status_code == 409
    assert editor.delete(path, params=BLOG).status_code == 409
    assert post(editor, "clusters/generate_ideas/", {"ids": [elm]}).status_code == 202


def test_keywords_move_and_an_empty_cluster_goes(
    editor: TestClient, sessions: Sessions, filled: dict[str, list[int]]
) -> None:
    oak, elm = filled["clusters"]
    ids = [each["id"] for each in get(editor, "keywords/", cluster_id=elm).json()["keywords"]]
    assert post(editor, "clusters/move_keywords/", {"ids": [*ids, filled["keywords"][0]], "into": oak}).json() == {
        "changed": 3
    }
    assert post(editor, "clusters/move_keywords/", {"ids": ids}).status_code == 422
    assert post(editor, "clusters/move_keywords/", {"ids": ids, "into": None}).json() == {"changed": 2}
    assert editor.delete(f"{PLANNER}/clusters/{elm}/", params=BLOG).json() == {"changed": 1}
    with sessions() as session:
        assert session.get(Cluster, elm) is None
        assert session.scalars(select(Keyword.cluster_id).where(Keyword.id.in_(ids))).all() == [None, None]


def test_a_merge_is_listed_and_taken_back(editor: TestClient, filled: dict[str, list[int]]) -> None:
    oak, elm = filled["clusters"]
    (merged,) = post(editor, "clusters/merge/", {"into": elm, "ids": [oak]}).json()["merges"]
    (kept,) = get(editor, "merges/").json()["merges"]
    assert kept == merged | {name: kept[name] for name in ("made_at", "made_by", "taken_back_at", "taken_back_by")}
    assert (kept["made_by"], kept["cluster"], kept["into"], kept["keywords"]) == ("editor", "oak", "elm", 2)
    again = post(editor, f"merges/{kept['id']}/take_back/", {}).json()
    assert (again["name"], again["ideas"], again["status"]) == ("oak", 3, "mapped")
    assert post(editor, f"merges/{kept['id']}/take_back/", {}).status_code == 409
    assert get(editor, "merges/").json()["merges"][0]["taken_back_by"] == "editor"


def test_people_decide_about_ideas_in_bulk(
    editor: TestClient, sessions: Sessions, filled: dict[str, list[int]]
) -> None:
    ids = filled["ideas"]
    assert post(editor, "ideas/approve/", {"ids": ids[:2]}).json() == {"ids": ids[:2]}
    assert [each["id"] for each in get(editor, "ideas/", approved="false").json()["ideas"]] == [ids[2]]
    assert post(editor, "ideas/skip/", {"ids": [ids[2]], "reason": "not now"}).json() == {"ids": [ids[2]]}
    (skipped,) = get(editor, "ideas/", status="skipped").json()["ideas"]
    assert (skipped["skipped_reason"], skipped["skipped_by"]) == ("not now", "editor")
    assert post(editor, "ideas/skip/", {"ids": ids}).status_code == 409
    assert post(editor, "ideas/unskip/", {"ids": [ids[2]]}).json() == {"ids": [ids[2]]}
    assert post(editor, "ideas/queue/", {"ids": [ids[2], ids[0]]}).status_code == 200
    assert [each["id"] for each in get(editor, "ideas/").json()["ideas"]] == [ids[2], ids[0], ids[1]]
    assert post(editor, "ideas/queue/", {"ids": ids, "place": "default"}).status_code == 200
    with sessions.begin() as session:
        session.get_one(ContentIdea, ids[0]).status = IdeaStatus.QUEUED
    assert post(editor, "ideas/approve/", {"ids": ids}).status_code == 409


def test_an_idea_is_edited(editor: TestClient, filled: dict[str, list[int]]) -> None:
    path = f"{PLANNER}/ideas/{filled['ideas'][0]}/"
    done = editor.patch(path, params=BLOG, json={"title": "Oak trees", "words": 1_200, "outline": ["One", "Two"]})
    assert done.json() == editor.get(path, params=BLOG).json()
    assert [done.json()[name] for name in ("title", "estimated_word_count", "outline", "changed_by")] == [
        "Oak trees",
        1200,
        ["One", "Two"],
        "editor",
    ]
    assert editor.patch(path, params=BLOG, json={"words": 1}).status_code == 422


@pytest.mark.parametrize("path", ["keywords/", "clusters/", "ideas/", "merges/"])
@pytest.mark.usefixtures("filled")
def test_a_list_takes_as_many_statements_for_many_rows_as_for_few(
    house: House, editor: TestClient, sessions: Sessions, path: str
) -> None:
    get(editor, path)
    few = count_statements(igny8_product.product_engine(), lambda: get(editor, path))
    with sessions.begin() as session:
        blog = session.get_one(Site, house.blog)
        for number in range(20):
            cluster = make_cluster(session, blog, f"tree {number}")
            make_idea(session, blog, cluster, f"Trees {number}")
        into = cluster.id
        others = session.scalars(select(Cluster.id).where(Cluster.site_id == house.blog, Cluster.id != into)).all()
    post(editor, "clusters/merge/", {"into": into, "ids": others[:10]})
    assert count_statements(igny8_product.product_engine(), lambda: get(editor, path)) == few > 0


def test_viewers_read_and_change_nothing(house: House, filled: dict[str, list[int]]) -> None:
    viewer = house.client("viewer")
    assert get(viewer, "keywords/").status_code == 200
    assert get(viewer, "keywords/export/").status_code == 200
    assert upload(viewer, EXPORT).status_code == 403
    assert post(viewer, "keywords/delete/", {"ids": filled["keywords"]}).status_code == 403
    assert post(viewer, "keywords/auto_cluster/", {}).status_code == 403
    assert get(house.client("neighbour"), "keywords/export/").status_code == 404
