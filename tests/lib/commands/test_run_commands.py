"""`igny8 runs`, `status`, `content`, `config` and `estimate` on a site that has had a run."""

from __future__ import annotations

import io
import json
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from igny8_lib.db.session import Sessions
from igny8_lib.models import AutomationRun, Site
from igny8_lib.pipeline.limits import RunOptions
from igny8_lib.settings import load
from tests.airflow_fake import FakeAirflow
from tests.airflow_server import served
from tests.factories.credits import make_funded_account
from tests.factories.planner import make_cluster, make_task
from tests.factories.sites import make_site
from tests.lib.commands.conftest import Igny8, Shell
from tests.lib.pipeline.drive import drive, tools_for
from tests.sandbox_server import SandboxServer

NOWHERE = "http://127.0.0.1:1"


@pytest.fixture
def run(sessions: Sessions, sandbox: SandboxServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AutomationRun:
    """The ended run of site `blog`: two articles with four pictures each; Airflow is away."""
    with sessions.begin() as session:
        site = make_site(session, make_funded_account(session, 100, slug="agency"), slug="blog")
        cluster = make_cluster(session, site, "roof repair")
        cluster.status = "mapped"
        for title in ("Roof Repair Costs", "Roof Repair Step by Step"):
            make_task(session, site, cluster, title)
    media = tmp_path / "media"
    monkeypatch.setenv("IGNY8_MEDIA_URL", media.as_uri())
    monkeypatch.setenv("IGNY8_AIRFLOW_URL", NOWHERE)
    return drive(tools_for(sessions, sandbox.base_url, media), "blog", {"stages": [4, 5, 6, 7]})


def test_runs_are_listed_and_shown_with_stages_snapshot_and_log(igny8: Igny8, shell: Shell, run: AutomationRun) -> None:
    code, (listed,) = igny8("runs", "list", "blog")
    assert (code, listed["run_id"], listed["status"]) == (0, run.run_id, "completed")
    assert datetime.fromisoformat(listed["started_at"]).tzinfo is not None
    shown = igny8("runs", "show", "blog", run.run_id)[1]
    assert [stage["number"] for stage in shown["stages"]] == [1, 2, 3, 4, 5, 6, 7]
    assert shown["stages"][3]["done"] == 2
    assert shown["credits_used"] == sum(stage["credits"] for stage in shown["stages"])
    assert shown["initial_snapshot"]["stages"]["4"]["pending"] == 2
    assert "started" in shown["log"][0]["message"]
    assert run.run_id in shell("runs", "list", "blog")[1]
    assert "Everything pending was worked" in shell("runs", "show", "blog", run.run_id)[1]


@pytest.mark.usefixtures("run")
def test_status_shows_the_newest_run_and_the_last_lines_of_its_log(igny8: Igny8, shell: Shell) -> None:
    code, document = igny8("status", "blog")
    assert (code, document["percentage"], document["status"]) == (0, 100.0, "completed")
    assert document["log"][-1]["message"].startswith("Ended completed")
    assert shell("status", "blog", "--follow")[0] == 0


@pytest.mark.usefixtures("run")
def test_articles_are_listed_shown_and_exported_with_their_pictures(igny8: Igny8, shell: Shell, tmp_path: Path) -> None:
    rows = igny8("content", "list", "blog")[1]
    assert [(row["status"], row["images"]) for row in rows] == [("review", "4/4")] * 2
    assert igny8("content", "list", "blog", "--status", "approved")[1] == []
    article = igny8("content", "show", "blog", str(rows[0]["id"]))[1]
    assert len(article["pictures"]) == 4
    text = shell("content", "show", "blog", str(rows[0]["id"]))[1]
    assert article["title"] in text
    assert "<h2>" not in text
    assert len([line for line in text.splitlines() if line.strip()]) > 10, "headings and paragraphs stand apart"
    written = igny8("content", "export", "blog", "--to", str(tmp_path / "out"))[1]["written"]
    assert len(written) == 2
    for folder in map(Path, written):
        assert json.loads((folder / "article.json").read_text())["slug"] == folder.name
        assert len(list(folder.glob("*.png"))) == 4
        assert "<h1" in (folder / "index.html").read_text()


@pytest.mark.usefixtures("run")
def test_a_list_of_articles_costs_the_same_statements_however_long_it_is(igny8: Igny8) -> None:
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        igny8("content", "list", "blog", "--limit", "1")
        one = len(seen)
        igny8("content", "list", "blog")
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert len(seen) == 2 * one


@pytest.mark.usefixtures("run")
def test_settings_are_changed_while_airflow_is_away_and_bad_ones_change_nothing(igny8: Igny8, shell: Shell) -> None:
    code, document = igny8("config", "set", "blog", "max_tasks_per_run=3", "is_enabled=true", "frequency=weekly")
    assert (code, document["settings"]["max_tasks_per_run"]) == (0, 3)
    assert document["next_run_at"]
    assert "when it next reads its DAG files" in document["airflow"]
    code, said = shell("config", "set", "blog", "max_tasks_per_run=-1", "frequency=daily")
    assert (code, "max_tasks_per_run" in said) == (2, True)
    assert igny8("config", "show", "blog")[1]["settings"]["frequency"] == "weekly"


@pytest.mark.usefixtures("run")
def test_an_estimate_names_every_stage_its_budget_and_what_binds(igny8: Igny8, shell: Shell) -> None:
    code, document = igny8("estimate", "blog", "--limit", "4=1")
    assert (code, len(document["stages"])) == (0, 7)
    assert document["total_with_buffer"] == document["total_credits"] + document["buffer_credits"]
    assert sum(share["percentage"] for share in document["budget"]["shares"]) == 100
    assert set(document["volume"]) == {"known", "covered", "keywords_with_volume", "keywords"}
    printed = shell("estimate", "blog")[1]
    assert "buffer of 20 %" in printed
    rows = [line.split("│") for line in printed.splitlines() if line.startswith("│")]
    total = sum(int(row[6]) for row in rows)
    assert f"about {total:,} credits, {total + -(-total // 5):,} with a buffer" in printed, "whole credits that add up"
    assert f"covers 0 of {document['volume']['known']} known monthly searches" in printed


@pytest.mark.usefixtures("run")
@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("status", "nowhere"), 3, "nowhere"),
        (("runs", "show", "blog", "run_20200101_000000_manual"), 3, "has no run 'run_20200101_000000_manual'"),
        (("content", "show", "blog", "999999"), 3, "has no article 999999"),
        (("run", "blog", "--limit", "9=1"), 2, "9"),
        (("run", "blog", "--stages", "8"), 2, "stages must be some of 1, 2, 3, 4, 5, 6, 7"),
        (("pause", "blog"), 4, "has no active run"),
        (("cancel", "blog"), 75, NOWHERE),
        (("run", "blog"), 75, NOWHERE),
    ],
)
def test_every_refusal_has_its_exit_code_and_a_sentence(
    shell: Shell, arguments: tuple[str, ...], code: int, said: str
) -> None:
    ended, printed = shell(*arguments)
    assert (ended, said in printed) == (code, True), printed


