"""Analyses and their settings through the API: free, with places, whatever modules are on."""

from __future__ import annotations

import pytest

from igny8_lib.db.session import Sessions
from igny8_lib.models import Content, Module, Site
from igny8_lib.review.scores import analyse_article
from igny8_lib.sites.modules import set_module
from tests.plugins.web.articles import add_articles
from tests.plugins.web.house import API, House

ANALYZE = f"{API}/optimizer/analyze/?site=blog"
SETTINGS = f"{API}/optimizer/settings/?site=blog"
DEFAULTS = {
    "link_in_runs": False,
    "optimize_in_runs": False,
    "links_per_1000_words": 3,
    "links_to_one_target": 20,
    "link_threshold": 50,
    "seo_weight": 40,
    "readability_weight": 35,
    "engagement_weight": 25,
}


def find(sessions: Sessions, content_id: int) -> Content:
    with sessions() as session:
        return session.get_one(Content, content_id)


def test_an_analysis_tells_each_check_with_its_places_and_stores_nothing(house: House, sessions: Sessions) -> None:
    (one,) = add_articles(sessions, house)
    told = house.client("viewer").get(f"{ANALYZE}&content_id={one}").json()
    with sessions() as session:
        analysis = analyse_article(session, house.blog, one)
        html = session.get_one(Content, one).html
    assert (told["digest"], told["text_version"]) == (analysis.digest, 1)
    assert [(each["name"], each["points"], each["sentence"]) for each in told["checks"]] == [
        (check.name, check.points, check.sentence) for check in analysis.checks
    ]
    places = [place for each in told["checks"] for place in each["places"]]
    assert places
    assert all(0 <= place["start"] < place["end"] <= len(html) for place in places)
    assert told["mend_first"][0] in {check.name for check in analysis.checks if check.points < 9}
    assert find(sessions, one).optimization_scores == {}


def test_editors_let_an_article_keep_its_scores_and_lists_filter_by_them(house: House, sessions: Sessions) -> None:
    one, other = add_articles(sessions, house, 2)
    assert house.client("viewer").post(ANALYZE, json={"content_id": one}).status_code == 403
    told = house.client("editor").post(ANALYZE, json={"content_id": one}).json()
    assert find(sessions, one).score == told["overall"]
    client = house.client("viewer")
    listed = client.get(f"{API}/content/?site=blog&sort=lowest").json()["articles"]
    numbers = {name: told[name] for name in ("overall", "seo", "readability", "engagement")}
    assert [(each["id"], each["scores"]) for each in listed] == [(one, numbers), (other, None)]
    assert (listed[0]["source"], listed[0]["sync_status"]) == ("igny8", "native")
    ids = {
        query: [each["id"] for each in client.get(f"{API}/content/?site=blog&{query}").json()["articles"]]
        for query in ("score=none", f"score_below={told['overall']}", f"score_below={told['overall'] + 1}")
    }
    assert list(ids.values()) == [[other], [], [one]]


@pytest.mark.parametrize("query", ["score=best", "score_below=-1", "sort=worst"])
def test_lists_refuse_what_no_score_can_be(house: House, query: str) -> None:
    assert house.client("viewer").get(f"{API}/content/?site=blog&{query}").status_code == 422


def test_another_sites_article_is_not_analysed(house: House, sessions: Sessions) -> None:
    (one,) = add_articles(sessions, house)
    client = house.client("owner")
    assert client.get(f"{API}/optimizer/analyze/?site=shop&content_id={one}").status_code == 404
    assert client.post(f"{API}/optimizer/analyze/?site=shop", json={"content_id": one}).status_code == 404


def test_settings_are_read_by_all_and_changed_by_who_manages_the_site(house: House) -> None:
    for who in ("viewer", "editor"):
        assert house.client(who).get(SETTINGS).json() == {"site": "blog", "version": 1, "settings": DEFAULTS}
        assert house.client(who).put(SETTINGS, json={"settings": {"link_threshold": 70}}).status_code == 403
    changed = house.client("manager").put(SETTINGS, json={"version": 1, "settings": {"link_threshold": 70}}).json()
    assert changed == {"site": "blog", "version": 2, "settings": DEFAULTS | {"link_threshold": 70}}
    late = house.client("owner").put(SETTINGS, json={"version": 1, "settings": {"link_threshold": 60}})
    assert (late.status_code, late.json()["now"]) == (409, 2)
    wrong = house.client("owner").put(SETTINGS, json={"settings": {"link_threshold": 101, "color": 1}})
    assert wrong.status_code == 400
    assert "link_threshold" in wrong.json()["detail"]
    assert "no setting 'color'" in wrong.json()["detail"]


def test_modules_that_are_off_take_neither_the_analysis_nor_the_settings(house: House, sessions: Sessions) -> None:
    (one,) = add_articles(sessions, house)
    with sessions.begin() as session:
        account = session.get_one(Site, house.blog).account_id
        for module in (Module.OPTIMIZER, Module.LINKER):
            set_module(session, account, module, enabled=False)
    client = house.client("owner")
    assert client.get(f"{ANALYZE}&content_id={one}").status_code == 200
    assert client.put(SETTINGS, json={"settings": {"seo_weight": 50}}).status_code == 200


def test_the_optimizer_is_asked_at_most_ten_times_a_minute(house: House, sessions: Sessions) -> None:
    (one,) = add_articles(sessions, house)
    client = house.client("viewer")
    answers = [client.get(f"{ANALYZE}&content_id={one}").status_code for _ in range(11)]
    assert answers == [200] * 10 + [429]
