"""Writes under an Idempotency-Key: what names a request, and how a route does its work once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Annotated, Protocol, TypeVar

from fastapi import Depends, Request
from pydantic import BaseModel
from sqlalchemy.orm import Session

from igny8_lib.models import Account, Site
from igny8_lib.sites.repeats import Given, Repeatable, once
from igny8_web.api.shapes import IdempotencyKey
from igny8_web.caller import SignedIn

Shape = TypeVar("Shape", bound=BaseModel)
Place = TypeVar("Place", Site, Account)


class Door(Protocol[Place]):
    """A SiteDoor or an AccountDoor."""

    def begin(self) -> AbstractContextManager[tuple[Session, Place]]:
        """One transaction, and the site or the account."""


async def named(request: Request, caller: SignedIn, key: IdempotencyKey = "") -> Repeatable:
    """The request as its sender names it; the digest is of method, address and body."""
    said = f"{request.method} {request.url.path}?{request.url.query}\n".encode() + await request.body()
    return Repeatable(caller.name, key, hashlib.sha256(said).hexdigest())


Named = Annotated[Repeatable, Depends(named)]


def do_once(door: Door[Place], request: Repeatable, shape: type[Shape], do: Callable[[Session, Place], Shape]) -> Shape:
    """Do it in one transaction with its answer, or give the answer of the first time. Raises what the door and `do` do,
    and KeyOfAnotherRequest."""
    with door.begin() as (session, place):
        account_id, site_id = (place.account_id, place.id) if isinstance(place, Site) else (place.id, None)
        given = once(
            session,
            request,
            lambda: Given(200, do(session, place).model_dump(mode="json")),
            account_id=account_id,
            site_id=site_id,
        )
    return shape.model_validate(given.document)
