"""Who may do what, and which sites people were given."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib.db.scope import PLATFORM, Scope
from igny8_lib.db.session import Sessions, scoped
from igny8_lib.errors import Conflict, InvalidInput, NotAllowed, NotFound
from igny8_lib.models import Role, Site
from igny8_lib.sites.access import Action, Person, may, require_on_account, require_on_site, scope_of, sees_site
from igny8_lib.sites.users import create_user, grant_site, list_users, person, revoke_site, scope_of_user
from tests.factories.sites import make_account, make_site

MINE, THEIRS = 1, 2
GIVEN, NOT_GIVEN = 10, 11

ALLOWED = {
    Role.OWNER: set(Action),
    Role.ADMIN: set(Action),
    Role.EDITOR: {Action.READ, Action.WRITE_CONTENT, Action.START_RUNS},
    Role.VIEWER: {Action.READ},
}


def somebody(role: Role) -> Person:
    return Person("ada", MINE, role, frozenset({GIVEN}))


@pytest.mark.parametrize("role", list(Role))
def test_a_role_allows_what_the_specification_says(role: Role) -> None:
    assert {action for action in Action if may(somebody(role), action)} == ALLOWED[role]


@pytest.mark.parametrize(("role", "sees"), [("owner", True), ("admin", True), ("editor", False), ("viewer", False)])
def test_only_owners_and_admins_see_sites_they_were_not_given(role: str, *, sees: bool) -> None:
    assert sees_site(somebody(Role(role)), account_id=MINE, site_id=GIVEN)
    assert sees_site(somebody(Role(role)), account_id=MINE, site_id=NOT_GIVEN) is sees


@pytest.mark.parametrize("role", list(Role))
def test_another_accounts_site_is_not_there_even_if_it_was_given(role: Role) -> None:
    with pytest.raises(NotFound):
        require_on_site(somebody(role), Action.READ, account_id=THEIRS, site_id=GIVEN, slug="blog")
    with pytest.raises(NotFound):
        require_on_account(somebody(role), Action.READ, account_id=THEIRS, slug="agency")


def test_a_viewer_sees_a_site_but_may_not_write_or_run() -> None:
    viewer = somebody(Role.VIEWER)
    require_on_site(viewer, Action.READ, account_id=MINE, site_id=GIVEN, slug="blog")
    with pytest.raises(NotAllowed, match=r"ada \(viewer\) may not start runs"):
        require_on_site(viewer, Action.START_RUNS, account_id=MINE, site_id=GIVEN, slug="blog")
    with pytest.raises(NotAllowed):
        require_on_account(viewer, Action.MANAGE, account_id=MINE, slug="agency")


def test_a_platform_admin_may_do_everything_and_a_stranger_nothing() -> None:
    admin, stranger = Person("root", is_platform_admin=True), Person("mallory")
    for action in Action:
        require_on_site(admin, action, account_id=THEIRS, site_id=NOT_GIVEN, slug="blog")
        with pytest.raises(NotFound):
            require_on_site(stranger, action, account_id=MINE, site_id=GIVEN, slug="blog")
        assert not may(stranger, action)


def test_a_person_is_the_user_of_that_name_with_the_sites_given(session: Session) -> None:
    account = make_account(session)
    site = make_site(session, account)
    user = create_user(session, account.id, username="eve", email="eve@agency.example", role=Role.EDITOR)
    grant_site(session, account.id, user, site.id)
    grant_site(session, account.id, user, site.id)
    assert person(session, "eve") == Person("eve", account.id, Role.EDITOR, frozenset({site.id}))
    revoke_site(session, user, site.id)
    assert person(session, "eve").granted_sites == frozenset()
    assert list_users(session, account.id) == [user]
    assert person(session, "nobody") == Person("nobody")


def test_a_site_of_another_account_cannot_be_given(session: Session) -> None:
    account = make_account(session)
    user = create_user(session, account.id, username="eve", email="eve@agency.example", role=Role.VIEWER)
    with pytest.raises(NotFound):
        grant_site(session, account.id, user, make_site(session).id)
    assert person(session, "eve").granted_sites == frozenset()


def test_a_user_needs_a_free_name_an_address_and_an_account(session: Session) -> None:
    account = make_account(session)
    create_user(session, account.id, username="eve", email="eve@agency.example", role=Role.OWNER)
    with pytest.raises(Conflict, match="'eve' is taken"):
        create_user(session, account.id, username="eve", email="e@agency.example", role=Role.OWNER)
    with pytest.raises(InvalidInput):
        create_user(session, account.id, username="bob", email="nowhere", role=Role.OWNER)
    with pytest.raises(NotFound):
        create_user(session, 404, username="bob", email="bob@agency.example", role=Role.OWNER)


@pytest.mark.parametrize("name", ["", "Ann", "an n", "añn", "-ann", "ann/..", "ann\n", "x" * 65, "a\u202eb"])
def test_a_user_s_name_is_one_that_airflow_finds_under_one_spelling_only(session: Session, name: str) -> None:
    account = make_account(session)
    with pytest.raises(InvalidInput, match="is no user name"):
        create_user(session, account.id, username=name, email="bob@agency.example", role=Role.OWNER)
    for good in ("ann", "ann.lee+x@agency.example", "7", "x" * 64):
        assert create_user(session, account.id, username=good, email="b@x.example", role=Role.OWNER).username == good


@pytest.mark.parametrize("role", list(Role))
def test_a_roles_scope_is_the_account_or_the_sites_given(role: Role) -> None:
    account = Scope.of_account(MINE)
    assert scope_of(somebody(role)) == (account if role in {Role.OWNER, Role.ADMIN} else Scope.of_sites(MINE, [GIVEN]))


def test_the_scope_sees_what_the_person_sees(session: Session, sessions: Sessions) -> None:
    account, stranger = make_account(session), make_site(session)
    given, other = make_site(session, account), make_site(session, account)
    for role in Role:
        user = create_user(session, account.id, username=role, email="x@agency.example", role=role)
        grant_site(session, account.id, user, given.id)
    session.commit()
    for role in Role:
        who = person(session, role)
        with scoped(sessions, scope_of_user(session, role))() as scoped_session:
            seen = set(scoped_session.scalars(select(Site.id)))
        sites = (given, other, stranger)
        assert seen == {s.id for s in sites if sees_site(who, account_id=s.account_id, site_id=s.id)}


def test_a_platform_admins_scope_is_everything_and_a_strangers_nothing(session: Session, sessions: Sessions) -> None:
    make_site(session)
    session.commit()
    assert scope_of_user(session, "root", is_platform_admin=True) == PLATFORM
    with scoped(sessions, scope_of_user(session, "mallory"))() as scoped_session:
        assert scoped_session.scalars(select(Site)).all() == []


def test_a_grant_for_a_site_that_is_somebody_elses_now_counts_for_nothing(session: Session) -> None:
    account = make_account(session)
    site = make_site(session, account)
    user = create_user(session, account.id, username="eve", email="eve@agency.example", role=Role.EDITOR)
    grant_site(session, account.id, user, site.id)
    site.account_id = make_account(session).id
    session.flush()
    assert person(session, "eve").granted_sites == frozenset()
