"""The library's own functions in a tenant's session, given another tenant's ids: nothing is there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.amounts import ZERO
from igny8_lib.credits import budgets, entries, ledger
from igny8_lib.credits.usage import Grouping, usage_by
from igny8_lib.db.scope import Scope
from igny8_lib.db.session import Sessions, scoped
from igny8_lib.errors import NotFound
from igny8_lib.insights.history import history
from igny8_lib.insights.metrics import metrics
from igny8_lib.insights.overview import attention_items, run_statistics
from igny8_lib.insights.run_detail import run_detail
from igny8_lib.models import AutomationRun, Content, Module, Operation, Site
from igny8_lib.notifications import recipients
from igny8_lib.pipeline import activity, find_run, run_history, runs, worklist
from igny8_lib.pipeline.progress import progress_of
from igny8_lib.planner import clusters, edit_clusters, edit_keywords, idea_listing, ideas, merges
from igny8_lib.planner.importing import import_keywords
from igny8_lib.planner.keyword_export import csv_blocks
from igny8_lib.planner.listing import count_keywords, list_keywords, list_sectors, list_source_files
from igny8_lib.publishing import agenda, approval, calendar, rescheduling
from igny8_lib.publishing import settings as publishing_settings
from igny8_lib.review import decisions, events, export, queue, rewriting, versions
from igny8_lib.rules import executions, listing, overview, saving
from igny8_lib.sites import accounts, configuration, modules, roster, sites, users
from tests.factories.tenants import Tenant

SHARES = dict.fromkeys(budgets.RUN_OPERATIONS, 100 // len(budgets.RUN_OPERATIONS))

Ask = Callable[[Session, Site, AutomationRun, Content], object]
"""From a tenant's session and somebody else's rows, as read by the platform, to what the library says of them."""

THEIRS = 3
"""A rule, and its execution, of a second tenant whose sites have one each, as the first one's do."""


def rules_at_one_glance(session: Session, site: Site) -> object:
    """What an overview of the site's rules counts and names."""
    found = overview.dashboard(session, site)
    return found.total, found.waiting, found.credits, found.by_rule, found.latest


