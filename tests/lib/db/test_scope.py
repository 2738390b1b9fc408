"""Scopes are only narrowed; compiled statements are shared by all tenants and hold none of them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session

from igny8_lib.db.scope import PLATFORM, Kind, OutOfScope, Scope, Unscoped, Widened
from igny8_lib.db.session import Sessions, scope_of_sessions, scoped, session_factory
from igny8_lib.models import Keyword, Site
from tests.factories.sites import make_account, make_site
from tests.factories.tenants import Tenant

NUMBERS = st.integers(1, 3)
SCOPES = st.one_of(
    st.just(PLATFORM),
    st.builds(Scope.of_account, NUMBERS),
    st.builds(Scope.of_sites, NUMBERS, st.sets(NUMBERS)),
)


def cells(scope: Scope) -> set[tuple[int, int]]:
    """All that a scope sees, as pairs of an account and a site; 0 stands for what is the whole account's."""
    accounts = {1, 2, 3} if scope.kind is Kind.PLATFORM else {scope.account_id}
    sites = set(scope.site_ids) if scope.kind is Kind.SITES else {0, 1, 2, 3}
    return {(account, site) for account in accounts for site in sites}


@given(SCOPES, SCOPES)
def test_a_scope_is_narrowed_and_never_widened(one: Scope, other: Scope) -> None:
    if other.kind is Kind.PLATFORM:
        assert one.holds(other) == (one.kind is Kind.PLATFORM)
    elif one.holds(other):
        assert cells(other) <= cells(one)
    if one.holds(other):
        assert one.narrow(other) is other
    else:
        with pytest.raises(Widened, match="only ever narrowed"):
            one.narrow(other)


@given(SCOPES)
def test_every_scope_holds_itself(scope: Scope) -> None:
    assert scope.holds(scope)


def test_sessions_say_their_scope(sessions: Sessions, engine: Engine, mine: Tenant) -> None:
    one = scoped(sessions, Scope.of_sites(mine.account_id, [mine.site_ids[0]]))
    assert scope_of_sessions(sessions) == PLATFORM
    with one() as session:
        assert scope_of_sessions(session) == Scope.of_sites(mine.account_id, [mine.site_ids[0]])
    with pytest.raises(Unscoped, match="has no scope"):
        scope_of_sessions(Session(engine))
    for wider in (PLATFORM, Scope.of_account(mine.account_id), Scope.of_sites(mine.account_id, mine.site_ids)):
        with pytest.raises(Widened):
            scoped(one, wider)


def test_an_accounts_sessions_are_narrowed_to_its_own_sites_only(
    sessions: Sessions, mine: Tenant, theirs: Tenant
) -> None:
    account = scoped(sessions, Scope.of_account(mine.account_id))
    scoped(account, Scope.of_sites(mine.account_id, mine.site_ids))
    with pytest.raises(OutOfScope, match="There is no site number"):
        scoped(account, Scope.of_sites(mine.account_id, [mine.site_ids[0], theirs.site_ids[0]]))


def sites_and_keywords(sessions: Sessions, scope: Scope) -> set[int]:
    with scoped(sessions, scope)() as session:
        found = set(session.scalars(select(Site.id).where(Site.name != "")))
        assert {keyword.site_id for keyword in session.scalars(select(Keyword))} <= found
        return found


def test_a_thousand_scopes_share_their_compiled_statements(engine: Engine, sessions: Sessions) -> None:
    with sessions.begin() as session:
        account = make_account(session)
        ids = [make_site(session, account).id for _ in range(500)]
    sites_and_keywords(sessions, Scope.of_sites(account.id, ids[:1]))
    sites_and_keywords(sessions, Scope.of_account(account.id))
    before = len(engine._compiled_cache)
    for site_id in ids:
        assert sites_and_keywords(sessions, Scope.of_sites(account.id, [site_id])) == {site_id}
        assert sites_and_keywords(sessions, Scope.of_account(site_id + 1_000)) == set()
    assert len(engine._compiled_cache) == before


def test_scopes_do_not_meet_between_threads(sessions: Sessions, mine: Tenant, theirs: Tenant) -> None:
    def look(number: int) -> bool:
        tenant = (mine, theirs)[number % 2]
        scope = (
            Scope.of_account(tenant.account_id) if number % 3 else Scope.of_sites(tenant.account_id, tenant.site_ids)
        )
        return sites_and_keywords(sessions, scope) == set(tenant.site_ids)

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(look, range(200)))


def test_a_pooled_connection_keeps_nothing_of_the_scope_before(engine: Engine, mine: Tenant, theirs: Tenant) -> None:
    seen: list[Any] = []
    event.listen(engine, "before_cursor_execute", lambda *facts: seen.append(facts[0].connection.dbapi_connection))
    for tenant in (mine, theirs, mine):
        with session_factory(engine, Scope.of_account(tenant.account_id))() as session:
            assert set(session.scalars(select(Site.id))) == set(tenant.site_ids)
    with session_factory(engine, PLATFORM)() as session:
        assert set(session.scalars(select(Site.id))) == {*mine.site_ids, *theirs.site_ids}
    assert len(set(seen)) == 1, "the test means one connection for all"
