"""How much of the known searches an estimate says that a run works on."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from igny8_lib.models import Cluster, ContentIdea, Keyword, Site
from igny8_lib.pipeline.forecast import forecast
from igny8_lib.pipeline.limits import RunOptions
from igny8_lib.pipeline.search_volume import SearchVolume
from tests.factories.credits import grant
from tests.factories.planner import make_keywords, make_task
from tests.factories.sites import make_site


def make_path(session: Session) -> tuple[Site, list[Keyword]]:
    """A site with six waiting keywords (1 to 32 searches), and clusters at three places of the path."""
    site = make_site(session)
    grant(session, site.account_id, 1000)
    keywords = make_keywords(session, site, 6)
    for n, keyword in enumerate(keywords):
        keyword.volume = 2**n
    for name, volume in (("waits for ideas", 100), ("has an idea", 1000), ("has a task", 10_000), ("is done", 100_000)):
        cluster = Cluster(site_id=site.id, name=name, normalized=name, status="mapped")
        session.add(cluster)
        session.flush()
        (keyword,) = make_keywords(session, site, [name])
        keyword.volume, keyword.cluster_id, keyword.status = volume, cluster.id, "mapped"
        if name == "waits for ideas":
            cluster.status = "new"
        if name == "has a task":
            make_task(session, site, cluster, name)
        if name == "has an idea":
            row = {"title": name, "normalized": name, "outline": [], "target_keywords": [], "estimated_word_count": 500}
            session.add(ContentIdea(site_id=site.id, cluster_id=cluster.id, **row))
    for text, disabled in (("nobody counted", False), ("nobody wants", True)):
        (keyword,) = make_keywords(session, site, [text])
        keyword.volume, keyword.disabled, keyword.status = (7 if disabled else None), disabled, "mapped"
    session.flush()
    return site, keywords


def volume(session: Session, site: Site, conf: Mapping[str, object] | None = None) -> SearchVolume:
    return forecast(session, site, RunOptions.parse(conf or {})).volume


def test_covered_is_what_waits_anywhere_on_the_path_and_known_what_any_keyword_has(session: Session) -> None:
    site, _ = make_path(session)
    assert volume(session, site) == SearchVolume(known=111_163, covered=11_163, keywords_with_volume=10, keywords=11)
    assert str(volume(session, site)) == (
        "covers 11,163 of 111,163 known monthly searches (10 of 11 keywords have a volume)"
    )


def test_limits_stages_and_chosen_items_bound_what_is_covered(session: Session) -> None:
    site, keywords = make_path(session)
    assert volume(session, site, {"max_keywords_per_run": 5, "stages": [1]}).covered == 31
    assert volume(session, site, {"stages": [2, 4]}).covered == 10_100
    assert volume(session, site, {"stages": [3]}).covered == 1000
    assert volume(session, site, {"stages": [5, 6, 7]}).covered == 0
    chosen = [keyword.id for keyword in keywords[1:]]
    assert volume(session, site, {"stages": [1], "items": chosen}).covered == 62


def test_too_few_keywords_cover_nothing_and_a_site_without_keywords_knows_nothing(session: Session) -> None:
    site = make_site(session)
    assert volume(session, site) == SearchVolume()
    assert str(volume(session, site)).startswith("how many searches it covers is unknown")
    make_keywords(session, site, 4)
    assert volume(session, site) == SearchVolume(known=400, covered=0, keywords_with_volume=4, keywords=4)


def test_another_sites_searches_are_not_counted(session: Session) -> None:
    make_path(session)
    site = make_site(session)
    assert volume(session, site).as_json() == {"known": 0, "covered": 0, "keywords_with_volume": 0, "keywords": 0}