NOT_THERE: dict[str, Ask] = {
    "site by slug": lambda session, site, *_: sites.site_by_slug(session, site.slug),
    "site to switch off": lambda session, site, *_: sites.set_site_status(session, site.slug, site.status),
    "site of the roster": lambda session, site, *_: roster.load_site(session, site.slug),
    "run by name": lambda session, site, run, _: find_run.find_run(session, site, run.run_id),
    "run by number": lambda session, site, run, _: runs.by_name(session, site.id, run.run_id),
    "newest run": lambda session, site, *_: find_run.newest_run(session, site),
    "modules": lambda session, site, *_: modules.require_module(session, site.account_id, Module.WRITER),
    "usage of the site": lambda session, site, *_: usage_by(
        session, site.account_id, Grouping.OPERATION, site_id=site.id
    ),
    "shares": lambda session, site, *_: budgets.set_site_shares(session, site.id, SHARES),
    "detail of a run": lambda session, site, run, _: run_detail(session, site, run.run_id),
    "versions of an article": lambda session, site, _, content: versions.list_versions(session, site.id, content.id),
    "events of an article": lambda session, site, _, content: events.history(session, site.id, content.id),
    "article to write anew": lambda session, site, _, content: rewriting.regenerate(
        session, site.id, content.id, "x", version=1, by="x"
    ),
    "cluster": lambda session, site, *_: clusters.find_cluster(session, site.id, 1),
    "keyword to edit": lambda session, site, *_: edit_keywords.edit(session, site.id, 1, {"volume": 1}),
    "keywords to disable": lambda session, site, *_: edit_keywords.set_disabled(session, site.id, [1], disabled=True),
    "keywords to delete": lambda session, site, *_: edit_keywords.delete(session, site.id, [1]),
    "keywords to move": lambda session, site, *_: edit_clusters.move_keywords(session, site.id, [1], None),
    "cluster to rename": lambda session, site, *_: edit_clusters.edit(
        session, site.id, 1, edit_clusters.ClusterChanges(name="x")
    ),
    "clusters to merge": lambda session, site, *_: edit_clusters.merge_into(session, site.id, 1, [2], "x"),
    "cluster to delete": lambda session, site, *_: edit_clusters.delete(session, site.id, 1),
    "merge to take back": lambda session, site, *_: merges.take_back(session, site.id, 1, actor="x"),
    "idea": lambda session, site, *_: idea_listing.find_idea(session, site.id, 1),
    "calendar to fill": lambda session, site, *_: calendar.fill_room(session, site),
    "publishing settings": lambda session, site, *_: publishing_settings.change(session, site.id, {"queue_limit": 1}),
    "article to schedule": lambda session, site, _, content: calendar.schedule(session, site, content.id),
    "article to move": lambda session, site, _, content: calendar.move(session, site, content.id, clock.now()),
    "article to take out": lambda session, site, _, content: calendar.unschedule(session, site, content.id),
    "dates to shift": lambda session, site, *_: rescheduling.shift_all(session, site, 1),
    "dates to spread": lambda session, site, *_: rescheduling.spread_anew(session, site, dry_run=False),
    "approval with a date": lambda session, site, _, content: approval.approve(session, site.id, [content.id], by="x"),
    "approval to take back": lambda session, site, _, content: approval.undo(session, site.id, [content.id], by="x"),
    "ideas to approve": lambda session, site, *_: ideas.approve(session, site.id, ideas.Chosen((1,)), "x"),
    "rule": lambda session, site, *_: listing.show_rule(session, site, THEIRS),
    "rule to switch": lambda session, site, *_: saving.switch(session, site, THEIRS, on=False, by="x"),
    "rule to delete": lambda session, site, *_: saving.delete(session, site.id, THEIRS),
    "execution of a rule": lambda session, site, *_: executions.show_execution(session, site.id, THEIRS),
    "grant": lambda session, site, *_: ledger.add_credits(
        session, site.account_id, ledger.Credits.of(1), entry_type=ledger.EntryType.GRANT, key="x", created_by="x"
    ),
}
EMPTY: dict[str, tuple[Ask, object]] = {
    "keywords": (lambda session, site, *_: list_keywords(session, site.id), []),
    "number of keywords": (lambda session, site, *_: count_keywords(session, site.id), 0),
    "sectors": (lambda session, site, *_: list_sectors(session, site.id), []),
    "source files": (lambda session, site, *_: list_source_files(session, site.id), []),
    "clusters": (lambda session, site, *_: clusters.list_clusters(session, site.id), []),
    "number of clusters": (lambda session, site, *_: clusters.count_clusters(session, site.id), 0),
    "merges": (lambda session, site, *_: merges.list_merges(session, site.id, limit=9), []),
    "number of merges": (lambda session, site, *_: merges.count_merges(session, site.id), 0),
    "ideas": (lambda session, site, *_: idea_listing.list_ideas(session, site.id), []),
    "number of ideas": (lambda session, site, *_: idea_listing.count_ideas(session, site.id), 0),
    "rules": (lambda session, site, *_: listing.list_rules(session, site).total, 0),
    "executions of rules": (lambda session, site, *_: executions.list_executions(session, site.id).total, 0),
    "rules at one glance": (lambda session, site, *_: rules_at_one_glance(session, site), (0, 0, ZERO, [], [])),
    "sites": (lambda session, site, *_: list(sites.list_sites(session, site.account_id)), []),
    "users": (lambda session, site, *_: list(users.list_users(session, site.account_id)), []),
    "active run": (lambda session, site, *_: runs.active_run(session, site.id), None),
    "run of its DAG": (lambda session, _, run, __: runs.find(session, run.dag_id, run.dag_run_id), None),
    "activity": (lambda session, _, run, __: activity.latest(session, run), []),
    "history of runs": (lambda session, site, *_: run_history.history_of(session, site.id).stages, {}),
    "pages of runs": (lambda session, site, *_: history(session, site).pagination.total_count, 0),
    "runs of a week": (lambda session, site, *_: [each.runs for each in metrics(session, [site]).periods], [0] * 3),
    "articles of a week": (
        lambda session, site, *_: [each.content_created for each in metrics(session, [site]).periods],
        [0] * 3,
    ),
    "attention": (lambda session, site, *_: sum(attention_items(session, site).as_json().values()), 0),
    "statistics of runs": (lambda session, site, *_: run_statistics(session, site).total_runs, 0),
    "counts of a work list": (lambda session, _, run, __: worklist.sum_counts(session, run.id, 1), {}),
    "review queue": (lambda session, site, *_: queue.waiting(session, site.id), 0),
    "approval": (lambda session, site, _, content: decisions.approve(session, site.id, [content.id], by="x").done, []),
    "pages of the queue": (lambda session, site, *_: queue.list_articles(session, site.id, queue.View(())).total, 0),
    "place in the queue": (
        lambda session, site, _, content: queue.find_place(session, site.id, content.id, queue.View(())),
        None,
    ),
    "items of the calendar": (
        lambda session, site, *_: agenda.list_items(session, site, date(2026, 1, 1), date(2026, 12, 1), clock.now()),
        [],
    ),
    "articles without a date": (lambda session, site, *_: agenda.list_waiting(session, site), []),
    "images": (lambda session, _, __, content: export.images_of(session, content), []),
    "history of credits": (lambda session, site, *_: entries.history(session, site.account_id).entries, ()),
    "available credits": (lambda session, site, *_: ledger.available_credits(session, site.account_id), ZERO),
    "charges of a run": (lambda session, site, run, _: budgets.spent_by_run(session, site.account_id, run.id), {}),
    "shares of a site": (lambda session, site, *_: budgets.site_shares(session, site.id), {}),
    "items of a run": (lambda session, _, run, __: progress_of(session, run).items_remaining, 0),
    "credits of a run": (lambda session, _, run, __: progress_of(session, run).credits_used, ZERO),
    "usage": (lambda session, site, *_: usage_by(session, site.account_id, Grouping.OPERATION), []),
}


