"""What the settings page shows, loaded with a fixed number of statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from igny8_lib.models import AutomationConfig, Site
from igny8_lib.pipeline.runs import active_run
from igny8_lib.pipeline.stages import STAGES
from igny8_lib.sites.access import Action, Person, may
from igny8_lib.sites.configuration import Configuration, configuration_of
from igny8_lib.sites.modules import module_switches
from igny8_web.pages.settings.budget import BudgetView, budget_of
from igny8_web.pages.settings.form import Form, form_of
from igny8_web.pages.settings.improvement import ImprovementView, improvement_form
from igny8_web.pages.settings.limits import LimitRow, rows_of
from igny8_web.pages.settings.schedule import Starts, starts_of
from igny8_web.pages.stages import LOOKS, StageLook
from igny8_web.pages.words import number

CREDITS = "max_credits_per_run"
NAMES = {
    "frequency": "How often",
    "scheduled_time": "Time",
    "weekday": "Weekday",
    "day_of_month": "Day of the month",
    "schedule_window_minutes": "Minutes to spread starts over",
    "ideas_per_cluster": "Ideas per cluster",
    "images_per_content": "Images per article",
    "image_quality": "Image quality",
    "competing_pages_threshold": "Likeness from which a page competes",
    CREDITS: "Credits",
}
"""What fields are called where they need a look; a stage's own fields are named below."""


@dataclass(frozen=True)
class StageFields:
    """A stage's fields; a name is empty where the stage has no such setting."""

    look: StageLook
    enabled: str
    batch_size: str
    in_flight: str
    takes: str


@dataclass(frozen=True)
class SettingsView:
    """The site's settings as they stand in the form."""

    slug: str
    name: str
    zone: str
    account: str
    may_manage: bool
    form: Form
    stages: Sequence[StageFields]
    limits: Sequence[LimitRow]
    starts: Starts
    budget: BudgetView
    improvement: ImprovementView
    run_number: int | None
    """Of the active run."""

    @property
    def holds_from(self) -> str:
        """When a change holds."""
        keeps = f" Run #{self.run_number} keeps the settings it started with." if self.run_number else ""
        return f"A change holds from the next run on.{keeps}"

    @property
    def to_look_at(self) -> str:
        """The fields that need a look, in a sentence."""
        names = [name_of(name) for name in self.form.errors]
        return f"{number(len(names))} field{' needs' if len(names) == 1 else 's need'} a look: {', '.join(names)}"


def name_of(field: str) -> str:
    """What people call a field."""
    for stage, look in zip(STAGES, LOOKS, strict=True):
        if field == stage.limit:
            return f"{look.name}, at most per run"
        if field.startswith(f"stage_{stage.number}_"):
            return f"{look.name}, {'batch' if field.endswith('batch_size') else 'requests at once'}"
    return NAMES.get(field, field)


def fields_of_stages() -> list[StageFields]:
    """Which settings each stage has."""
    return [
        StageFields(
            look,
            f"stage_{look.number}_enabled",
            if_known(f"stage_{look.number}_batch_size"),
            if_known(f"stage_{look.number}_in_flight"),
            stage.takes,
        )
        for stage, look in zip(STAGES, LOOKS, strict=True)
    ]


def if_known(name: str) -> str:
    """The name of a setting, empty where there is no such setting."""
    return name if name in Configuration.model_fields else ""


def view_of(
    session: Session,
    site: Site,
    person: Person,
    form: Form | None = None,
    *,
    shares: Mapping[str, str] | None = None,
    improvement: Form | None = None,
) -> SettingsView:
    """The view: of what is stored, or of what was typed."""
    form = form or stored_form(session, site)
    switches = module_switches(session, site.account_id)
    run = active_run(session, site.id)
    return SettingsView(
        slug=site.slug,
        name=site.name,
        zone=site.timezone,
        account=site.account.slug,
        may_manage=may(person, Action.MANAGE),
        form=form,
        stages=fields_of_stages(),
        limits=rows_of(session, site, form, switches),
        starts=starts_of(form.values, site.slug, site.timezone, enabled=form.is_on("is_enabled")),
        budget=budget_of(session, site, shares),
        improvement=ImprovementView(improvement or improvement_form(session, site), switches),
        run_number=run.run_number if run else None,
    )


def stored_form(session: Session, site: Site) -> Form:
    """The settings as they are stored now."""
    config = session.get_one(AutomationConfig, site.id, populate_existing=True)
    return form_of(configuration_of(config), config.version)
