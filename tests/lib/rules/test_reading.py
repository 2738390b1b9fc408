"""Reading the items of a trigger with their facts, and finding those that match."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.amounts import Credits
from igny8_lib.models import (
    Cluster,
    Content,
    ContentSource,
    ContentStatus,
    Keyword,
    RuleTrigger,
    RunStatus,
    SearchIntent,
    Sector,
    Site,
    Trigger,
)
from igny8_lib.rules.documents import Condition
from igny8_lib.rules.facts import FACTS, Fact, FactKind
from igny8_lib.rules.reading import find_matches, read_items
from tests.factories.articles import make_article
from tests.factories.planner import make_cluster, make_idea, make_keywords, make_task
from tests.factories.runs import add_stage, make_ended_run, make_run
from tests.factories.sites import make_site
from tests.statements import count_statements

ITEMS = [trigger for trigger in RuleTrigger if trigger is not RuleTrigger.SCHEDULE]
"""The triggers that happen to something."""
SCORES = {"overall": 71, "seo": 80, "readability": 64, "engagement": 55}


def condition(field: str, operator: str, value: object) -> Condition:
    return Condition.model_validate({"field": field, "operator": operator, "value": value})


@pytest.fixture
def site(session: Session) -> Site:
    return make_site(session, language="de", timezone="Asia/Tokyo")


def furnish(session: Session, site: Site) -> None:
    """One thing at least of every sort, with everything known of it."""
    sector = Sector(site_id=site.id, name="Garden")
    session.add(sector)
    session.flush()
    cluster = make_cluster(session, site, "Garden sheds")
    for keyword in session.query(Keyword).filter_by(cluster_id=cluster.id):
        keyword.difficulty, keyword.intent = Decimal("12.5"), SearchIntent.COMMERCIAL
    (keyword,) = make_keywords(session, site, ["Garden Shed"])
    keyword.difficulty, keyword.cpc, keyword.intent = Decimal("30.25"), Decimal("1.50"), SearchIntent.COMMERCIAL
    keyword.impressions, keyword.clicks, keyword.position = 900, 30, Decimal("4.2")
    keyword.sector_id, keyword.source_file = sector.id, "sheds.csv"
    make_idea(session, site, cluster, "Sheds for small gardens", intent="informational", priority=7)
    task = make_task(session, site, cluster, "Build a shed")
    task.priority = 3
    for status in (ContentStatus.DRAFT, ContentStatus.APPROVED, ContentStatus.PUBLISHED):
        make_article(
            *(session, site),
            status=status,
            cluster_id=cluster.id,
            tags=["sheds", "wood"],
            categories=["Garden"],
            optimization_scores=SCORES,
            internal_links=[{"anchor": "a"}, {"anchor": "b"}],
        )
    for ended in (RunStatus.COMPLETED, RunStatus.FAILED):
        make_run(session, site, ended)
    session.flush()


def fits_kind(fact: Fact, value: object) -> bool:
    if fact.is_list:
        return isinstance(value, tuple) and all(isinstance(each, str) for each in value)
    match fact.kind:
        case FactKind.TEXT:
            return isinstance(value, str)
        case FactKind.NUMBER:
            return isinstance(value, int | Decimal) and not isinstance(value, bool)
        case FactKind.CHOICE:
            return isinstance(value, str) and value in fact.choices
    return isinstance(value, bool)


@pytest.mark.parametrize("trigger", RuleTrigger)
def test_every_declared_fact_is_read_in_its_kind_and_no_other_is(
    session: Session, site: Site, trigger: RuleTrigger
) -> None:
    furnish(session, site)

    items = read_items(session, site, trigger)

    assert items
    declared = {fact.name for fact in FACTS[trigger]}
    assert all(set(item.values) == declared for item in items)
    for fact in FACTS[trigger]:
        known = [item.values[fact.name] for item in items if item.values[fact.name] is not None]
        assert known, f"{fact.name} is never known"
        assert all(fits_kind(fact, value) for value in known), (fact.name, known)


@pytest.mark.parametrize("trigger", RuleTrigger)
def test_what_nobody_told_is_unknown(session: Session, site: Site, trigger: RuleTrigger) -> None:
    cluster = Cluster(site_id=site.id, name="Roofs", normalized="roofs")
    session.add_all([cluster, Keyword(site_id=site.id, text="roof", normalized="roof")])
    session.flush()
    make_task(session, site, cluster, "Mend a roof")
    for status in (ContentStatus.APPROVED, ContentStatus.PUBLISHED):
        make_article(session, site, status=status, primary_keyword=" ")
    for ended in (RunStatus.COMPLETED, RunStatus.FAILED):
        make_run(session, site, ended, completed_at=None)

    (item, *_) = read_items(session, site, trigger)

    unknown = {name for name, value in item.values.items() if value is None}
    assert unknown == {
        RuleTrigger.SCHEDULE: {"average_score"},
        RuleTrigger.KEYWORD_ADDED: {
            *("volume", "difficulty", "cpc", "intent", "opportunity", "impressions", "clicks", "position", "sector"),
            "source_file",
        },
        RuleTrigger.CLUSTER_CREATED: {"volume", "difficulty", "opportunity", "intent"},
        RuleTrigger.IDEA_CREATED: {"intent", "priority"},
        RuleTrigger.TASK_CREATED: {"priority"},
        RuleTrigger.RUN_COMPLETED: {"minutes"},
        RuleTrigger.RUN_FAILED: {"minutes"},
    }.get(trigger, {"score", "seo", "readability", "engagement", "cluster", "primary_keyword"})


def test_a_keyword_has_its_own_facts_and_its_sector(session: Session, site: Site) -> None:
    furnish(session, site)

    (item,) = [item for item in read_items(session, site, RuleTrigger.KEYWORD_ADDED) if item.name == "Garden Shed"]

    assert item.values == {
        "keyword": "Garden Shed",
        "volume": 100,
        "difficulty": Decimal("30.25"),
        "cpc": Decimal("1.50"),
        "intent": "commercial",
        "opportunity": 23,
        "impressions": 900,
        "clicks": 30,
        "position": Decimal("4.20"),
        "words": 2,
        "sector": "Garden",
        "source_file": "sheds.csv",
        "status": "new",
        "disabled": False,
    }


def test_a_run_has_what_its_stages_came_to_and_how_long_it_worked(session: Session, site: Site) -> None:
    ended = clock.now()
    run = make_ended_run(session, site, {1: (10, 3, 2), 4: (5, 4, 1), 6: (8, 8, 0)})
    run.started_at, run.completed_at, run.paused_seconds = ended - timedelta(minutes=30), ended, 90.0
    run.total_credits_used, run.trigger = Credits.of("12.5"), Trigger.SCHEDULED
    session.flush()

    (item,) = read_items(session, site, RuleTrigger.RUN_COMPLETED)

    assert item.name == run.run_id
    assert item.values == {
        "run_number": run.run_number,
        "started_by": "scheduled",
        "stopped_reason": "completed",
        "credits_used": Decimal("12.5"),
        "articles_written": 4,
        "failed_items": 3,
        "minutes": Decimal("28.5"),
    }


def test_an_article_s_links_are_counted_and_its_scores_are_those_of_its_parts(session: Session, site: Site) -> None:
    furnish(session, site)

    (item,) = read_items(session, site, RuleTrigger.CONTENT_APPROVED)

    assert item.values["internal_links"] == 2
    assert [item.values[name] for name in ("score", "seo", "readability", "engagement")] == [71, 80, 64, 55]
    assert (item.values["cluster"], item.values["language"]) == ("Garden sheds", "de")


def test_disabled_keywords_do_not_count_in_the_figures_of_a_cluster(session: Session, site: Site) -> None:
    cluster = make_cluster(session, site, "Garden sheds")
    session.query(Keyword).filter_by(text="Garden sheds cost").one().disabled = True
    session.flush()

    (item,) = read_items(session, site, RuleTrigger.CLUSTER_CREATED, ids=[cluster.id])

    assert (item.values["keywords"], item.values["volume"]) == (1, 100)


def test_without_ids_those_are_meant_to_which_it_can_have_happened(session: Session, site: Site) -> None:
    def article(status: ContentStatus, source: ContentSource = ContentSource.IGNY8) -> int:
        return make_article(session, site, status=status, source=source).id

    draft, approved, published = map(article, (ContentStatus.DRAFT, ContentStatus.APPROVED, ContentStatus.PUBLISHED))
    imported = article(ContentStatus.PUBLISHED, ContentSource.WORDPRESS)
    completed, _dry = (make_run(session, site, RunStatus.COMPLETED, dry_run=dry).id for dry in (False, True))
    failed = make_run(session, site, RunStatus.FAILED).id
    make_run(session, site, RunStatus.CANCELLED)

    def found(trigger: RuleTrigger) -> list[int]:
        return [item.id for item in read_items(session, site, trigger)]

    assert found(RuleTrigger.CONTENT_GENERATED) == [draft, approved, published]
    assert found(RuleTrigger.CONTENT_APPROVED) == [approved]
    assert found(RuleTrigger.CONTENT_PUBLISHED) == [published, imported]
    assert found(RuleTrigger.RUN_COMPLETED) == [completed]
    assert found(RuleTrigger.RUN_FAILED) == [failed]


def test_named_items_are_read_wherever_they_stand_by_now(session: Session, site: Site) -> None:
    content = make_article(session, site, status=ContentStatus.PUBLISHED)

    assert [item.id for item in read_items(session, site, RuleTrigger.CONTENT_APPROVED, ids=[content.id])] == [
        content.id
    ]


@pytest.mark.parametrize("trigger", ITEMS)
def test_another_site_s_items_are_never_read(session: Session, site: Site, trigger: RuleTrigger) -> None:
    furnish(session, site)
    stranger = make_site(session, site.account)
    ids = [item.id for item in read_items(session, site, trigger)]

    assert read_items(session, stranger, trigger) == []
    assert find_matches(session, stranger, trigger, [], ids=ids).looked_at == 0


def test_items_that_are_gone_are_not_looked_at(session: Session, site: Site) -> None:
    first, gone, last = make_keywords(session, site, 3)
    ids = [last.id, gone.id, first.id, first.id]
    session.delete(gone)
    session.flush()

    found = find_matches(session, site, RuleTrigger.KEYWORD_ADDED, [], ids=ids)

    assert (found.ids, found.looked_at, found.holds) == ([first.id, last.id], 2, True)


def test_no_ids_are_no_items(session: Session, site: Site) -> None:
    make_keywords(session, site, 3)

    found = find_matches(session, site, RuleTrigger.KEYWORD_ADDED, [], ids=[])

    assert (found.ids, found.looked_at, found.holds) == ([], 0, False)


def test_matches_come_with_samples_and_the_others_with_reasons(session: Session, site: Site) -> None:
    keywords = make_keywords(session, site, 6)
    for number, keyword in enumerate(keywords):
        keyword.volume = None if number == 0 else number * 40
    session.flush()

    found = find_matches(session, site, RuleTrigger.KEYWORD_ADDED, [condition("volume", "gte", 100)], samples=2)

    assert found.ids == [each.id for each in keywords[3:]]
    assert [item.id for item in found.samples] == [each.id for each in keywords[3:5]]
    assert [why for _, why in found.others] == [
        ("volume is unknown, not ≥ 100",),
        ("volume 40 is not ≥ 100",),
    ]
    assert (found.looked_at, found.holds) == (6, True)


@pytest.mark.parametrize("trigger", ITEMS)
def test_a_page_is_one_statement_however_many_items(session: Session, site: Site, trigger: RuleTrigger) -> None:
    furnish(session, site)
    ids = [item.id for item in read_items(session, site, trigger)]

    assert count_statements(session, lambda: read_items(session, site, trigger)) == 1
    assert count_statements(session, lambda: read_items(session, site, trigger, ids=ids)) == 1


def test_a_site_is_three_statements(session: Session, site: Site) -> None:
    furnish(session, site)

    assert count_statements(session, lambda: read_items(session, site, RuleTrigger.SCHEDULE)) == 3


def test_the_text_of_articles_is_never_read(session: Session, site: Site) -> None:
    make_article(session, site, html="<p>" + "word " * 100 + "</p>")
    session.expunge_all()

    read_items(session, session.get_one(Site, site.id), RuleTrigger.CONTENT_GENERATED)

    assert not any(isinstance(each, Content) for each in session)


def test_stages_of_another_run_do_not_count(session: Session, site: Site) -> None:
    mine, other = (make_run(session, site, RunStatus.FAILED) for _ in range(2))
    add_stage(session, mine, 4, items_created=2, items_failed=1)
    add_stage(session, other, 4, items_created=20, items_failed=10)

    (item,) = read_items(session, site, RuleTrigger.RUN_FAILED, ids=[mine.id])

    assert (item.values["articles_written"], item.values["failed_items"]) == (2, 1)
