"""The demo's account, site, keywords and users."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from igny8_lib.airflow_api.fab_names import MEMBER_ROLE
from igny8_lib.commands.demo import where_next
from igny8_lib.credits.ledger import balance_of
from igny8_lib.db.session import Sessions
from igny8_lib.models import Account, HostingType, Keyword, PublishingSettings, Role, SchedulingMode
from igny8_lib.pipeline.limits import RunOptions
from igny8_lib.sites.access import sees_site
from igny8_lib.sites.accounts import account_by_slug
from igny8_lib.sites.sites import list_sites, site_by_slug
from igny8_lib.sites.users import person, user_named
from igny8_lib.stack.credentials import Credentials
from igny8_lib.stack.demo import CREDITS, LIMITS, Demo, ensure_people, people_of, prepare
from igny8_lib.stack.demo_pages import Published, ask_for_all, wait_for_pages
from igny8_lib.stack.layout import Layout
from tests.airflow_fake import FakeAirflow
from tests.lib.publishing.static_site import make_due, served
from tests.stack import Stack

FOLDER = Layout.of(Path("anywhere")).demo


def test_the_demo_has_an_account_with_credits_and_a_site_with_the_export_s_keywords(session: Session) -> None:
    demo = prepare(session, FOLDER)
    account = account_by_slug(session, demo.account)
    assert balance_of(session, account.id).available == CREDITS
    assert [site.slug for site in list_sites(session, account.id)] == [demo.site]
    assert demo.report.format == "search_console"
    assert demo.report.refused == []
    assert demo.report.added == session.scalar(select(func.count()).select_from(Keyword)) > 150


def test_making_the_demo_again_changes_nothing(session: Session) -> None:
    first, second = prepare(session, FOLDER), prepare(session, FOLDER)
    assert (second.report.added, second.report.merged) == (0, first.report.added)
    assert session.scalar(select(func.count()).select_from(Account)) == 1
    assert balance_of(session, account_by_slug(session, first.account).id).balance == CREDITS


def test_the_limits_of_a_demo_run_are_limits_of_a_run() -> None:
    assert RunOptions.parse(LIMITS).model_dump(exclude_defaults=True)


@pytest.fixture
def demo(session: Session) -> Demo:
    made = prepare(session, FOLDER)
    session.commit()
    return made


def test_the_demo_has_a_user_of_each_role_who_signs_in_by_the_stack_s_password_and_sees_the_site(
    session: Session, sessions: Sessions, demo: Demo
) -> None:
    airflow, secrets = FakeAirflow(), Credentials()
    people = ensure_people(sessions, airflow.api(), demo, secrets)
    assert {wish.username: wish.role for wish in people} == {f"demo-{role}": role for role in Role}
    assert airflow.users == {wish.username: (wish.email, wish.password, {MEMBER_ROLE}) for wish in people}
    assert {wish.password for wish in people} < set(asdict(secrets).values())
    site = site_by_slug(session, demo.site)
    for wish in people:
        who = person(session, wish.username)
        assert who.role == wish.role
        assert sees_site(who, account_id=site.account_id, site_id=site.id)


def test_making_the_demo_s_users_again_changes_nothing_and_leaves_one_alone_who_was_changed(
    session: Session, sessions: Sessions, demo: Demo
) -> None:
    airflow, secrets = FakeAirflow(), Credentials()
    first = ensure_people(sessions, airflow.api(), demo, secrets)
    before = dict(airflow.users)
    assert ensure_people(sessions, airflow.api(), demo, secrets) == first
    assert airflow.users == before
    user_named(session, "demo-viewer").role = Role.EDITOR
    session.commit()
    assert ensure_people(sessions, airflow.api(), demo, secrets) == first[:-1]


def test_the_demo_ends_with_every_login_once_in_eighty_columns(tmp_path: Path, demo: Demo) -> None:
    stack = Stack.described(tmp_path).services
    people = people_of(demo, stack.credentials)
    text = where_next(stack, demo.site, people).plain
    assert all(len(line) <= 80 for line in text.splitlines()), text
    for secret in (stack.credentials.admin_password, *(wish.password for wish in people)):
        assert text.count(secret) == 1
    assert [line.split()[0] for line in text.splitlines()[3:8]] == ["admin", *(wish.username for wish in people)]


def test_the_demo_ends_with_addresses_of_published_articles_that_fit_a_line(tmp_path: Path, demo: Demo) -> None:
    stack = Stack.described(tmp_path).services
    short, long = (f"{stack.sites_url}/demo/{'a-' * count}b/" for count in (5, 40))
    text = where_next(stack, demo.site, [], Published((short, long), to_come=2)).plain
    assert all(len(line) <= 80 for line in text.splitlines()), text
    assert f"{stack.sites_url}/demo/\n" in text
    assert "2 articles published; 2 more within minutes" in text
    assert short in text
    assert long not in text


def test_the_demo_publishes_what_its_run_approved_and_waits_for_the_pages(
    session: Session, sessions: Sessions, demo: Demo, tmp_path: Path
) -> None:
    site = site_by_slug(session, demo.site)
    assert site.hosting_type is HostingType.IGNY8
    settings = session.get_one(PublishingSettings, site.id)
    assert (settings.auto_approval_enabled, settings.scheduling_mode) == (True, SchedulingMode.IMMEDIATE)
    for minutes in (-1, -2):
        make_due(session, site, ago=timedelta(minutes=minutes))
    session.commit()
    assert ask_for_all(session, demo.site) == 2
    session.commit()
    with served(tmp_path, sessions) as sites:
        waiting = wait_for_pages(sessions, demo.site, seconds=0)
        assert waiting == Published((), to_come=2)
        sites.publisher(sessions).work()
        shown = wait_for_pages(sessions, demo.site)
        assert shown.to_come == 0
        assert all(httpx.get(address).status_code == 200 for address in shown.addresses)
        assert len(shown.addresses) == 2
