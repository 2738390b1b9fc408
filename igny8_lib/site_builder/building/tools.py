"""What the steps of a build are worked with."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from pydantic import BaseModel
from sqlalchemy.orm import Session

from igny8_lib.ai import dialect_store
from igny8_lib.ai.client import AIClient
from igny8_lib.ai.deployment import deployment_code
from igny8_lib.ai.endpoint import Endpoint
from igny8_lib.ai.metered_call import Applied, Charge, Failure, Meter, ask
from igny8_lib.ai.requests import TextRequest
from igny8_lib.ai.retrying import Retrying
from igny8_lib.db.scope import Scope
from igny8_lib.db.session import Sessions, scoped
from igny8_lib.site_builder.building.estimating import OPERATIONS
from igny8_lib.site_builder.building.stepping import Begun

A = TypeVar("A", bound=BaseModel)


class Report(Protocol):
    """What a check of a whole site found."""

    @property
    def faults(self) -> Sequence[tuple[str, str]]:
        """Where something is wrong, and what."""
        ...

    @property
    def files(self) -> int:
        """How many the site has."""
        ...

    @property
    def bytes(self) -> int:
        """Of all files."""
        ...


class Release(Protocol):
    """What became of a deployment."""

    @property
    def version(self) -> int:
        """What is live now."""
        ...

    @property
    def report(self) -> Mapping[str, Any]:
        """What changed for visitors, as JSON."""
        ...


class Deployer(Protocol):
    """Who checks and deploys: both may be called again after a death anywhere."""

    def check(self, site_id: int, blueprint_id: int) -> Report:
        """Check the whole site as it would be deployed now; changes nothing."""
        ...

    def deploy(self, site_id: int, blueprint_id: int, *, by: str, build_id: int) -> Release:
        """Deploy it. The same build makes one version, however often it is called."""
        ...


@dataclass(frozen=True)
class Tools:
    """The doors of a worker; its sessions are the platform's."""

    sessions: Sessions
    endpoint_of: Callable[[], Endpoint]
    """Where the AI is, asked for by what needs it alone. Raises InvalidInput where none is set up."""
    deployer_of: Callable[[], Deployer]
    retrying: Retrying = field(default_factory=Retrying)

    def narrow(self, begun: Begun) -> Sessions:
        """Sessions for the step's site alone."""
        return scoped(self.sessions, Scope.of_sites(begun.account_id, [begun.site_id]))

    async def ask(
        self,
        begun: Begun,
        request: TextRequest[A],
        *,
        apply: Callable[[Session, A], Applied],
        reject: Callable[[Session, Failure], None],
    ) -> None:
        """Ask the AI for a step, and write down what came of it with its charge in one transaction.

        Raises InsufficientCredits, ProviderUnavailable, InvalidInput where no AI is set up, and StepLost.
        """
        sessions, endpoint = self.narrow(begun), self.endpoint_of()
        with sessions() as session:
            deployment = deployment_code(session)
        dialects = dialect_store.open_dialects(self.sessions, endpoint)
        charge = Charge(begun.key, OPERATIONS[begun.kind], begun.price)
        async with AIClient(endpoint, retrying=self.retrying, dialects=dialects) as client:
            meter = Meter(
                sessions=sessions,
                client=client,
                account_id=begun.account_id,
                site_id=begun.site_id,
                fence=begun.fence,
                allow=lambda _session, _charge: None,  # the step was let through by its build's limit as it began
                gate=nullcontext(),
                turn=nullcontext(),
                deployment=deployment,
            )
            await ask(meter, charge, request, apply=apply, reject=reject)
