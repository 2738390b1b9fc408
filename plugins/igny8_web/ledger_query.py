"""What people ask the ledger for, by names: the API's and the page's filters are the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, Query
from pydantic import BeforeValidator
from sqlalchemy.orm import Session
from starlette.responses import StreamingResponse

from igny8_lib.credits.entries import EntryFilter
from igny8_lib.credits.ledger_csv import csv_of
from igny8_lib.credits.usage import Period
from igny8_lib.errors import InvalidInput
from igny8_lib.models import Account, EntryType, Operation
from igny8_lib.pipeline.find_run import find_run
from igny8_lib.sites.access import sees_all_sites
from igny8_lib.sites.sites import site_by_slug
from igny8_web.doors import SLUG_LENGTH, AccountDoor

Emptied = BeforeValidator(lambda value: value or None)
"""A field of a form that was left empty is absent."""
From = Annotated[datetime | None, Emptied, Query(alias="from", description="Not before; UTC where no zone is named.")]
To = Annotated[datetime | None, Emptied, Query(description="Before; UTC where no zone is named.")]


@dataclass
class LedgerQuery:
    """Filters of the ledger; what is absent lets everything through."""

    entry_type: Annotated[EntryType | None, Emptied, Query(description="Only entries of this type.")] = None
    operation: Annotated[Operation | None, Emptied, Query(description="Only this kind of work.")] = None
    site: Annotated[str, Query(max_length=SLUG_LENGTH, description="The slug of a site.")] = ""
    run: Annotated[str, Query(max_length=100, description="A run of the site: its name or its number.")] = ""
    since: From = None
    to: To = None

    def filter_for(self, session: Session, account: Account) -> EntryFilter:
        """The entries that are meant, in two statements at most. Raises NotFound, InvalidInput for a run without its
        site."""
        if self.run and not self.site:
            raise InvalidInput("Name the site of the run, too: add site=<slug>.")
        site = site_by_slug(session, self.site, account_id=account.id) if self.site else None
        run = find_run(session, site, self.run) if site and self.run else None
        return EntryFilter(
            self.entry_type,
            self.operation,
            site.id if site else None,
            run.id if run else None,
            Period(aware(self.since), aware(self.to)),
        )

    def as_query(self) -> dict[str, str]:
        """What was chosen, as it stands in an address; empty where nothing was."""
        given = {
            "entry_type": self.entry_type,
            "operation": self.operation,
            "site": self.site,
            "run": self.run,
            "from": self.since and self.since.isoformat(),
            "to": self.to and self.to.isoformat(),
        }
        return {name: str(value or "") for name, value in given.items()}


Asking = Annotated[LedgerQuery, Depends()]


def aware(moment: datetime | None) -> datetime | None:
    """The moment with its zone."""
    return moment.replace(tzinfo=UTC) if moment and moment.tzinfo is None else moment


def stream_csv(door: AccountDoor, asked: LedgerQuery) -> StreamingResponse:
    """All entries that are asked for, as a file, sent while it is read."""
    with door.begin() as (session, account):
        chosen = asked.filter_for(session, account)
    rows = csv_of(door.caller.sessions, account.id, chosen, with_balance=sees_all_sites(door.caller.person))
    name = f'attachment; filename="ledger-{account.slug}.csv"'
    return StreamingResponse(rows, media_type="text/csv; charset=utf-8", headers={"Content-Disposition": name})
