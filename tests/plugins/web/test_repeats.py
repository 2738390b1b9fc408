"""Writes on a whole account are answered once under a key, as those on a site."""

from __future__ import annotations

import igny8_product
from igny8_web.caller import Caller
from igny8_web.doors import AccountDoor
from igny8_web.repeats import do_once
from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib.db.session import Sessions, session_factory
from igny8_lib.models import Account, AnsweredRequest, Role
from igny8_lib.sites.access import Action, Person, scope_of
from igny8_lib.sites.repeats import Repeatable
from tests.plugins.web.house import House


class Renamed(BaseModel):
    """What the write answers."""

    name: str


def test_a_write_on_an_account_is_done_once_under_its_key(house: House, sessions: Sessions) -> None:
    owner = Person("owner", house.agency, Role.OWNER)
    caller = Caller(owner, session_factory(igny8_product.product_engine(), scope_of(owner)), token="")
    door = AccountDoor(caller, "", Action.MANAGE)

    def rename(_session: Session, account: Account) -> Renamed:
        account.name = f"{account.name}!"
        return Renamed(name=account.name)

    request = Repeatable("owner", "key", "digest")
    first = do_once(door, request, Renamed, rename)
    assert do_once(door, request, Renamed, rename) == first
    with sessions() as session:
        assert session.get_one(Account, house.agency).name == first.name
        (kept,) = session.scalars(select(AnsweredRequest))
        assert (kept.account_id, kept.site_id) == (house.agency, None)
