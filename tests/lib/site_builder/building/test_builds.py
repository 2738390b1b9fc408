"""Builds from their opening to their end: what is done, charged and told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from igny8_lib.amounts import Credits
from igny8_lib.errors import Conflict, InsufficientCredits, InvalidInput, ModuleDisabled, NotFound
from igny8_lib.models import (
    BlueprintStatus,
    BuildStatus,
    BuildStepKind,
    BuildStepStatus,
    Module,
    SiteBlueprint,
    SiteBuild,
    SiteBuildStep,
)
from igny8_lib.site_builder.building import stepping, work
from igny8_lib.site_builder.building.cancelling import cancel
from igny8_lib.site_builder.building.estimating import estimate
from igny8_lib.site_builder.building.stepping import StepLost, StepTaken
from igny8_lib.sites.modules import set_module
from tests.lib.site_builder.building.conftest import Yard
from tests.sandbox_server import SandboxServer

DONE, SKIPPED, FAILED = BuildStepStatus.DONE, BuildStepStatus.SKIPPED, BuildStepStatus.FAILED


def cancel_it(yard: Yard, build_id: int) -> None:
    with yard.sessions.begin() as session:
        cancel(session, session.get_one(SiteBuild, build_id), by="ann")


def test_a_brief_becomes_a_live_site_and_each_step_is_charged_once(yard: Yard) -> None:
    ended = yard.work(yard.open(structure=True, every_page=True, deploy=True))
    assert ended.status is BuildStatus.COMPLETED, ended.sentence
    written = [step for step in ended.steps if step.kind is BuildStepKind.PAGE]
    assert len(written) >= 4
    assert all(step.status is DONE for step in ended.steps)
    assert yard.charges() == [50.0] + [20.0] * len(written)
    assert ended.credits == ended.expected == Credits.of(50 + 20 * len(written))
    assert (yard.status(), yard.held()) == (BlueprintStatus.DEPLOYED, 0)
    assert (yard.folder / "sites" / yard.site.slug / "current" / "index.html").exists()


def test_a_build_that_is_worked_again_does_and_charges_nothing_more(yard: Yard, sandbox: SandboxServer) -> None:
    build_id = yard.open(structure=True)
    first = yard.work(build_id)
    asked = sandbox.requests()["answered"]
    assert yard.work(build_id) == first
    assert (yard.charges(), sandbox.requests()["answered"]) == ([50.0], asked)


@pytest.mark.parametrize(
    ("wishes", "error"),
    [
        ({}, InvalidInput),
        ({"pages": [10**9]}, NotFound),
        ({"every_page": True}, InvalidInput),
        ({"structure": True, "pages": [1]}, InvalidInput),
        ({"deploy": True}, InvalidInput),
    ],
)
def test_what_cannot_be_done_is_refused_and_nothing_is_opened(
    yard: Yard, wishes: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        yard.open(**wishes)
    assert yard.status() is BlueprintStatus.DRAFT


def test_too_few_credits_a_module_that_is_off_and_an_open_build_refuse_another(make_yard: Callable[..., Yard]) -> None:
    with pytest.raises(InsufficientCredits):
        make_yard(49).open(structure=True)
    yard = make_yard()
    yard.open(structure=True)
    with pytest.raises(Conflict, match="still under way"):
        yard.open(structure=True)
    other = make_yard()
    with other.sessions.begin() as session:
        set_module(session, other.site.account_id, Module.SITE_BUILDER, enabled=False)
    with pytest.raises(ModuleDisabled):
        other.open(structure=True)


def test_an_estimate_tells_credits_and_what_would_be_replaced(yard: Yard) -> None:
    block = {"id": "text-1", "type": "text", "data": {"title": "Boats", "body": "Ours."}}
    kept = yard.add_page("kept", edited=["page", "block:text-1"], blocks=[block])
    yard.add_page("old", blocks=[block])
    with yard.sessions() as session:
        blueprint = session.get_one(SiteBlueprint, yard.blueprint_id)
        planning = estimate(session, blueprint, structure=True, every_page=True)
        writing = estimate(session, blueprint, pages=[kept])
        anew = estimate(session, blueprint, pages=[kept], replace=True)
    assert (planning.credits, planning.pages) == (Credits.of(50 + 4 * 20), 4)
    assert (planning.would_replace.kept, planning.would_replace.replaced) == (("Kept",), ("Old",))
    assert (writing.credits, writing.would_replace.kept) == (Credits.of(20), ("Kept: text-1",))
    assert anew.would_replace.replaced == ("Kept: text-1",)


def test_a_cancelled_build_begins_nothing_more_and_its_website_is_free(yard: Yard) -> None:
    build_id = yard.open(structure=True, every_page=True, deploy=True)
    work.structure(yard.tools(), build_id)
    cancel_it(yard, build_id)
    ended = yard.work(build_id)
    assert (ended.status, ended.error) == (BuildStatus.CANCELLED, "Cancelled by ann.")
    assert {step.status for step in ended.steps[1:]} == {SKIPPED}
    assert (yard.charges(), yard.status()) == ([50.0], BlueprintStatus.DRAFT)
    yard.open(structure=True)


def test_a_page_under_way_is_ended_and_charged_after_a_cancel(yard: Yard) -> None:
    page_id = yard.add_page("boats")
    build_id = yard.open(pages=[page_id])
    (step_id,) = work.find_pages(yard.sessions, build_id)
    assert stepping.begin(yard.sessions, step_id) is not None
    cancel_it(yard, build_id)
    assert yard.status() is BlueprintStatus.GENERATING
    with pytest.raises(Conflict, match="was cancelled"):
        yard.open(pages=[page_id])
    assert work.page(yard.tools(), step_id)["status"] == "done"
    assert (yard.charges(), yard.status()) == ([20.0], BlueprintStatus.READY)
    assert yard.progress(build_id).status is BuildStatus.CANCELLED


def test_a_limit_leaves_the_pages_that_it_does_not_cover(yard: Yard) -> None:
    for slug in ("one", "two", "three"):
        yard.add_page(slug)
    ended = yard.work(yard.open(every_page=True, credit_limit=Credits.of(45)))
    assert [step.status for step in ended.steps] == [DONE, DONE, SKIPPED]
    assert ended.status is BuildStatus.COMPLETED
    assert "limit of 45 credits" in ended.sentence
    assert yard.charges() == [20.0, 20.0]


def test_a_limit_keeps_half_a_site_from_being_deployed(yard: Yard) -> None:
    yard.add_page("one")
    yard.add_page("two")
    ended = yard.work(yard.open(every_page=True, deploy=True, credit_limit=Credits.of(20)))
    assert ended.status is BuildStatus.FAILED
    assert "Two" in str(ended.error)
    assert [step.status for step in ended.steps] == [DONE, SKIPPED, SKIPPED, SKIPPED]


def test_a_site_with_faults_is_not_deployed_and_the_faults_are_told(yard: Yard) -> None:
    yard.add_page("only")
    ended = yard.work(yard.open(every_page=True, deploy=True))
    assert ended.status is BuildStatus.FAILED
    assert ended.steps[1].report["faults"]
    assert ended.steps[2].status is SKIPPED
    assert not (yard.folder / "sites" / yard.site.slug / "current").exists()


def test_a_provider_that_is_gone_ends_the_build_and_holds_no_credits(yard: Yard, sandbox: SandboxServer) -> None:
    yard.endpoint = yard.endpoint.__class__(sandbox.base_url + "/nowhere", "any", "text", "image", 30)
    ended = yard.work(yard.open(structure=True, every_page=True))
    assert ended.status is BuildStatus.FAILED, ended.sentence
    assert (yard.charges(), yard.held(), yard.status()) == ([], 0, BlueprintStatus.DRAFT)


def test_credits_that_run_out_end_the_build_and_what_was_written_stays(make_yard: Callable[..., Yard]) -> None:
    yard = make_yard(60)
    ended = yard.work(yard.open(structure=True))
    assert ended.status is BuildStatus.COMPLETED
    first = yard.pages()[0]
    with pytest.raises(InsufficientCredits):
        yard.open(pages=[first.id])
    assert yard.charges() == [50.0]


def test_two_workers_at_one_step_do_it_once(yard: Yard) -> None:
    build_id = yard.open(structure=True)
    (step,) = yard.progress(build_id).steps
    with stepping.turn(yard.sessions, step.id), pytest.raises(StepTaken):
        work.structure(yard.tools(), build_id)
    late = stepping.begin(yard.sessions, step.id)
    work.structure(yard.tools(), build_id)
    assert late is not None
    with yard.sessions.begin() as session, pytest.raises(StepLost):
        late.fence(session)
    assert yard.charges() == [50.0]


def test_a_step_that_kills_its_workers_fails_and_gives_its_credits_back(yard: Yard) -> None:
    build_id = yard.open(structure=True)
    (step,) = yard.progress(build_id).steps
    for _ in range(stepping.MOST_ATTEMPTS):
        assert stepping.begin(yard.sessions, step.id) is not None
    work.structure(yard.tools(), build_id)
    ended = yard.progress(build_id)
    assert (ended.status, ended.error) == (BuildStatus.FAILED, stepping.DIED)
    assert (yard.held(), yard.status()) == (0, BlueprintStatus.DRAFT)


def test_a_page_that_is_deleted_meanwhile_is_passed_over(yard: Yard) -> None:
    page_id = yard.add_page("boats")
    build_id = yard.open(pages=[page_id])
    (step_id,) = work.find_pages(yard.sessions, build_id)
    with yard.sessions.begin() as session:
        session.delete(session.get_one(type(yard.pages()[0]), page_id))
    assert work.page(yard.tools(), step_id) == {}
    assert work.close(yard.sessions, build_id).status is BuildStatus.COMPLETED
    with yard.sessions() as session:
        assert session.get(SiteBuildStep, step_id) is None