@pytest.fixture
def foreign(session: Session, theirs: Tenant) -> tuple[Site, AutomationRun, Content]:
    site_id = theirs.site_ids[0]
    run = session.query(AutomationRun).filter_by(site_id=site_id).one()
    return session.get_one(Site, site_id), run, session.query(Content).filter_by(site_id=site_id).one()


def scopes(mine: Tenant) -> list[Scope]:
    return [Scope.of_account(mine.account_id), Scope.of_sites(mine.account_id, mine.site_ids)]


@pytest.mark.parametrize("name", NOT_THERE)
def test_what_belongs_to_somebody_else_is_not_found(
    sessions: Sessions, mine: Tenant, foreign: tuple[Site, AutomationRun, Content], name: str
) -> None:
    for scope in scopes(mine):
        with scoped(sessions, scope)() as session, pytest.raises(NotFound):
            NOT_THERE[name](session, *foreign)


@pytest.mark.parametrize("name", EMPTY)
def test_lists_and_sums_of_somebody_else_are_empty(
    sessions: Sessions, mine: Tenant, foreign: tuple[Site, AutomationRun, Content], name: str
) -> None:
    ask, empty = EMPTY[name]
    for scope in scopes(mine):
        with scoped(sessions, scope)() as session:
            assert ask(session, *foreign) == empty


def test_an_export_of_somebody_elses_keywords_has_none(sessions: Sessions, mine: Tenant, theirs: Tenant) -> None:
    for scope in scopes(mine):
        assert "".join(csv_blocks(scoped(sessions, scope), theirs.site_ids[0])).count("\n") == 1


def test_an_import_into_somebody_elses_site_finds_no_site(
    sessions: Sessions, mine: Tenant, theirs: Tenant, tmp_path: Path
) -> None:
    (tmp_path / "keywords.txt").write_text("garden shed\nroof repair\n", "utf-8")
    own = scoped(sessions, Scope.of_account(mine.account_id))
    with own.begin() as session, pytest.raises(NotFound):
        import_keywords(session, theirs.site_ids[0], tmp_path / "keywords.txt")
    with own.begin() as session:
        assert import_keywords(session, mine.site_ids[0], tmp_path / "keywords.txt", sector="Garden").added == 2


def test_an_account_manages_itself_in_its_own_scope(sessions: Sessions, mine: Tenant) -> None:
    with scoped(sessions, Scope.of_account(mine.account_id)).begin() as session:
        assert [account.id for account in accounts.list_accounts(session)] == [mine.account_id]
        assert len(sites.list_all_sites(session)) == 2
        configuration.configure(session, mine.site_ids[0], {"max_tasks_per_run": 3})
        modules.set_module(session, mine.account_id, Module.LINKER, enabled=False)
        site = sites.add_site(
            session, mine.account_id, name="Third", slug="third", domain="third.example", timezone="UTC", language="en"
        )
        assert recipients.settings_of(session, mine.account_id).account_id == mine.account_id
        assert {site.id for site in sites.list_all_sites(session)} == {*mine.site_ids, site.id}
        budgets.set_site_shares(session, site.id, SHARES)
        assert budgets.site_shares(session, site.id)[Operation.CLUSTERING] > 0
