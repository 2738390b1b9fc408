"""What the page of publishing settings shows, loaded with a fixed number of statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from igny8_lib.errors import InvalidInput
from igny8_lib.models import PublishingSettings, Site
from igny8_lib.publishing.agenda import preview
from igny8_lib.publishing.places import count_scheduled
from igny8_lib.publishing.settings import changed, settings_of
from igny8_lib.sites.access import Action, Person, may
from igny8_web.pages.publishing_settings.form import (
    CHOICES,
    DAYS,
    MODES,
    NAMES,
    changes_of,
    errors_of,
    form_of,
    times_in,
)
from igny8_web.pages.settings.form import Form
from igny8_web.pages.words import number


@dataclass(frozen=True)
class Preview:
    """The next slots of what stands in the form; none where it cannot be read yet."""

    slots: Sequence[datetime] = ()
    wrong: str = ""


@dataclass(frozen=True)
class Times:
    """The fields of the times of day; `focus` is the one that was added, or the last one after one was taken out."""

    values: Sequence[str]
    focus: int | None = None


@dataclass(frozen=True)
class PublishingView:
    """The site's publishing settings as they stand in the form."""

    slug: str
    name: str
    zone: str
    account: str
    may_manage: bool
    form: Form
    preview: Preview
    scheduled_count: int
    queue_limit: int
    feed_path: str
    """Of the calendar for other programs, below the application; empty where there is none, or for who may not see."""
    respread: bool = False
    """Whether dates stand on the calendar that settings before these gave."""
    days: Sequence[tuple[str, str]] = DAYS
    modes: Sequence[tuple[str, str, str]] = MODES
    choices: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=lambda: CHOICES)

    @property
    def times(self) -> Times:
        """The fields of the times of day."""
        return Times(times_in(self.form.values) or [""])

    @property
    def to_look_at(self) -> str:
        """The fields that need a look, in a sentence."""
        names = [NAMES.get(name, name) for name in self.form.errors]
        return f"{number(len(names))} field{' needs' if len(names) == 1 else 's need'} a look: {', '.join(names)}"


def view_of(
    session: Session, site: Site, person: Person, form: Form | None = None, *, respread: bool = False
) -> PublishingView:
    """The view: of what is stored, or of what was typed."""
    row = session.get_one(PublishingSettings, site.id, populate_existing=True)
    form = form or form_of(settings_of(row), row.version)
    managing = may(person, Action.MANAGE)
    scheduled = count_scheduled(session, site.id)
    return PublishingView(
        slug=site.slug,
        name=site.name,
        zone=site.timezone,
        account=site.account.slug,
        may_manage=managing,
        form=form,
        preview=preview_of(session, site, form.values),
        scheduled_count=scheduled,
        queue_limit=row.queue_limit,
        feed_path=f"feeds/{row.feed_key}.ics" if managing and row.feed_key else "",
        respread=respread and scheduled > 0,
    )


def stored_form(session: Session, site: Site) -> Form:
    """The settings as they are stored now."""
    row = session.get_one(PublishingSettings, site.id, populate_existing=True)
    return form_of(settings_of(row), row.version)


def preview_of(session: Session, site: Site, values: Mapping[str, str]) -> Preview:
    """The next slots that these values give."""
    errors = errors_of(values)
    if errors:
        names = ", ".join(NAMES.get(name, name).lower() for name in errors)
        return Preview(wrong=f"Put this right to see the next slots: {names}.")
    stored = settings_of(session.get_one(PublishingSettings, site.id))
    try:
        return Preview(preview(session, site, changed(stored, changes_of(values))))
    except InvalidInput as refused:
        return Preview(wrong=str(refused))
