"""A site with a run and credits, and paid requests of it against a provider: what the tests of a metered call drive."""

from __future__ import annotations

import asyncio
import base64
import io
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any

from PIL import Image
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from igny8_lib.ai.answers import ImageAnswer
from igny8_lib.ai.client import AIClient
from igny8_lib.ai.functions import auto_cluster
from igny8_lib.ai.functions.auto_cluster import KeywordClusters, KeywordItem
from igny8_lib.ai.journal import NOTHING_KNOWN, Known, find_known
from igny8_lib.ai.metered_call import Applied, Charge, Failure, Meter, ask, draw
from igny8_lib.ai.requests import ImageRequest, SiteBrief
from igny8_lib.amounts import Credits
from igny8_lib.db.session import Sessions
from igny8_lib.errors import LeaseLost
from igny8_lib.models import AICall, Cluster, LedgerEntry, Operation, Reservation, ReservationStatus, Site
from igny8_lib.text.normalisation import normalise
from tests.factories.credits import make_funded_account
from tests.factories.runs import make_ended_run
from tests.factories.sites import make_site

SITE = SiteBrief("Garden", "garden.example", "en", "")
KEYWORDS = [KeywordItem(n, f"prune roses {n}") for n in range(1, 5)]
PICTURE = ImageRequest("A rose", "1024x1024", "low")
RESERVED = Credits.of(5)
CODE = "c0de"


def png() -> str:
    """A small picture, as providers send it."""
    file = io.BytesIO()
    Image.new("RGB", (16, 8)).save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()


@dataclass
class Customer:
    """One site's paid requests; `lost` makes its fence refuse, as after a cancel."""

    sessions: Sessions
    open_client: Callable[[], AIClient]
    site: Site
    run_id: int
    lost: bool = False
    known: Known = NOTHING_KNOWN
    applied: list[KeywordClusters] = field(default_factory=list)
    rejected: list[Failure] = field(default_factory=list)
    refused: list[dict[int, str]] = field(default_factory=list)

    @classmethod
    def new(cls, sessions: Sessions, open_client: Callable[[], AIClient]) -> Customer:
        with sessions.begin() as session:
            account = make_funded_account(session)
            site = make_site(session, account)
            return cls(sessions, open_client, site, make_ended_run(session, site, {}).id)

    def key(self, number: int) -> str:
        return f"run/{self.run_id}/stage/1/request/{number}"

    def meter(self, client: AIClient, number: int) -> Meter:
        return Meter(
            sessions=self.sessions,
            client=client,
            account_id=self.site.account_id,
            site_id=self.site.id,
            fence=self.fence,
            allow=lambda _session, _charge: None,
            gate=nullcontext(),
            turn=nullcontext(),
            deployment=CODE,
            run_id=self.run_id,
            stage=1,
            request=number,
            known=self.known,
        )

    def fence(self, _session: Session) -> None:
        if self.lost:
            raise LeaseLost(self.site.id, 1)

    def ask(self, number: int = 1, *, apply: Callable[..., Applied] | None = None) -> Failure | None:
        """Cluster the keywords; each cluster becomes a row and costs a credit."""

        async def go() -> Failure | None:
            async with self.open_client() as client:
                return await ask(
                    self.meter(client, number),
                    Charge(self.key(number), Operation.CLUSTERING, RESERVED),
                    auto_cluster.request(SITE, KEYWORDS),
                    apply=apply or self.write,
                    reject=self.reject,
                    refuse=lambda _, refused: self.refused.append(dict(refused)),
                )

        return asyncio.run(go())

    def draw(self, number: int = 1, *, store: Callable[[ImageAnswer], str] = lambda _: "file") -> Failure | None:
        """Draw a picture, which becomes a row."""

        def apply(session: Session, picture: dict[str, Any]) -> Applied:
            return self.add(session, [str(picture["file"])])

        async def go() -> Failure | None:
            async with self.open_client() as client:
                return await draw(
                    self.meter(client, number),
                    Charge(self.key(number), Operation.IMAGE_GENERATION, RESERVED),
                    PICTURE,
                    prompt_version="v1",
                    store=store,
                    apply=apply,
                    reject=self.reject,
                )

        return asyncio.run(go())

    def write(self, session: Session, answer: KeywordClusters) -> Applied:
        self.applied.append(answer)
        return self.add(session, [cluster.name for cluster in answer.clusters])

    def add(self, session: Session, names: list[str]) -> Applied:
        """Rows under a unique index: written twice, they would be refused."""
        session.add_all(Cluster(site_id=self.site.id, name=name, normalized=normalise(name)) for name in names)
        return Applied(Credits.of(len(names)))

    def reject(self, _session: Session, failure: Failure) -> None:
        self.rejected.append(failure)

    def rows(self) -> int:
        with self.sessions() as session:
            return session.scalar(select(func.count()).where(Cluster.site_id == self.site.id)) or 0

    def look(self, number: int = 1) -> Known:
        """What the database has of the request."""
        with self.sessions() as session:
            return find_known(session, self.site.account_id, self.site.id, [self.key(number)])

    def clear_rows(self) -> None:
        with self.sessions.begin() as session:
            session.execute(delete(Cluster).where(Cluster.site_id == self.site.id))

    def charges(self, number: int = 1) -> list[float]:
        """What the ledger has for the request's key, in credits."""
        with self.sessions() as session:
            query = select(LedgerEntry.amount).where(LedgerEntry.idempotency_key == self.key(number))
            return [-float(amount.as_number()) for amount in session.scalars(query)]

    def held(self) -> int:
        """Reservations that are still pending."""
        with self.sessions() as session:
            query = select(func.count()).where(Reservation.status == ReservationStatus.PENDING)
            return session.scalar(query.where(Reservation.account_id == self.site.account_id)) or 0

    def calls(self, number: int = 1) -> list[AICall]:
        """The request's journal rows, in order."""
        with self.sessions() as session:
            query = select(AICall).where(AICall.charge_key == self.key(number)).order_by(AICall.id)
            return list(session.scalars(query))
