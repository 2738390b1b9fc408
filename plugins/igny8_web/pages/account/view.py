"""What an account's own page shows: its figures, its modules, whom it tells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from igny8_lib.insights.metrics import Metrics, metrics
from igny8_lib.models import Account, Module, NotificationSettings
from igny8_lib.notifications.recipients import settings_of
from igny8_lib.pipeline.stages import BY_NUMBER
from igny8_lib.sites.access import Action, Person, may
from igny8_lib.sites.modules import column, module_switches
from igny8_lib.sites.sites import list_sites
from igny8_web.pages.words import credits_, duration, number, percent

MODULES = {
    Module.PLANNER: ("Planner", "Stages 1 to 3: clusters, ideas, tasks."),
    Module.WRITER: ("Writer", "Stages 4 to 6: articles and images."),
    Module.AUTOMATION: ("Automation", "Runs. While it is off none can start."),
    Module.SITE_BUILDER: ("Site builder", "Blueprints and pages of sites of their own."),
    Module.LINKER: ("Linker", "Internal links in articles."),
    Module.OPTIMIZER: ("Optimizer", "Articles scored and improved."),
}


@dataclass(frozen=True)
class ModuleSwitch:
    """One module; `field` is its name in the form."""

    field: str
    name: str
    about: str
    enabled: bool


@dataclass(frozen=True)
class Figure:
    """A tile: this week's figure, beside today's and the month's."""

    id: str
    label: str
    week: str
    others: str
    how: str


@dataclass(frozen=True)
class AccountView:
    """The account at this instant. `notifications` is None for those who manage nothing."""

    name: str
    slug: str
    status: str
    role: str
    may_manage: bool
    sites: int
    zone: str
    day_zone: str
    """In which the account's own day begins; `zone` is that of the figures."""
    modules: Sequence[ModuleSwitch]
    notifications: NotificationSettings | None
    figures: Sequence[Figure]
    stages: Sequence[tuple[str, tuple[str, ...]]]
    """Name of each stage, and how long it takes in each period."""


def view_of(session: Session, account: Account, person: Person) -> AccountView:
    """The view, with a fixed number of statements."""
    manages = may(person, Action.MANAGE)
    sites = list_sites(session, account.id)
    found = metrics(session, sites)
    return AccountView(
        name=account.name,
        slug=account.slug,
        status=account.status.value,
        role="platform admin" if person.is_platform_admin else str(person.role),
        may_manage=manages,
        sites=len(sites),
        zone=found.timezone,
        day_zone=account.timezone,
        modules=modules_of(session, account),
        notifications=settings_of(session, account.id) if manages else None,
        figures=figures_of(found),
        stages=stages_of(found),
    )


def modules_of(session: Session, account: Account) -> list[ModuleSwitch]:
    """The account's modules."""
    switches = module_switches(session, account.id)
    return [ModuleSwitch(column(module), *MODULES[module], switches[module]) for module in Module]


def figures_of(found: Metrics) -> list[Figure]:
    """The tiles."""
    told = [each.as_json() for each in found.periods]
    days = "Today is from midnight, this week from Monday, this month from the first on."
    return [
        figure("runs", "Runs", [number(each["runs"]) for each in told], f"Runs that began. {days}"),
        figure(
            "success",
            "Success",
            [percent(each["success_rate_pct"]) for each in told],
            "Completed runs of completed and failed ones; a cancelled run is no failure.",
        ),
        figure(
            "credits",
            "Credits per run",
            [credits_(each["credits_per_run"]) for each in told],
            "Credits of runs that ended, divided by their number.",
        ),
        figure(
            "articles",
            "Articles made",
            [number(each["content_created"]) for each in told],
            "Articles written, by whichever run; imported ones are not counted.",
        ),
    ]


def figure(name: str, label: str, periods: Sequence[str], how: str) -> Figure:
    """One tile of the figures of today, week and month."""
    today, week, month = periods
    return Figure(name, label, week, f"today {today}, this month {month}", how)


def stages_of(found: Metrics) -> list[tuple[str, tuple[str, ...]]]:
    """How long each stage takes, by period."""
    return [
        (stage.title, tuple(duration(each.stage_seconds[stage.number - 1]) for each in found.periods))
        for stage in BY_NUMBER
        if stage.is_numbered or any(each.stage_seconds[stage.number - 1] is not None for each in found.periods)
    ]
