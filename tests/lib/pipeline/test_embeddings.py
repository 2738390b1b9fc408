"""Vectors of texts in runs: asked for once, charged to nobody, and never a reason to fail (SPEC §3)."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from igny8_lib.db.session import Sessions
from igny8_lib.errors import LeaseLost
from igny8_lib.models import LedgerEntry, RunEvent, Site, SiteLease, StageItem, TextVector
from igny8_lib.pipeline import stage_tasks
from igny8_lib.pipeline.batch import Tools
from tests.faults import Reply, ok
from tests.faulty_provider import FaultyProvider
from tests.lib.pipeline.drive import begin, drive, stage
from tests.lib.pipeline.faulty import faulty_tools
from tests.lib.pipeline.test_deaths import Bomb, Died
from tests.lib.pipeline.test_queue_tasks import site_with, stands
from tests.lib.pipeline.test_second_look import demo_site
from tests.sandbox_server import SandboxServer


def kept(sessions: Sessions, site: Site) -> int:
    with sessions() as session:
        count = select(func.count()).select_from(TextVector).where(TextVector.site_id == site.id)
        return session.scalar(count) or 0


def lines(sessions: Sessions, run_id: int) -> list[str]:
    with sessions() as session:
        told = select(RunEvent.message).where(RunEvent.run_id == run_id, RunEvent.message.contains("words alone"))
        return list(session.scalars(told))


def work_list(sessions: Sessions, run_id: int) -> list[tuple[int, int]]:
    """Request and place of each keyword, in the order of their import."""
    with sessions() as session:
        query = select(StageItem.request, StageItem.position).where(StageItem.run_id == run_id, StageItem.stage == 1)
        return [(row.request, row.position) for row in session.execute(query.order_by(StageItem.item_id))]


def asked(sandbox: SandboxServer) -> list[str]:
    """The keys of the requests for embeddings."""
    return [key for key in sandbox.requests()["keys"] if key.startswith("embeddings/")]


def test_a_keyword_is_asked_for_once_and_nobody_pays(tools: Tools, sessions: Sessions, sandbox: SandboxServer) -> None:
    sandbox.reset()
    site = demo_site(sessions)
    run = begin(sessions, site.slug, {"stages": [1]})
    stage_tasks.plan_stage(sessions, run.id, 1, "test", lambda: tools.endpoint)
    with sessions() as session:
        assert session.scalars(select(LedgerEntry).where(LedgerEntry.run_id == run.id)).all() == []
    asked_first = asked(sandbox)
    assert asked_first
    assert kept(sessions, site) == len(work_list(sessions, run.id))
    assert lines(sessions, run.id) == []
    stage_tasks.plan_stage(sessions, run.id, 1, "again", lambda: tools.endpoint)
    assert asked(sandbox) == asked_first


def test_without_an_embedding_model_nothing_is_asked_and_nothing_said(
    tools: Tools, sessions: Sessions, sandbox: SandboxServer
) -> None:
    sandbox.reset()
    bare = replace(tools, endpoint=replace(tools.endpoint, embedding_model=""))
    site = demo_site(sessions)
    run = begin(sessions, site.slug, {"stages": [1]})
    stage_tasks.plan_stage(sessions, run.id, 1, "test", lambda: bare.endpoint)
    assert (asked(sandbox), kept(sessions, site), lines(sessions, run.id)) == ([], 0, [])


def body(make: Callable[[int], Any]) -> Callable[[list[str]], Reply]:
    """A good status with a vector for each text by its place."""
    return lambda texts: ok({"data": [{"embedding": make(place)} for place in range(len(texts))]})


BAD: dict[str, Callable[[list[str]], Reply]] = {
    "zeros": body(lambda _: [0.0]),
    "all_the_same": body(lambda _: [1.0, 2.0]),
    "differing_dimensions": body(lambda place: [1.0] * (place + 1)),
    "no_numbers": body(lambda _: ["x"]),
    "not_a_number": body(lambda _: [math.nan]),
    "too_few": lambda _: ok({"data": [{"embedding": [1.0]}]}),
    "none": lambda _: ok({"data": []}),
    "no_such_path": lambda _: Reply(404, b'{"error": {"message": "no such path"}}'),
    "refused": lambda _: Reply(400, b'{"error": {"message": "embeddings are not supported"}}'),
    "wrong_key": lambda _: Reply(401, b'{"error": {"message": "wrong key"}}'),
    "down": lambda _: Reply(503, b"", {"retry-after": "600"}),
    "no_json": lambda _: Reply(body=b"<html>"),
}  # fmt: skip


@pytest.mark.parametrize("bad", sorted(BAD))
def test_whatever_comes_for_embeddings_the_stage_goes_on_by_words_and_says_so(
    sessions: Sessions, tmp_path: Path, bad: str
) -> None:
    site = demo_site(sessions)
    with FaultyProvider() as provider:
        provider.embeddings = BAD[bad]
        tools = faulty_tools(sessions, provider, tmp_path)
        run = begin(sessions, site.slug, {"stages": [1]})
        assert stage_tasks.plan_stage(sessions, run.id, 1, "test", lambda: tools.endpoint)
    (line,) = lines(sessions, run.id)
    assert "texts are compared by their words alone: " in line
    assert kept(sessions, site) == 0
    by_words = demo_site(sessions)
    other = begin(sessions, by_words.slug, {"stages": [1]})
    stage_tasks.plan_stage(sessions, other.id, 1, "test")
    assert work_list(sessions, run.id) == work_list(sessions, other.id)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")  # the heartbeat may die, too
@pytest.mark.parametrize("when", ["before_commit", "after_commit"])
def test_a_plan_that_dies_at_any_commit_ends_as_an_undisturbed_one(tools: Tools, sessions: Sessions, when: str) -> None:
    site = demo_site(sessions)
    run = begin(sessions, site.slug, {"stages": [1]})
    stage_tasks.plan_stage(sessions, run.id, 1, "test", lambda: tools.endpoint)
    undisturbed, at = work_list(sessions, run.id), 0
    while True:
        at += 1
        site = demo_site(sessions)
        run = begin(sessions, site.slug, {"stages": [1]})
        bomb = Bomb(at)
        event.listen(Session, when, bomb)
        try:
            stage_tasks.plan_stage(sessions, run.id, 1, "first", lambda: tools.endpoint)
        except Died:
            pass
        finally:
            event.remove(Session, when, bomb)
        if not bomb.went_off:
            break
        stage_tasks.plan_stage(sessions, run.id, 1, "retry", lambda: tools.endpoint)
        assert work_list(sessions, run.id) == undisturbed, f"died at commit {at}"
    assert at > 3, "the turn, the vectors, the plan"


def test_who_loses_the_site_while_the_endpoint_answers_keeps_nothing(sessions: Sessions, tmp_path: Path) -> None:
    site = demo_site(sessions)

    def take_over(texts: list[str]) -> Reply:
        with sessions.begin() as session:
            session.get_one(SiteLease, site.id).token += 1
        return body(lambda place: [float(place), 1.0])(texts)

    with FaultyProvider() as provider:
        provider.embeddings = take_over
        tools = faulty_tools(sessions, provider, tmp_path)
        run = begin(sessions, site.slug, {"stages": [1]})
        with pytest.raises(LeaseLost):
            stage_tasks.plan_stage(sessions, run.id, 1, "test", lambda: tools.endpoint)
    assert kept(sessions, site) == 0


def test_ideas_are_held_by_vectors_too_and_by_words_where_there_are_none(
    tools: Tools, sessions: Sessions, tmp_path: Path
) -> None:
    titles = ("How to Prune Roses", "When to Prune Roses", "Secateurs")
    site = site_with(tools, *titles)
    run = drive(tools, site.slug, {"stages": [3]})
    assert lines(sessions, run.id) == []
    assert kept(sessions, site) == 3
    with FaultyProvider() as provider:
        faulty = faulty_tools(sessions, provider, tmp_path)
        other = site_with(faulty, *titles)
        run = drive(faulty, other.slug, {"stages": [3]})
        assert stands(faulty, other) == stands(tools, site) == [("queued", "clear")] * 3
        (line,) = lines(sessions, run.id)
    assert line.startswith("3 ideas held against 0 pages")
    assert kept(sessions, other) == 0


def test_an_idea_in_other_words_is_doubtful_by_vectors(sessions: Sessions, tmp_path: Path) -> None:
    with FaultyProvider() as provider:
        provider.embeddings = lambda texts: body(lambda place: [1.0, float("bike" in texts[place])])(texts)
        tools = faulty_tools(sessions, provider, tmp_path)
        site = site_with(tools, "Car Insurance", "Motor Cover", "Mountain bike")
        drive(tools, site.slug, {"stages": [3]})
        assert [verdict for _, verdict in stands(tools, site)] == ["clear", "doubtful", "clear"]


def test_a_whole_first_stage_works_with_vectors(tools: Tools, sessions: Sessions) -> None:
    site = demo_site(sessions)
    run = begin(sessions, site.slug, {"stages": [1]})
    result = stage(tools, run.id, 1)
    assert result is not None
    assert result["status"] == "completed"


def test_keywords_of_a_language_without_stems_are_compared_by_letters_and_the_log_says_so(
    tools: Tools, sessions: Sessions
) -> None:
    site = demo_site(sessions)
    with sessions.begin() as session:
        session.get_one(Site, site.id).language = "sw"
    run = begin(sessions, site.slug, {"stages": [1]})
    stage_tasks.plan_stage(sessions, run.id, 1, "test", lambda: tools.endpoint)
    with sessions() as session:
        told = list(session.scalars(select(RunEvent.message).where(RunEvent.run_id == run.id)))
    assert "Keywords are compared by letters: words of the language 'sw' have no stems." in told
