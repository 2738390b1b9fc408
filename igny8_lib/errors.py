"""The error tree. Each error carries its facts, its HTTP status and whether trying again can help.

    Igny8Error                      500  (db/scope.py: Unscoped, where nothing says whose rows are meant)
    ├── InvalidInput                400  the caller sent something wrong; says what, where and what to do
    ├── NotFound                    404  also for another account's objects
    ├── NotAllowed                  403
    │   └── ModuleDisabled          403  the account's module switch is off
    ├── Conflict                    409
    │   ├── ChangedMeanwhile        409  there is a newer version than the one that was changed
    │   ├── SiteBusy                409  a run of the site is active; names it
    │   └── LeaseLost               409  another process took the site over; the late write was refused
    ├── InsufficientCredits         402  says what is needed and what is there
    ├── PublishingFailed                502  a step of a publication failed (publishing/errors.py)
    ├── TemporaryError              503  trying again can help
    └── PermanentError              502  trying again cannot help
        └── ProviderUnavailable     502  the AI provider cannot be used at all

Errors that only one module raises stand beside it and derive from these. Airflow and the API translate once, at
the edge.
"""

from __future__ import annotations

from typing import ClassVar

from igny8_lib.amounts import Credits


class Igny8Error(Exception):
    """Root of all errors of the product."""

    http_status: ClassVar[int] = 500
    retryable: ClassVar[bool] = False
    """Whether the same call can succeed later without a person changing anything; the task retry policy follows it."""

    @property
    def facts(self) -> dict[str, object]:
        """The facts behind the sentence, for JSON answers; credits are numbers there as everywhere."""
        shown = {name: value for name, value in vars(self).items() if not name.startswith("_")}
        return {name: value.as_number() if isinstance(value, Credits) else value for name, value in shown.items()}


class InvalidInput(Igny8Error):
    """The caller sent something wrong; nothing was changed."""

    http_status = 400


class NotFound(Igny8Error):
    """There is no such object within the caller's reach."""

    http_status = 404


class NotAllowed(Igny8Error):
    """The caller may not do this."""

    http_status = 403


class ModuleDisabled(NotAllowed):
    """The account has switched this module off."""

    def __init__(self, module: str, account: str) -> None:
        super().__init__(f"The {module} module is switched off for account {account}; an owner can switch it on.")
        self.module = module
        self.account = account


class Conflict(Igny8Error):
    """The object is in a state that does not allow this."""

    http_status = 409


class ChangedMeanwhile(Conflict):
    """Somebody else saved it first; `yours` is the version that was changed, `now` the newest one."""

    def __init__(self, what: str, yours: int, now: int) -> None:
        super().__init__(
            f"Somebody saved version {now} of {what} while you changed version {yours}. "
            f"Nothing of yours was saved: look at what is different in version {now}, then change that one."
        )
        self.yours = yours
        self.now = now


class SiteBusy(Conflict):
    """A run of the site is active (running or paused)."""

    def __init__(self, site: str, run_id: str, status: str) -> None:
        super().__init__(f"Site {site} is busy: run {run_id} is {status}. Wait for it, resume it or cancel it.")
        self.site = site
        self.run_id = run_id
        self.status = status


class LeaseLost(Conflict):
    """Another process took the site over, or the run was cancelled; this process must stop without writing."""

    def __init__(self, site_id: int, token: int) -> None:
        super().__init__(f"Lease {token} on site {site_id} is no longer valid: the run was cancelled or taken over.")
        self.site_id = site_id
        self.token = token


class InsufficientCredits(Igny8Error):
    """The available balance does not cover what is needed."""

    http_status = 402

    def __init__(self, needed: Credits, available: Credits, *, left: Credits | None = None) -> None:
        super().__init__(f"{needed} credits are needed, {available} are available: {needed - available} are missing.")
        self.needed = needed
        self.available = available
        self.left = available if left is None else left
        """What of it the asking operation may spend; a run's budget may allow it less."""

    def fits(self, amount: Credits) -> bool:
        """Whether so much would have been let through: this was too dear, something cheaper may do."""
        return amount <= self.left


class TemporaryError(Igny8Error):
    """Trying again can help."""

    http_status = 503
    retryable = True


class PermanentError(Igny8Error):
    """Trying again cannot help; a person has to change something first."""

    http_status = 502


class ProviderUnavailable(PermanentError):
    """The AI provider cannot be used at all: no request can succeed until something outside changes."""
