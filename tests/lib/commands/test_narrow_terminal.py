"""Every table fits a terminal of 80 columns, whatever long names there are; a wide one shows all."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from sqlalchemy import update

from igny8_lib import clock
from igny8_lib.amounts import Credits
from igny8_lib.commands import output
from igny8_lib.commands.columns import Column, between, fit
from igny8_lib.credits.ledger import add_credits
from igny8_lib.db.session import Sessions
from igny8_lib.models import (
    Account,
    AutomationRule,
    AutomationRun,
    Cluster,
    ClusterMerge,
    Content,
    ContentIdea,
    ContentLink,
    EntryType,
    Keyword,
    LinkTarget,
    Plan,
    RuleExecution,
    Sector,
    Site,
    SiteAsset,
    SiteBlueprint,
    SiteBuild,
    SiteBuildStep,
    SitePage,
    SyncConflict,
    WordPressSync,
)
from tests.factories.sites import make_site
from tests.factories.tenants import fill_tables
from tests.lib.commands.conftest import Shell
from tests.lib.commands.hostile import commands

SITE, ACCOUNT = "harbour-lane-homes-in-western-australia", "demo-agency-of-western-australia"
LONG = "Everything about step-free bathrooms, ramps, grab rails, wider doorways and lifts in older homes " * 2
TABLES = {
    "accounts list": [[]],
    "modules list": [[ACCOUNT]],
    "budgets show": [[SITE]],
    "clusters list": [[SITE]],
    "clusters merges": [[SITE]],
    "config show": [[SITE]],
    "content batches": [[SITE]],
    "content list": [[SITE]],
    "content optimizations": [[SITE]],
    "content scores": [[SITE]],
    "content settings": [[SITE]],
    "costs list": [[]],
    "costs history": [[]],
    "credits balance": [[ACCOUNT]],
    "credits history": [[ACCOUNT]],
    "estimate": [[SITE]],
    "ideas list": [[SITE]],
    "insights": [[SITE]],
    "keywords list": [[SITE]],
    "linking reports": [[SITE], [SITE, "--broken", "--unknown"]],
    "notifications show": [[ACCOUNT]],
    "publishing calendar": [[SITE]],
    "publishing list": [[SITE]],
    "publishing show": [[SITE]],
    "publishing slots": [[SITE]],
    "publishing spread": [[SITE]],
    "rules history": [[SITE]],
    "rules list": [[SITE]],
    "rules ready-made": [[]],
    "runs list": [[SITE]],
    "sites list": [[]],
    "status": [[SITE]],
    "users list": [[]],
    "website files list": [[SITE]],
    "website blueprints": [[SITE]],
    "website builds": [[SITE], [SITE, "--build", "1"]],
    "website pages": [[SITE, "1"]],
    "website settings": [[SITE]],
    "website versions": [[SITE]],
    "wordpress conflicts": [[SITE]],
    "wordpress status": [[SITE]],
    "usage": [[ACCOUNT, "--by", by] for by in ("operation", "stage", "site", "day", "run", "article")],
}
"""The command lines of every command that prints a table of the product's rows."""
LISTS = {"list", "history", "merges", "balance", "conflicts", "batches", "blueprints", "builds", "pages"}