def test_what_is_short_of_credits_says_what_is_needed_and_what_is_there(igny8: Igny8, session: Session) -> None:
    site = make_site(session, make_funded_account(session, "0.5", slug="poor"), slug="poor")
    make_task(session, site, make_cluster(session, site, "heat pump"), "Heat Pumps")
    session.commit()
    code, document = igny8("run", "poor")
    assert (code, document["error"]) == (5, "InsufficientCredits")
    assert (document["needed"], document["available"]) == (2, 0.5)


def test_a_run_on_chosen_items_is_told_wherever_runs_are(
    sessions: Sessions, igny8: Igny8, shell: Shell, run: AutomationRun, sandbox: SandboxServer
) -> None:
    with sessions.begin() as session:
        site = session.get_one(Site, run.site_id)
        ids = [make_task(session, site, make_cluster(session, site, name), name).id for name in ("oak", "pine")]
    code, expected = igny8("estimate", "blog", "--stage", "4", "--items", str(ids[0]))
    assert (code, expected["stages"][3]["pending"]) == (0, 1)
    tools = tools_for(sessions, sandbox.base_url, Path(load().media_url.removeprefix("file://")))
    drive(tools, "blog", {"stages": [4], "items": ids[:1]})
    assert igny8("status", "blog")[1]["direct"] == {"stage": 4, "items": 1}
    assert [listed["direct"] for listed in igny8("runs", "list", "blog")[1]] == [{"stage": 4, "items": 1}, None]
    assert "on 1 chosen tasks is completed" in shell("status", "blog")[1]
    printed = shell("runs", "list", "blog")[1]
    assert "1 chosen tasks" in printed
    assert "what waited" in printed


@pytest.mark.usefixtures("run")
def test_chosen_items_are_checked_before_airflow_is_asked(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    for command in ("run", "estimate"):
        code, printed = shell(command, "blog", "--stage", "4", "--items", "7777", "--items", "9999,8888")
        assert (code, "8888: unknown" in printed) == (2, True)
    monkeypatch.setattr("sys.stdin", io.StringIO("9999\n8888\n"))
    code, printed = shell("run", "blog", "--stage", "4", "--items", "-")
    assert (code, "9999: unknown; 8888: unknown" in printed) == (2, True)
    assert shell("run", "blog", "--items", "7")[0] == 2
    assert "not both" in shell("run", "blog", "--stage", "4", "--stages", "4", "--items", "7")[1]


def test_airflow_is_given_the_one_stage_and_exactly_the_chosen_items(
    session: Session, igny8: Igny8, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = make_site(session, make_funded_account(session, 100, slug="agency"), slug="blog")
    cluster = make_cluster(session, site, "roof repair")
    first, _, third = (make_task(session, site, cluster, title).id for title in ("Costs", "Tools", "Tiles"))
    session.commit()
    airflow = FakeAirflow(paused={"site__blog": False})
    with served(airflow) as url:
        monkeypatch.setenv("IGNY8_AIRFLOW_URL", url)
        monkeypatch.setenv("IGNY8_AIRFLOW_PASSWORD", "secret")
        load.cache_clear()
        code, started = igny8("run", "blog", "--stage", "4", "--items", f"{third},{first}")
    assert code == 0
    options = RunOptions.parse(airflow.confs["site__blog", started["dag_run_id"]])
    assert (options.stages, options.items, options.limits) == ((4,), (third, first), {})
