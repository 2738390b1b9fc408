"""Runs on chosen items: what is refused before and at the start, and that such a run is a run like any other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from igny8_lib.db.session import Sessions
from igny8_lib.errors import InsufficientCredits, InvalidInput, ModuleDisabled, NotAllowed
from igny8_lib.models import (
    Cluster,
    Content,
    Image,
    Keyword,
    LedgerEntry,
    Module,
    PublishingSettings,
    RunStatus,
    Site,
    StageItem,
    StageResult,
    StageStatus,
    StoppedReason,
    Task,
)
from igny8_lib.pipeline import runs
from igny8_lib.pipeline.batch import Tools
from igny8_lib.pipeline.chosen_items import REASONS_TOLD, ItemsRefused, require_workable
from igny8_lib.pipeline.forecast import forecast
from igny8_lib.pipeline.limits import HIGHEST_ID, MOST_CHOSEN, RunOptions
from igny8_lib.pipeline.run_now import check_start
from igny8_lib.pipeline.run_view import run_view
from igny8_lib.pipeline.snapshot import Snapshot
from igny8_lib.pipeline.stages import MINIMUM_KEYWORDS, STAGES, stage
from igny8_lib.sites.configuration import configure
from igny8_lib.sites.modules import set_module
from tests.factories.credits import grant
from tests.factories.planner import make_cluster, make_keywords
from tests.factories.sites import make_site
from tests.lib.pipeline import drive as driving
from tests.lib.pipeline.drive import begin, drive
from tests.lib.pipeline.ready import drafts, ready_site

IDS = st.lists(st.integers(1, HIGHEST_ID), min_size=1, max_size=50, unique=True)


def waiting(tools: Tools, site: Site, number: int) -> list[int]:
    """The ids of what waits for the stage, oldest first."""
    with tools.sessions() as session:
        return list(session.scalars(stage(number).pending(site.id)))


def direct(number: int, items: object, **more: object) -> dict[str, Any]:
    return {"stages": [number], "items": items} | more


def refused(sessions: Sessions, site: Site, conf: dict[str, Any]) -> str:
    """The sentence of the refusal, which is the same before anything starts and when the run starts."""
    with pytest.raises((InvalidInput, NotAllowed)) as caught:
        check_start(sessions, site.slug, RunOptions.parse(conf))
    run = begin(sessions, site.slug, conf)
    assert (run.status, run.stopped_reason) == (RunStatus.FAILED, StoppedReason.STAGE_FAILED)
    assert run.stopped_detail == str(caught.value) == runs.why_not_started(run)
    return str(caught.value)


@given(IDS, st.sampled_from([1, 2, 3, 4, 5, 6, 7]), st.sampled_from([",", ", ", " ", "\n"]))
def test_items_are_taken_as_they_are_given_as_a_list_as_texts_or_as_one_text(
    ids: list[int], number: int, comma: str
) -> None:
    texts = [str(n) for n in ids]
    for given_ids in (ids, texts, comma.join(texts), f" {comma.join(texts)}{comma}"):
        assert RunOptions.parse(direct(number, given_ids)).items == tuple(ids)


@given(IDS, st.sets(st.integers(1, 7), min_size=2))
def test_items_need_exactly_one_stage(ids: list[int], stages: set[int]) -> None:
    with pytest.raises(InvalidInput, match="items need exactly one stage"):
        RunOptions.parse({"items": ids, "stages": sorted(stages)})
    with pytest.raises(InvalidInput, match="items need exactly one stage"):
        RunOptions.parse({"items": ids})


@given(IDS, st.data())
def test_an_item_that_is_chosen_twice_is_named(ids: list[int], data: st.DataObject) -> None:
    again = data.draw(st.sampled_from(ids))
    with pytest.raises(InvalidInput, match=f"more than once: {again}$"):
        RunOptions.parse(direct(4, [*ids, again]))


@pytest.mark.parametrize(
    "items",
    [
        [],
        [0],
        [-3],
        [1.5],
        [True],
        ["x"],
        "3;7",
        "1-5",
        [HIGHEST_ID + 1],
        ["9" * 5000],
        {"a": 1},
        7,
        [[1]],
        [None],
        "٣",
    ],
)
def test_what_is_no_list_of_items_is_refused_by_its_name(items: object) -> None:
    with pytest.raises(InvalidInput, match="items"):
        RunOptions.parse(direct(4, items))


@pytest.mark.parametrize("items", [None, "", "  \n "])
def test_an_empty_field_of_the_form_chooses_whatever_waits(items: object) -> None:
    assert RunOptions.parse({"items": items}).items == ()


def test_at_most_some_thousands_are_chosen_at_once() -> None:
    assert len(RunOptions.parse(direct(1, list(range(1, MOST_CHOSEN + 1)))).items) == MOST_CHOSEN
    with pytest.raises(InvalidInput, match="at most 5,000"):
        RunOptions.parse(direct(1, list(range(1, MOST_CHOSEN + 2))))


def test_a_limit_of_items_beside_chosen_items_is_refused_and_one_of_credits_is_not() -> None:
    with pytest.raises(InvalidInput, match="taken whole: leave out max_tasks_per_run"):
        RunOptions.parse(direct(4, [1, 2], max_tasks_per_run=1))
    assert RunOptions.parse(direct(4, [1, 2], max_credits_per_run=3, max_tasks_per_run=0)).items == (1, 2)


def test_every_item_that_cannot_be_worked_is_told_at_once_with_its_reason(sessions: Sessions) -> None:
    with sessions.begin() as session:
        site, other = make_site(session), make_site(session)
        ids = [keyword.id for keyword in make_keywords(session, site, 9)]
        foreign = make_keywords(session, other, 1)[0].id
        cluster = make_cluster(session, site, "stone path")
        session.get_one(Keyword, ids[6]).disabled = True
        session.get_one(Keyword, ids[7]).cluster_id = cluster.id
    told = refused(sessions, site, direct(1, [*ids[:8], foreign, 999_999]))
    assert told == (
        "Stage 1 (Keywords → Clusters) cannot work 4 of the 10 chosen keywords. "
        f"{ids[6]}: disabled; {ids[7]}: has a cluster already; {foreign}: unknown; 999999: unknown."
    )
    assert begin(sessions, site.slug).status == RunStatus.RUNNING, "the site is free"


def test_the_sentence_names_the_first_twenty_and_the_error_all(sessions: Sessions) -> None:
    with sessions.begin() as session:
        site = make_site(session)
        options = RunOptions.parse(direct(4, list(range(1, 31))))
        with pytest.raises(ItemsRefused, match=r"20: unknown; and 10 more\.$") as caught:
            require_workable(session, site, options)
    assert len(caught.value.reasons) == 30 > REASONS_TOLD
    assert caught.value.facts["stage"] == 4


WORKED: dict[int, Callable[[Any], None]] = {
    2: lambda item: setattr(item, "status", "mapped"),
    3: lambda item: setattr(item, "status", "queued"),
    4: lambda item: setattr(item, "status", "completed"),
    5: lambda item: setattr(item, "status", "review"),
    6: lambda item: setattr(item, "status", "generated"),
}
REASON = {
    2: "has ideas already",
    3: "has a writing task already",
    4: "is written already",
    5: "is review, which the stage does not take",
    6: "is drawn already",
}


@pytest.mark.parametrize("number", WORKED)
def test_each_stage_says_why_an_item_is_not_its_own_any_more(tools: Tools, number: int) -> None:
    site = ready_site(tools, number, items=2)
    ids = waiting(tools, site, number)
    with tools.sessions.begin() as session:
        WORKED[number](session.get_one(stage(number).item, ids[1]))
    assert refused(tools.sessions, site, direct(number, ids)).endswith(f"{ids[1]}: {REASON[number]}.")


def test_a_draft_with_image_prompts_is_refused(tools: Tools) -> None:
    site = ready_site(tools, 6, items=2)
    with tools.sessions() as session:
        draft = session.scalars(select(Content.id).where(Content.site_id == site.id)).one()
    assert refused(tools.sessions, site, direct(5, [draft])).endswith("has image prompts already.")


def test_fewer_keywords_than_a_cluster_takes_are_refused_with_how_many_are_needed(sessions: Sessions) -> None:
    with sessions.begin() as session:
        site = make_site(session)
        grant(session, site.account_id, 10)
        ids = [keyword.id for keyword in make_keywords(session, site, 9)]
    told = refused(sessions, site, direct(1, ids[: MINIMUM_KEYWORDS - 1]))
    assert told == "Only 4 keywords are chosen, at least 5 are needed."
    check_start(sessions, site.slug, RunOptions.parse(direct(1, ids[:MINIMUM_KEYWORDS])))


def test_the_sites_switch_and_the_accounts_module_hold_for_chosen_items_too(tools: Tools) -> None:
    site = ready_site(tools, 4, items=1)
    conf = direct(4, waiting(tools, site, 4))
    with tools.sessions.begin() as session:
        configure(session, site.id, {"stage_4_enabled": False})
    assert "is disabled in the configuration of site" in refused(tools.sessions, site, conf)
    with tools.sessions.begin() as session:
        configure(session, site.id, {"stage_4_enabled": True})
        set_module(session, site.account_id, Module.WRITER, enabled=False)
    with pytest.raises(ModuleDisabled):
        check_start(tools.sessions, site.slug, RunOptions.parse(conf))
    assert "writer module is switched off" in refused(tools.sessions, site, conf)


@pytest.mark.parametrize("number", [1, 2, 3, 4, 5, 6])
def test_only_the_chosen_items_are_worked_whatever_the_sites_limits_say(tools: Tools, number: int) -> None:
    limits = {each.limit: 1 for each in STAGES}
    site = ready_site(tools, number, items=7, **limits)
    everything = waiting(tools, site, number)
    chosen = everything[1:6] if number == 1 else [everything[3], everything[1]]
    run = drive(tools, site.slug, direct(number, chosen))
    with tools.sessions() as session:
        listed = session.scalars(select(StageItem.item_id).where(StageItem.run_id == run.id)).all()
        results = {r.stage: r for r in session.scalars(select(StageResult).where(StageResult.run_id == run.id))}
        stages_charged = set(session.scalars(select(LedgerEntry.stage).where(LedgerEntry.run_id == run.id)))
    assert sorted(listed) == sorted(chosen)
    assert waiting(tools, site, number) == [item for item in everything if item not in chosen]
    assert (run.status, run.stopped_reason) == (RunStatus.COMPLETED, StoppedReason.COMPLETED)
    assert run.stopped_detail == f"Everything chosen was worked: {len(chosen)} items."
    assert stages_charged == ({number} if stage(number).operation else set())
    others = {n: r.details["reason"] for n, r in results.items() if r.status == StageStatus.SKIPPED}
    reason = f"this run works chosen {stage(number).takes} of stage {number} only"
    assert others == {n: reason for n in range(1, 8) if n != number}
    assert Snapshot.model_validate(run.initial_snapshot).chosen(number) == tuple(chosen)
    assert run_view(run)["direct"] == {"stage": number, "items": len(chosen)}


def test_chosen_articles_in_review_are_approved_where_runs_approve_and_else_people_decide(tools: Tools) -> None:
    site = ready_site(tools, 6, items=0)
    with tools.sessions.begin() as session:
        drafts(session, session.get_one(Site, site.id), 3)
        for article in session.scalars(select(Content).where(Content.site_id == site.id)):
            article.status = "review"
    ids = waiting(tools, site, 7)
    assert "people decide on the articles of site" in refused(tools.sessions, site, direct(7, ids[:2]))
    with tools.sessions.begin() as session:
        session.get_one(PublishingSettings, site.id).auto_approval_enabled = True
    assert drive(tools, site.slug, direct(7, ids[:2])).stopped_reason == StoppedReason.COMPLETED
    assert waiting(tools, site, 7) == ids[2:]


def test_items_that_others_worked_between_start_and_plan_are_left_out_and_none_left_ends_the_run_properly(
    tools: Tools, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = ready_site(tools, 4, items=3)
    ids = waiting(tools, site, 4)
    started = driving.begin

    def begin_then_delete(*arguments: Any) -> object:
        run = started(*arguments)
        with tools.sessions.begin() as session:
            session.query(Task).filter(Task.id.in_(gone)).delete()
        return run

    monkeypatch.setattr(driving, "begin", begin_then_delete)
    gone = ids[:1]
    assert "chosen was worked: 1 items" in drive(tools, site.slug, direct(4, ids[:2])).stopped_detail
    gone = ids[2:]
    run = drive(tools, site.slug, direct(4, gone))
    assert (run.status, run.stopped_reason) == (RunStatus.COMPLETED, StoppedReason.NOTHING_PENDING)
    with tools.sessions() as session:
        reason = session.get_one(StageResult, (run.id, 4)).details["reason"]
    assert reason == "none of the 1 chosen tasks waits"


def test_the_estimate_counts_the_chosen_items_and_so_does_the_least_charge(tools: Tools) -> None:
    site = ready_site(tools, 4, items=6, funds=4)
    ids = waiting(tools, site, 4)
    with tools.sessions.begin() as session:
        session.get_one(Task, ids[0]).word_count_target = 400
        expected = forecast(session, site, RunOptions.parse(direct(4, ids[:1])))
        session.get_one(Task, ids[1]).word_count_target = 20_000
    assert [stage.let_through for stage in expected.stages] == [0, 0, 0, 1, 0, 0, 0]
    assert expected.stages[3].pending == 1
    check_start(tools.sessions, site.slug, RunOptions.parse(direct(4, ids[:1])))
    with pytest.raises(InsufficientCredits):
        check_start(tools.sessions, site.slug, RunOptions.parse(direct(4, ids[1:2])))


def test_a_dry_run_on_chosen_items_changes_nothing(tools: Tools) -> None:
    site = ready_site(tools, 2, items=3)
    ids = waiting(tools, site, 2)
    run = drive(tools, site.slug, direct(2, ids[:2], dry_run=True))
    assert run.initial_snapshot["estimate"]["stages"][1]["pending"] == 2
    assert waiting(tools, site, 2) == ids
    with tools.sessions() as session:
        assert session.scalars(select(Cluster.status).where(Cluster.site_id == site.id).distinct()).all() == ["new"]
        assert session.scalars(select(Image.id)).all() == []