@pytest.fixture
def long_names(sessions: Sessions) -> None:
    """A row in every table, with a long name wherever people write one."""
    with sessions.begin() as session:
        site = make_site(session)
        add_credits(
            session,
            site.account_id,
            Credits.of("1234567.89"),
            entry_type=EntryType.GRANT,
            key="grant",
            created_by=LONG[:90],
        )
        fill_tables(session, site)
        session.execute(update(Account).values(slug=ACCOUNT, name=LONG[:150]))
        session.execute(update(Site).values(slug=SITE, name=LONG[:150], domain=f"{'a' * 60}.example"))
        session.execute(update(Plan).values(name=LONG[:100]))
        session.execute(update(Sector).values(name=LONG[:100]))
        session.execute(
            update(Keyword).values(text=LONG[:150], volume=1_234_567, impressions=7_654_321, clicks=123_456)
        )
        session.execute(update(Cluster).values(name=LONG[:150]))
        idea = {"title": LONG[:150], "target_keywords": [LONG[:90]], "approved_by": LONG[:80], "skipped_reason": LONG}
        session.execute(update(ContentIdea).values(**idea))
        session.execute(update(Content).values(title=LONG[:150], primary_keyword=LONG[:90], word_count=123_456))
        tomorrow = (clock.now() + timedelta(days=1)).replace(second=0, microsecond=0)
        session.execute(update(Content).values(site_status="scheduled", scheduled_publish_at=tomorrow))
        session.execute(update(Site).values(timezone="America/Argentina/ComodRivadavia"))
        merge = {"before": {"name": LONG[:150]}, "into_name": LONG[:150], "undone_by": LONG[:90]}
        session.execute(update(ClusterMerge).values(**merge))
        session.execute(update(ContentLink).values(anchor=LONG[:200], href=f"/{LONG}", target_id=None))
        session.execute(update(LinkTarget).values(title=LONG[:150], href=f"/{LONG}"))
        session.execute(update(SyncConflict).values(theirs={"title": LONG}, resolved_at=None))
        session.execute(update(WordPressSync).values(error=LONG, counts={"new": 1_234_567}))
        session.execute(update(AutomationRun).values(stopped_detail=LONG))
        session.execute(update(AutomationRule).values(name=LONG[:100], executions_counted=1_234_567))
        session.execute(update(SiteAsset).values(name=LONG[:90], alt_text=LONG[:200], uploaded_by=LONG[:90]))
        session.execute(update(SiteBlueprint).values(name=LONG[:100], brief=LONG, deployed_version=1))
        session.execute(update(SitePage).values(title=LONG[:120], slug="a-long-address-" * 5, edited=["title"] * 9))
        session.execute(update(SiteBuild).values(error=LONG, status="failed"))
        session.execute(update(SiteBuildStep).values(outcome=LONG))
        session.execute(update(RuleExecution).values(rule_name=LONG[:100], result=LONG, looked_at=1_234_567))


def test_every_command_that_lists_is_among_the_tables() -> None:
    assert {name for name in commands() if name.split()[-1] in LISTS} <= set(TABLES)


@pytest.mark.usefixtures("long_names")
@pytest.mark.parametrize("command", TABLES)
def test_no_line_of_a_table_is_longer_than_80_columns_and_nothing_is_cut_off_at_the_edge(
    command: str, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(output.console, "_width", 80)
    for arguments in TABLES[command]:
        code, printed = shell(*command.split(), *arguments)
        assert code == 0, printed
        lines = printed.splitlines()
        assert max(map(cell_len, lines)) <= 80, printed
        framed = [line for line in lines if line.startswith(("┃", "│"))]
        assert all(line.rstrip().endswith(("┃", "│")) for line in framed), printed


@pytest.mark.usefixtures("long_names")
@pytest.mark.parametrize("command", ["ideas list", "clusters merges", "clusters list", "content list", "keywords list"])
def test_a_long_title_is_cut_in_80_columns_and_whole_in_a_wide_terminal(
    command: str, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(output.console, "_width", 80)
    narrow = shell(*command.split(), SITE)[1]
    assert "Everything …" in narrow or "Everything about" in narrow, "enough of it to tell one from another"
    assert "…" in narrow
    assert LONG[:150] not in narrow
    monkeypatch.setattr(output.console, "_width", 2000)
    wide = shell(*command.split(), SITE)[1]
    assert LONG[:150] in wide
    assert "Too narrow" not in wide


def test_what_a_narrow_terminal_leaves_out_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    heads, rows = ["=id", "~title", "?remark", "?>words"], [[7, LONG, LONG, 1234]]
    monkeypatch.setattr(output.console, "_width", 52)
    with output.console.capture() as captured:
        output.console.print(output.table(heads, rows))
    assert "Too narrow for: words." in " ".join(captured.get().split())


columns = st.lists(
    st.builds(
        lambda head, signs, cells: Column.of("".join(signs) + head, cells),
        st.text("abc ", min_size=1, max_size=9),
        st.lists(st.sampled_from(">=~?"), max_size=2),
        st.lists(st.text("abc", max_size=60), max_size=3),
    ),
    min_size=1,
    max_size=9,
)


@given(columns=columns, width=st.integers(20, 200))
def test_columns_fit_and_numbers_and_names_stay_whole(*, columns: list[Column], width: int) -> None:
    found = fit(columns, width)
    kept = [columns[place] for place in found.places]
    assert [each for each in columns if not each.is_lesser] == [each for each in kept if not each.is_lesser]
    total = between(len(kept), lines=found.lines) + sum(found.widths)
    least = between(len(kept), lines=found.lines) + sum(each.least(5) for each in kept)
    assert total <= max(width, least)
    for each, given_width in zip(kept, found.widths, strict=True):
        assert given_width == each.natural if each.is_whole else given_width <= each.natural
    if between(len(columns), lines=True) + sum(each.natural for each in columns) <= width:
        assert (len(kept), found.lines) == (len(columns), True)
