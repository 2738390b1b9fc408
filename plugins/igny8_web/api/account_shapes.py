"""Shapes of the account group."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from igny8_lib.models import HostingType, Role, SiteStatus
from igny8_web.api.shapes import Answer, Asked, CreditAmount, Pagination, Seconds

Slug = Annotated[str, Field(min_length=1, max_length=100, description="A site's slug.")]
Username = Annotated[str, Field(min_length=1, max_length=64, description="The name that the user signs in by.")]
Name = Annotated[str, Field(min_length=1, max_length=1_000)]
Zone = Annotated[str, Field(max_length=100, description="IANA name, such as Europe/Berlin.")]
Language = Annotated[str, Field(max_length=100, description="Language tag, such as en or pt-BR.")]
Brand = Annotated[
    str, Field(max_length=20_000, description="Voice, audience and facts about the brand; begins every prompt.")
]
Email = Annotated[str, Field(max_length=1_000)]
SeenSites = Annotated[list[str] | None, Field(description="Slugs of the sites given; null where the role sees all.")]


class Modules(Answer):
    """Which modules the account has on."""

    planner_enabled: bool
    writer_enabled: bool
    automation_enabled: bool
    site_builder_enabled: bool
    linker_enabled: bool
    optimizer_enabled: bool


class ModuleChange(Asked):
    """Switches to change; what is left out stays."""

    planner_enabled: bool | None = None
    writer_enabled: bool | None = None
    automation_enabled: bool | None = None
    site_builder_enabled: bool | None = None
    linker_enabled: bool | None = None
    optimizer_enabled: bool | None = None


class AccountDay(Answer):
    """Which day it is for the account: executions of rules are counted by it."""

    timezone: str = Field(description="IANA name: at midnight there the account's day begins.")
    today: date


class AccountDayChange(Asked):
    """The zone of the account's day."""

    timezone: Zone


class AccountSite(Answer):
    """One site of the account."""

    slug: str
    name: str
    domain: str
    status: SiteStatus
    timezone: str
    language: str
    hosting_type: HostingType
    brand: str
    schedule: str = Field(description="In words; off where runs start by hand only.")
    next_run_at: datetime | None


class SiteList(Answer):
    """A page of sites, by slug."""

    sites: list[AccountSite]
    pagination: Pagination


class NewSite(Asked):
    """A site to add. The slug is made of the name where none is given."""

    name: Name
    domain: Annotated[str, Field(max_length=1_000, description="Its public host name alone.")]
    slug: Annotated[str, Field(max_length=100)] = ""
    timezone: Zone = "UTC"
    language: Language = "en"
    brand: Brand = ""
    hosting_type: HostingType = HostingType.WORDPRESS


class SiteChange(Asked):
    """What to change of a site; what is left out stays. An inactive site has no DAG and starts no runs."""

    name: Name | None = None
    status: SiteStatus | None = None
    timezone: Zone | None = None
    language: Language | None = None
    brand: Brand | None = None


class AccountUser(Answer):
    """One of the account's people."""

    username: str
    email: str
    role: Role
    sites: SeenSites


class UserList(Answer):
    """A page of people, by name."""

    users: list[AccountUser]
    pagination: Pagination


class NewUser(Asked):
    """Whom to add. Without a password one is made up and told in the answer, once."""

    username: Username
    email: Email
    role: Role
    sites: list[Slug] = Field(default_factory=list, max_length=1_000, description="Slugs of sites to give.")
    password: str = Field(default="", max_length=1_000, repr=False)


class UserAdded(AccountUser):
    """Who was added."""

    password: str = Field(
        repr=False, description="What was made up: it is kept nowhere. Empty where the caller gave one."
    )


class RoleChange(Asked):
    """The new role; the sites given stay given."""

    role: Role


class UserRemoved(Answer):
    """Who was removed."""

    username: str
    gone: bool = Field(description="False where Airflow's user has other roles besides and stays there.")


class Access(Answer):
    """Who sees which sites."""

    username: str
    role: Role | None = Field(description="Null for the platform's admins.")
    sites: SeenSites


class AccessList(Answer):
    """A page of it, by name."""

    access: list[Access]
    pagination: Pagination


class Grant(Asked):
    """A site, and somebody of the account."""

    site: Slug
    username: Username


class Notifications(Answer):
    """Who is told when a run ends. Connections are named; what is in them stands in Airflow alone."""

    emails: list[str]
    smtp_conn_id: str
    slack_webhook_conn_id: str | None
    on_completion: bool
    on_failure: bool


class NotificationChange(Asked):
    """What to change; what is left out stays, an empty list or name clears it."""

    emails: list[Email] | None = Field(default=None, max_length=1_000)
    slack_webhook_conn_id: str | None = Field(
        default=None, max_length=300, description="slack_<account>, or that with _ and more; any by a platform admin."
    )
    on_completion: bool | None = None
    on_failure: bool | None = None


class StageSeconds(Answer):
    """How long a stage takes."""

    stage_number: int
    stage_name: str
    avg_seconds: Seconds | None = Field(description="Mean of completed stages of runs that were not paused.")


class PeriodFigures(Answer):
    """The runs that began within the period."""

    since: datetime
    runs: int
    completed_runs: int
    failed_runs: int
    success_rate_pct: float | None = Field(description="Completed of completed and failed ones.")
    credits_used: CreditAmount
    credits_per_run: CreditAmount | None
    seconds_per_stage: list[StageSeconds]
    content_created: int


class MetricsAnswer(Answer):
    """Figures from midnight, from Monday and from the first of the month on, in the zone."""

    timezone: str
    today: PeriodFigures
    week: PeriodFigures
    month: PeriodFigures
