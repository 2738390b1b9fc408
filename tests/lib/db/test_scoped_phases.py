"""The database's functions for paying keep to the scope of the session, which no compiler writes into them."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from igny8_lib.amounts import Credits
from igny8_lib.credits.ledger import Usage
from igny8_lib.credits.reservations import release, reserve, settle
from igny8_lib.db.scope import Scope
from igny8_lib.db.session import Sessions, scoped
from igny8_lib.errors import NotFound
from igny8_lib.models import Operation, Reservation, ReservationStatus
from tests.factories.tenants import Tenant

ONE = Credits.of(1)


def linking(site_id: int) -> Usage:
    return Usage(Operation.LINKING, site_id=site_id)


def scopes(mine: Tenant) -> list[Scope]:
    return [Scope.of_account(mine.account_id), Scope.of_sites(mine.account_id, mine.site_ids[:1])]


def test_another_accounts_credits_and_sites_are_not_reserved(sessions: Sessions, mine: Tenant, theirs: Tenant) -> None:
    for scope in scopes(mine):
        with scoped(sessions, scope)() as session:
            for account, site in ((theirs.account_id, mine.site_ids[0]), (mine.account_id, theirs.site_ids[0])):
                with pytest.raises(NotFound):
                    reserve(session, account, ONE, key="x", usage=linking(site))


def test_another_tenants_reservation_is_not_there(sessions: Sessions, mine: Tenant, theirs: Tenant) -> None:
    with sessions.begin() as session:
        held = reserve(session, theirs.account_id, ONE, key="x", usage=linking(theirs.site_ids[0])).id
    for scope in scopes(mine):
        with scoped(sessions, scope)() as session:
            with pytest.raises(NotFound, match=f"no reservation {held}"):
                release(session, held)
            with pytest.raises(NotFound, match=f"no reservation {held}"):
                settle(session, held, ONE, usage=linking(mine.site_ids[0]))
    with sessions() as session:
        status = select(Reservation.status).where(Reservation.id == held)
        assert session.scalar(status) is ReservationStatus.PENDING


def test_ones_own_work_is_paid_in_any_scope(sessions: Sessions, mine: Tenant) -> None:
    for number, scope in enumerate(scopes(mine)):
        with scoped(sessions, scope).begin() as session:
            usage = linking(mine.site_ids[0])
            held = reserve(session, mine.account_id, ONE, key=f"own {number}", usage=usage)
            entry = settle(session, held, ONE, usage=usage)
            assert entry is not None
            assert (held.status, entry.amount) == (ReservationStatus.SETTLED, -ONE)
