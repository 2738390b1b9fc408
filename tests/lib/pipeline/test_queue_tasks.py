"""Stage 3: ideas are held against the site's pages, wait for approval, and are taken in the order people want."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import func, select, update

from igny8_lib.models import (
    Cluster,
    Content,
    ContentIdea,
    ContentSource,
    ContentStatus,
    IdeaStatus,
    Keyword,
    RunEvent,
    Site,
    StageItem,
    StageResult,
    Task,
)
from igny8_lib.pipeline import process_batch, stage_tasks
from igny8_lib.pipeline.batch import Batch, Tools
from igny8_lib.planner import ideas
from igny8_lib.planner.edit_ideas import IdeaChanges, edit
from igny8_lib.planner.ideas import Chosen
from igny8_lib.sites.configuration import configure
from tests.factories.planner import make_cluster, make_idea
from tests.factories.sites import make_site
from tests.lib.pipeline.drive import begin, drive
from tests.lib.pipeline.invariants import assert_invariants
from tests.lib.pipeline.ready import ready_site

ONLY = {"stages": [3]}


def site_with(tools: Tools, *titles: str, language: str = "en", **config: object) -> Site:
    """A site with new ideas; each is to be found for its title."""
    with tools.sessions.begin() as session:
        site = make_site(session, config=config, language=language)
        cluster = make_cluster(session, site, "roses")
        cluster.status = "mapped"
        session.execute(update(Keyword).where(Keyword.site_id == site.id).values(status="mapped"))
        for title in titles:
            make_idea(session, site, cluster, title)
        return site


def add_page(tools: Tools, site: Site, title: str, **values: Any) -> int:
    with tools.sessions.begin() as session:
        fields = {
            "site_id": site.id,
            "title": title,
            "slug": f"page-{title.lower().replace(' ', '-')}",
            "html": "<p>All.</p>",
        }
        fields |= {"meta_title": title, "meta_description": "All about it.", "word_count": 1}
        content = Content(**fields | {"status": ContentStatus.PUBLISHED, "source": ContentSource.WORDPRESS} | values)
        session.add(content)
        session.flush()
        return content.id


def stands(tools: Tools, site: Site) -> list[tuple[str, str]]:
    """Status and verdict of each idea."""
    with tools.sessions() as session:
        query = select(ContentIdea).where(ContentIdea.site_id == site.id).order_by(ContentIdea.id)
        return [(idea.status.value, idea.competition_verdict.value) for idea in session.scalars(query)]


def idea_ids(tools: Tools, site: Site) -> list[int]:
    with tools.sessions() as session:
        return list(session.scalars(select(ContentIdea.id).where(ContentIdea.site_id == site.id).order_by("id")))


def tasks_in_order(tools: Tools, site: Site) -> Sequence[str]:
    """The titles of the tasks, as they were made."""
    with tools.sessions() as session:
        query = select(Task.brief["title"].astext).where(Task.site_id == site.id).order_by(Task.id)
        return session.scalars(query).all()


def lines(tools: Tools, run_id: int) -> str:
    with tools.sessions() as session:
        return "\n".join(session.scalars(select(RunEvent.message).where(RunEvent.run_id == run_id).order_by("id")))


def details(tools: Tools, run_id: int) -> dict[str, Any]:
    with tools.sessions() as session:
        return session.get_one(StageResult, (run_id, 3)).details


def test_an_idea_that_competes_with_a_page_is_skipped_and_names_it(tools: Tools) -> None:
    site = site_with(tools, "How to Prune Roses", "When to Prune Roses", "Rose Pruning Tools")
    page = add_page(tools, site, "How to prune roses", external_url="https://a.example/prune")
    run = drive(tools, site.slug, ONLY)
    assert stands(tools, site) == [("skipped", "competing"), ("queued", "clear"), ("queued", "clear")]
    with tools.sessions() as session:
        idea = session.scalars(select(ContentIdea).where(ContentIdea.status == IdeaStatus.SKIPPED)).one()
        assert idea.competition == {
            "kind": "imported",
            "id": page,
            "title": "How to prune roses",
            "url": "https://a.example/prune",
            "score": 1.0,
            "by": "same title",
        }  # fmt: skip - one document
        assert (idea.skipped_by, str(page) in (idea.skipped_reason or "")) == (None, True)
        items = session.execute(select(StageItem.state, StageItem.created, StageItem.counts).order_by("position")).all()
        assert [tuple(item) for item in items] == [("done", 0, {"ideas_skipped": 1}), ("done", 2, {}), ("done", 0, {})]
    assert (details(tools, run.id)["ideas_skipped"], details(tools, run.id)["tasks_created"]) == (1, 2)
    assert "3 ideas held against 1 pages: 1 skipped because a page competes with them, 0 doubtful." in lines(
        tools, run.id
    )
    assert_invariants(tools.sessions)


@pytest.mark.parametrize(
    ("values", "verdict"),
    [
        ({}, "competing"),
        ({"source": ContentSource.IGNY8, "status": ContentStatus.DRAFT}, "competing"),
        ({"source": ContentSource.SHOPIFY}, "competing"),
        ({"status": ContentStatus.REJECTED}, "clear"),
    ],
)
def test_articles_and_imported_pages_count_but_not_rejected_ones(
    tools: Tools, values: dict[str, Any], verdict: str
) -> None:
    site = site_with(tools, "Pruning of Roses")
    add_page(tools, site, "Everything on cutting", primary_keyword="pruning of roses", **values)
    drive(tools, site.slug, ONLY)
    assert stands(tools, site)[0][1] == verdict


def test_another_sites_pages_count_nothing(tools: Tools) -> None:
    site, other = site_with(tools, "Pruning of Roses"), site_with(tools)
    add_page(tools, other, "Pruning of Roses")
    drive(tools, site.slug, ONLY)
    assert stands(tools, site) == [("queued", "clear")]


def test_ideas_compete_with_queued_ones_and_with_those_before_them(tools: Tools) -> None:
    site = site_with(tools, "Rose pruning", "The pruning rose: what, why, how", "Tulip bulbs")
    with tools.sessions.begin() as session:
        second = session.get_one(ContentIdea, idea_ids(tools, site)[1])
        second.target_keywords = ["pruning roses"]
    drive(tools, site.slug, ONLY)
    assert [each[0] for each in stands(tools, site)] == ["queued", "skipped", "queued"]
    with tools.sessions.begin() as session:
        make_idea(session, site, session.scalars(select(Cluster)).one(), "Bulbs of tulips")
        session.execute(
            update(ContentIdea).where(ContentIdea.title.like("Bulbs%")).values(target_keywords=["tulip bulb"])
        )
    drive(tools, site.slug, ONLY)
    assert stands(tools, site)[3] == ("skipped", "competing")
    assert_invariants(tools.sessions)


def test_a_doubtful_idea_goes_on_and_is_marked(tools: Tools) -> None:
    site = site_with(tools, "Granny flat builder")
    add_page(tools, site, "Granny flat builder Perth")
    run = drive(tools, site.slug, ONLY)
    assert stands(tools, site) == [("queued", "doubtful")]
    assert details(tools, run.id)["ideas_doubtful"] == 1
    assert_invariants(tools.sessions)


def test_each_site_says_itself_from_which_likeness_a_page_competes(tools: Tools) -> None:
    by_default, stricter = site_with(tools, "Granny flat builder"), site_with(tools, "Granny flat builder")
    with tools.sessions.begin() as session:
        configure(session, stricter.id, {"competing_pages_threshold": 0.6})
    for site in (by_default, stricter):
        add_page(tools, site, "Granny flat builder Perth")
        drive(tools, site.slug, ONLY)
    assert (stands(tools, by_default), stands(tools, stricter)) == (
        [("queued", "doubtful")],
        [("skipped", "competing")],
    )
    assert_invariants(tools.sessions)


def test_switched_off_nothing_is_compared(tools: Tools) -> None:
    site = site_with(tools, "How to Prune Roses", competing_pages_enabled=False)
    add_page(tools, site, "How to prune roses")
    drive(tools, site.slug, ONLY)
    assert stands(tools, site) == [("queued", "unchecked")]


def test_a_language_without_stems_says_so_in_the_log(tools: Tools) -> None:
    site = site_with(tools, "Jinsi ya kupogoa waridi", language="sw")
    run = drive(tools, site.slug, ONLY)
    assert "by letters: words of the language 'sw' have no stems" in lines(tools, run.id)


@pytest.mark.parametrize("action", [ideas.restore, ideas.approve])
def test_what_people_restored_is_not_skipped_for_the_same_page_again(tools: Tools, action: Any) -> None:
    site = site_with(tools, "How to Prune Roses")
    add_page(tools, site, "How to prune roses")
    drive(tools, site.slug, ONLY)
    (idea,) = idea_ids(tools, site)
    with tools.sessions.begin() as session:
        action(session, site.id, Chosen((idea,)), "ann")
    assert stands(tools, site) == [("new", "doubtful")]
    drive(tools, site.slug, ONLY)
    assert stands(tools, site) == [("queued", "doubtful")]
    assert_invariants(tools.sessions)


def test_an_idea_that_was_restored_is_skipped_for_another_page(tools: Tools) -> None:
    site = site_with(tools, "How to Prune Roses")
    add_page(tools, site, "Cutting", primary_keyword="how to prune roses")
    drive(tools, site.slug, ONLY)
    (idea,) = idea_ids(tools, site)
    with tools.sessions.begin() as session:
        ideas.restore(session, site.id, Chosen((idea,)), "ann")
    add_page(tools, site, "How to prune roses")
    drive(tools, site.slug, ONLY)
    assert stands(tools, site) == [("skipped", "competing")]


def test_the_article_of_a_page_that_people_overruled_is_no_reason_either(tools: Tools) -> None:
    site = site_with(tools, "Rose pruning", "Pruning of the rose")
    with tools.sessions.begin() as session:
        session.get_one(ContentIdea, idea_ids(tools, site)[1]).target_keywords = ["pruning roses"]
    drive(tools, site.slug, ONLY)
    with tools.sessions.begin() as session:
        ideas.restore(session, site.id, Chosen((idea_ids(tools, site)[1],)), "ann")
        task = session.scalars(select(Task)).one()
        task.status = session.get_one(ContentIdea, task.idea_id).status = "completed"
        task_id = task.id
    add_page(tools, site, "Rose pruning", task_id=task_id, source=ContentSource.IGNY8, primary_keyword="rose pruning")
    drive(tools, site.slug, ONLY)
    assert stands(tools, site)[1] == ("queued", "doubtful")


def test_an_edited_idea_is_held_against_the_pages_anew(tools: Tools) -> None:
    site = site_with(tools, "How to Prune Roses")
    add_page(tools, site, "How to prune roses")
    drive(tools, site.slug, ONLY)
    (idea,) = idea_ids(tools, site)
    with tools.sessions.begin() as session:
        edit(session, site.id, idea, IdeaChanges(title="Tulips", target_keywords=["tulip bulbs"]), "ann")
        ideas.restore(session, site.id, Chosen((idea,)), "ann")
    assert stands(tools, site) == [("new", "unchecked")]
    drive(tools, site.slug, ONLY)
    assert stands(tools, site) == [("queued", "clear")]
    assert_invariants(tools.sessions)


def test_a_retry_after_a_crash_ends_with_the_rows_of_an_undisturbed_run(
    tools: Tools, monkeypatch: pytest.MonkeyPatch
) -> None:
    titles = [f"{what} {plant}" for plant in ("roses", "tulips", "rose") for what in ("Prune", "Water", "Feed")]

    def rows(site: Site) -> list[tuple[Any, ...]]:
        first = idea_ids(tools, site)[0]
        with tools.sessions() as session:
            query = select(ContentIdea).where(ContentIdea.site_id == site.id).order_by(ContentIdea.id)
            found = [
                (i.status, i.competition_verdict, (i.competition or {}).get("id", first))
                for i in session.scalars(query)
            ]  # fmt: skip - one row per idea
        return [(status, verdict, page - first) for status, verdict, page in found]

    undisturbed, crashed = site_with(tools, *titles), site_with(tools, *titles)
    drive(tools, undisturbed.slug, ONLY)
    run = begin(tools.sessions, crashed.slug, ONLY)
    (batch,) = stage_tasks.plan_stage(tools.sessions, run.id, 3, "test")
    with monkeypatch.context() as patch:
        patch.setattr(Batch, "book_lost", lambda *_: (_ for _ in ()).throw(RuntimeError("killed")))
        with pytest.raises(RuntimeError):
            process_batch.process_batch(tools, run.id, 3, batch, "test")
    assert {each[0] for each in stands(tools, crashed)} == {"new"}, "nothing of it was kept"
    process_batch.process_batch(tools, run.id, 3, batch, "retry")
    assert rows(crashed) == rows(undisturbed)
    assert [each[0] for each in rows(crashed)].count(IdeaStatus.SKIPPED) == 3


def test_a_run_takes_approved_ideas_only_where_the_site_wants_it(tools: Tools) -> None:
    site = site_with(tools, "Roses", "Tulips", "Lilies", ideas_need_approval=True)
    first, second, _ = idea_ids(tools, site)
    run = drive(tools, site.slug, ONLY)
    assert "Skipped: 3 ideas wait for approval: igny8 ideas approve SITE …." in lines(tools, run.id)
    with tools.sessions.begin() as session:
        ideas.approve(session, site.id, Chosen((first, second)), "ann")
    drive(tools, site.slug, ONLY)
    assert [each[0] for each in stands(tools, site)] == ["queued", "queued", "new"]
    assert_invariants(tools.sessions)


def test_a_run_keeps_to_its_snapshot_of_the_approval_setting(tools: Tools) -> None:
    site = site_with(tools, "Roses", ideas_need_approval=True)
    other = site_with(tools, "Roses")
    for each, need in ((site, False), (other, True)):
        run = begin(tools.sessions, each.slug, ONLY)
        with tools.sessions.begin() as session:
            configure(session, each.id, {"ideas_need_approval": need})
        batches = stage_tasks.plan_stage(tools.sessions, run.id, 3, "test")
        for batch in batches:
            process_batch.process_batch(tools, run.id, 3, batch, "test")
    assert stands(tools, site)[0][0] == "new"
    assert stands(tools, other)[0][0] == "queued"


def test_stages_3_and_4_take_what_people_put_first_and_put_last_what_they_put_last(tools: Tools) -> None:
    titles = ("Roses", "Tulips", "Lilies", "Asters", "Daisies")
    site = site_with(tools, *titles)
    roses, _, _, asters, daisies = idea_ids(tools, site)
    with tools.sessions.begin() as session:
        ideas.put_first(session, site.id, [daisies, asters], "ann")
        ideas.put_last(session, site.id, [roses], "ann")
    drive(tools, site.slug, {"stages": [3], "max_ideas_per_run": 3})
    assert tasks_in_order(tools, site) == ["Daisies", "Asters", "Tulips"]
    with tools.sessions.begin() as session:
        ideas.put_first(session, site.id, [asters], "ann")
    run = begin(tools.sessions, site.slug, {"stages": [4], "max_tasks_per_run": 2})
    stage_tasks.plan_stage(tools.sessions, run.id, 4, "test")
    with tools.sessions() as session:
        query = select(Task.brief["title"].astext).join(StageItem, StageItem.item_id == Task.id)
        order = session.scalars(query.where(StageItem.run_id == run.id).order_by(StageItem.position)).all()
        places = session.scalars(select(StageItem.position).where(StageItem.run_id == run.id)).all()
    assert (order, sorted(places)) == (["Asters", "Daisies"], [0, 1])


def test_an_idea_that_people_take_back_while_a_batch_waits_is_not_queued(tools: Tools) -> None:
    site = ready_site(tools, 3, items=2)
    run = begin(tools.sessions, site.slug, ONLY)
    (batch,) = stage_tasks.plan_stage(tools.sessions, run.id, 3, "test")
    first, _ = idea_ids(tools, site)
    with tools.sessions.begin() as session:
        ideas.skip(session, site.id, Chosen((first,)), "ann")
    process_batch.process_batch(tools, run.id, 3, batch, "test")
    assert [each[0] for each in stands(tools, site)] == ["skipped", "queued"]
    with tools.sessions() as session:
        assert session.scalar(select(func.count()).select_from(Task)) == 1
