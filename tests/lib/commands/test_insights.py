"""`igny8 insights`: a site's runs at a glance, and one of them, within eighty columns."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from igny8_lib.amounts import Credits
from igny8_lib.commands.output import console
from igny8_lib.models import AutomationRun
from tests.factories.credits import make_funded_account
from tests.factories.planner import make_cluster, make_task
from tests.factories.runs import make_ended_run
from tests.factories.sites import make_site
from tests.lib.commands.conftest import Igny8, Shell


@pytest.fixture
def run(session: Session) -> AutomationRun:
    """The fourth run of site `blog`, dearer than those before it; a task waits."""
    site = make_site(session, make_funded_account(session, 100, slug="agency"), slug="blog", domain="blog.example")
    make_task(session, site, make_cluster(session, site, "heat pump"), "Heat Pumps")
    for spent in (20, 20, 20, 27):
        run = make_ended_run(session, site, {4: (10, 10, 0)}, credits_used={4: Credits.of(spent)})
        run.total_credits_used = Credits.of(spent)
        run.completed_at = run.started_at + timedelta(hours=7)
    session.commit()
    return run


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch, shell: Shell) -> Shell:
    """The command line on a terminal of eighty columns."""
    monkeypatch.setattr(console, "_width", 80)
    return shell


@pytest.mark.usefixtures("run")
def test_an_overview_tells_what_was_what_will_be_and_what_is_usual(igny8: Igny8, narrow: Shell) -> None:
    code, document = igny8("insights", "blog")
    assert code == 0
    assert set(document) == {"run_statistics", "predictive_analysis", "attention_items", "historical_averages"}
    assert document["historical_averages"]["total_runs_analyzed"] == 4
    code, printed = narrow("insights", "blog")
    assert code == 0
    assert "blog: 4 runs, 4 completed, 0 failed, 0 active." in printed
    assert "Nothing needs attention." in printed
    assert ("~72.0" in printed, "~10.0" in printed) == (True, False), "what no run tells is a guess, and marked"
    assert "A usual run: 21.75 credits, 7 h 0 min" in printed
    assert max(map(len, printed.splitlines())) <= 80


def test_a_run_is_shown_against_the_runs_before_it(igny8: Igny8, narrow: Shell, run: AutomationRun) -> None:
    code, document = igny8("insights", "blog", "--run", str(run.run_number))
    assert (code, document["run"]["run_id"]) == (0, run.run_id)
    code, printed = narrow("insights", "blog", "--run", run.run_id)
    assert code == 0
    assert f"blog.example #{run.run_number}" in printed
    assert "+35 %" in printed
    assert "used 35 % more credits than on average" in " ".join(printed.split())
    assert max(map(len, printed.splitlines())) <= 80


@pytest.mark.usefixtures("run")
def test_an_unknown_run_or_site_is_not_found(shell: Shell) -> None:
    assert shell("insights", "blog", "--run", "999999")[0] == 3
    assert shell("insights", "nowhere")[0] == 3
