"""Who is signed in, remembered for some seconds."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from igny8_lib.db.scope import PLATFORM
from igny8_lib.db.session import Sessions, make_engine, session_factory
from igny8_lib.models import Role, User
from igny8_lib.sites.access import Person
from igny8_lib.sites.members import PAUSE_SECONDS, SECONDS, Member, Members, MembersUnknown
from igny8_lib.sites.users import create_user, grant_site, person, revoke_site
from tests.factories.sites import make_account, make_site
from tests.statements import statements_on

NOBODY_LISTENS = "postgresql+psycopg://nobody@127.0.0.1:1/none"


class Clock:
    """Seconds that pass when a test says so."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def make_user(session: Session, account_id: int, username: str, role: Role = Role.EDITOR) -> User:
    return create_user(session, account_id, username=username, email=f"{username}@agency.example", role=role)


@pytest.mark.parametrize("role", list(Role))
def test_a_member_is_the_person_with_the_dags_of_the_sites_he_sees_and_of_no_other(
    session: Session, sessions: Sessions, role: Role
) -> None:
    account = make_account(session)
    given = make_site(session, account, slug="given")
    make_site(session, account, slug="other")
    make_site(session, slug="strange")
    grant_site(session, account.id, make_user(session, account.id, "eve", role), given.id)
    session.commit()
    sees_all = role in {Role.OWNER, Role.ADMIN}
    found = Members(sessions).member("eve")
    assert found is not None
    assert found.dag_ids == ({"site__given", "site__other"} if sees_all else {"site__given"})
    assert found.person == Person("eve", account.id, role, frozenset() if sees_all else frozenset({given.id}))
    assert Members(sessions).person("eve") == found.person
    assert sees_all or found.person == person(session, "eve")


def test_a_name_that_the_product_does_not_know_is_nobody(sessions: Sessions) -> None:
    assert Members(sessions).member("mallory") is None
    assert Members(sessions).person("mallory") is None


def test_a_member_costs_two_statements_whatever_the_number_of_sites_and_none_when_asked_again(
    session: Session, sessions: Sessions, engine: Engine
) -> None:
    account = make_account(session)
    for username, sites in (("one", 1), ("many", 30)):
        user = make_user(session, account.id, username)
        for _ in range(sites):
            grant_site(session, account.id, user, make_site(session, account).id)
    session.commit()
    for username in ("one", "many"):
        members = Members(sessions)
        with statements_on(engine) as sent:
            first = members.member(username)
            assert members.member(username) is first
        assert len(sent) == 2
    with statements_on(engine) as sent:
        members.member("mallory")
        members.member("mallory")
    assert len(sent) == 1


def test_what_changes_is_in_force_after_five_seconds_and_not_read_before(session: Session, sessions: Sessions) -> None:
    assert SECONDS == 5
    account = make_account(session)
    site = make_site(session, account, slug="blog")
    user = make_user(session, account.id, "eve")
    session.commit()
    clock = Clock()
    members = Members(sessions, timer=clock)

    def dags() -> set[str] | None:
        found = members.member("eve")
        return set(found.dag_ids) if found else None

    assert dags() == set()
    grant_site(session, account.id, user, site.id)
    session.commit()
    clock.now += SECONDS - 0.1
    assert dags() == set()
    clock.now += 0.2
    assert dags() == {"site__blog"}
    revoke_site(session, user, site.id)
    session.commit()
    clock.now += SECONDS
    assert dags() == set()
    session.delete(user)
    session.commit()
    clock.now += SECONDS
    assert dags() is None


def test_a_database_that_is_away_is_an_error_and_nobody_waits_for_it_again_at_once(
    session: Session, sessions: Sessions, engine: Engine
) -> None:
    make_user(session, make_account(session).id, "eve")
    session.commit()
    clock = Clock()
    members = Members(session_factory(make_engine(NOBODY_LISTENS), PLATFORM), timer=clock)
    with pytest.raises(MembersUnknown, match="does not answer"):
        members.member("eve")
    members.sessions = sessions
    with statements_on(engine) as sent, pytest.raises(MembersUnknown):
        members.member("eve")
    assert sent == []
    clock.now += PAUSE_SECONDS
    assert members.member("eve") is not None


def test_who_is_known_stays_so_while_the_database_is_away(session: Session, sessions: Sessions) -> None:
    make_user(session, make_account(session).id, "eve")
    session.commit()
    clock = Clock()
    members = Members(sessions, timer=clock)
    known = members.member("eve")
    members.sessions = session_factory(make_engine(NOBODY_LISTENS), PLATFORM)
    assert members.member("eve") is known
    clock.now += SECONDS
    with pytest.raises(MembersUnknown):
        members.member("eve")


def test_threads_that_ask_at_once_all_get_the_right_answer(session: Session, sessions: Sessions) -> None:
    account = make_account(session)
    names = [f"user-{number}" for number in range(8)]
    for name in names:
        grant_site(session, account.id, make_user(session, account.id, name), make_site(session, account, slug=name).id)
    session.commit()
    members = Members(sessions, seconds=0.001)

    def ask(number: int) -> tuple[str, Member | None]:
        name = names[number % len(names)]
        return name, members.member(name)

    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(ask, range(400)))
    assert all(found is not None and found.dag_ids == {f"site__{name}"} for name, found in answers)
