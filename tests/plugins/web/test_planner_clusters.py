"""Clusters by pages: the list, one cluster, merges and taking them back."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from igny8_lib.db.session import Sessions
from igny8_lib.models import Cluster, ClusterMerge, Keyword, Site
from tests.factories.planner import make_cluster, make_idea
from tests.plugins.web.house import PAGES, House

PAGE = f"{PAGES}/sites/blog/planner/clusters"
PART = {"HX-Request": "true"}
HOSTILE = ("<script>alert(1)</script>", '"onmouseover="alert(1)', "\u202egnikrow", "x" * 500)


def furnish(house: House, sessions: Sessions, *names: str) -> dict[str, int]:
    """Clusters of these names, the last with an idea; their ids."""
    with sessions.begin() as session:
        site = session.get_one(Site, house.blog)
        made = [make_cluster(session, site, name) for name in names or ("Sheds", "Floors", "Pumps")]
        make_idea(session, site, made[-1], "How a pump works")
        return {cluster.name: cluster.id for cluster in made}


def rows(browser: TestClient, query: str = "") -> list[str]:
    """The names that the list shows, in order."""
    page = browser.get(PAGE + query).text
    return [part.split("</bdi>")[0].split('class="wrap">')[-1] for part in page.split('<th scope="row"><a')[1:]]


def post(browser: TestClient, path: str, **fields: object) -> tuple[int, str, str]:
    answer = browser.post(PAGE + path, data=fields, headers=PART)
    return answer.status_code, answer.headers.get("x-said", ""), answer.text


def test_the_list_filters_and_orders(house: House, sessions: Sessions) -> None:
    furnish(house, sessions)
    viewer = house.browser("viewer")
    assert rows(viewer) == ["Sheds", "Floors", "Pumps"]
    assert rows(viewer, "?sort=name") == ["Floors", "Pumps", "Sheds"]
    assert rows(viewer, "?state=planned") == ["Pumps"]
    assert rows(viewer, "?state=waiting") == ["Sheds", "Floors"]
    assert rows(viewer, "?q=FLO") == ["Floors"]


def test_a_cluster_is_renamed_and_described_in_place(house: House, sessions: Sessions) -> None:
    ids = furnish(house, sessions)
    status, said, part = post(house.browser("editor"), f"/{ids['Sheds']}", name="Garden sheds", description="Of wood")
    assert (status, said) == (200, "Saved.")
    assert "Garden sheds" in part
    assert "<html" not in part
    assert rows(house.browser("editor"))[0] == "Garden sheds"


@pytest.mark.parametrize(("name", "status"), [("", 400), ("floors", 409), ("\u200b", 400), ("y" * 1000, 400)])
def test_a_name_that_cannot_be_is_told_and_changes_nothing(
    house: House, sessions: Sessions, name: str, status: int
) -> None:
    ids = furnish(house, sessions)
    told = post(house.browser("editor"), f"/{ids['Sheds']}", name=name)
    assert told[0] == status
    assert 'role="alert"' in told[2]
    assert rows(house.browser("editor"))[0] == "Sheds"


def test_chosen_clusters_merge_into_the_named_one_and_come_back(house: House, sessions: Sessions) -> None:
    ids = furnish(house, sessions)
    editor = house.browser("editor")
    status, said, _ = post(editor, "/merge", ids=[ids["Sheds"], ids["Floors"]], into="pumps")
    assert (status, "2%C2%A0clusters%20merged" in said) == (200, True)
    assert rows(editor) == ["Pumps"]
    assert "Sheds" in editor.get(PAGE + "/merges").text
    with sessions() as session:
        merge = session.scalars(select(ClusterMerge).order_by(ClusterMerge.id)).all()[0]
    assert post(editor, f"/merges/{merge.id}/undo")[0] == 200
    assert sorted(rows(editor)) == ["Pumps", "Sheds"]
    assert post(editor, f"/merges/{merge.id}/undo")[0] == 409
    assert "Taken back by editor" in house.browser("viewer").get(PAGE + "/merges").text


def test_enter_in_the_field_for_the_name_merges_and_starts_no_run(house: House, sessions: Sessions) -> None:
    furnish(house, sessions)
    page = house.browser("editor").get(PAGE).text
    dock = page[page.index("data-dock") :]
    assert dock.index("/clusters/merge") < dock.index("/clusters/ideas")
    first = dock[dock.index("<button") :].partition(">")[0]
    assert "/clusters/merge" in first  # a browser clicks the first button that submits
    assert 'type="button"' not in first


def test_one_cluster_merges_and_its_page_leads_to_the_one_that_stays(house: House, sessions: Sessions) -> None:
    ids = furnish(house, sessions)
    editor = house.browser("editor")
    answer = editor.post(f"{PAGE}/{ids['Sheds']}/merge", data={"into": "Floors"}, headers=PART)
    assert answer.headers["hx-redirect"] == f"{PAGE}/{ids['Floors']}"
    plain = editor.post(f"{PAGE}/{ids['Floors']}/merge", data={"into": "Pumps"})
    assert (plain.status_code, plain.headers["location"]) == (303, f"{PAGE}/{ids['Pumps']}")


def test_merging_into_what_is_not_there_is_told(house: House, sessions: Sessions) -> None:
    ids = furnish(house, sessions)
    status, _, note = post(house.browser("editor"), "/merge", ids=[ids["Sheds"]], into="Nothing")
    assert (status, "Nothing" in note) == (404, True)


def test_its_keywords_move_and_an_empty_cluster_goes(house: House, sessions: Sessions) -> None:
    ids = furnish(house, sessions)
    editor = house.browser("editor")
    with sessions() as session:
        keywords = session.scalars(select(Keyword.id).where(Keyword.cluster_id == ids["Sheds"])).all()
    assert post(editor, f"/{ids['Sheds']}/delete")[0] == 409
    assert post(editor, f"/{ids['Sheds']}/move", ids=list(keywords), into="Floors")[0] == 200
    assert "Delete this empty cluster" in editor.get(f"{PAGE}/{ids['Sheds']}").text
    assert post(editor, f"/{ids['Sheds']}/delete")[0] == 204
    assert "Sheds" not in rows(editor)


def test_ideas_are_found_for_chosen_clusters_by_a_run_of_stage_2(house: House, sessions: Sessions) -> None:
    ids = furnish(house, sessions)
    assert post(house.browser("editor"), "/ideas", ids=[ids["Sheds"], ids["Floors"]])[0] == 200
    (conf,) = house.airflow.confs.values()
    assert (conf["stages"], conf["items"]) == ([2], [ids["Sheds"], ids["Floors"]])


def test_names_are_offered_as_they_are_typed(house: House, sessions: Sessions) -> None:
    furnish(house, sessions)
    offered = house.browser("editor").get(PAGE + "/names?into=o").text
    assert 'value="Floors"' in offered
    assert "Sheds" not in offered


def test_hostile_names_cannot_break_a_page(house: House, sessions: Sessions) -> None:
    ids = furnish(house, sessions, *HOSTILE)
    editor = house.browser("editor")
    pages = [PAGE, PAGE + "/names", PAGE + "/merges", *(f"{PAGE}/{number}" for number in ids.values())]
    with sessions.begin() as session:
        for cluster in session.scalars(select(Cluster)):
            cluster.description = cluster.refused_reason = cluster.name
    post(editor, f"/{ids[HOSTILE[0]]}/merge", into=HOSTILE[1])
    for page in pages[:3] + pages[4:]:
        text = editor.get(page).text
        assert "<script>alert" not in text
        assert '"onmouseover="' not in text


def test_viewers_see_clusters_and_no_button(house: House, sessions: Sessions) -> None:
    ids = furnish(house, sessions)
    viewer = house.browser("viewer")
    for path in ("", "/merges", f"/{ids['Sheds']}"):
        page = viewer.get(PAGE + path)
        assert page.status_code == 200
        assert "hx-post" not in page.text
    for path in ("/merge", "/ideas", f"/{ids['Sheds']}", f"/{ids['Sheds']}/move", f"/{ids['Sheds']}/delete"):
        assert post(viewer, path, ids=[ids["Sheds"]], into="Floors", name="x")[0] == 403


def test_a_cluster_of_another_site_is_not_there(house: House, sessions: Sessions) -> None:
    with sessions.begin() as session:
        foreign = make_cluster(session, session.get_one(Site, house.rival_blog), "Foreign").id
    editor = house.browser("editor")
    assert editor.get(f"{PAGE}/{foreign}").status_code == 404
    assert post(editor, "/ideas", ids=[foreign])[0] == 400
    assert post(editor, f"/{foreign}", name="x")[0] == 404
