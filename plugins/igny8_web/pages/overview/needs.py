"""What sites need of people: the cause, and one thing to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from igny8_lib.insights.site_list import ListedSite, Need
from igny8_lib.pipeline.stages import stage
from igny8_lib.sites.access import Action, Person, may
from igny8_web.pages.states import FAILED, PAUSED, State
from igny8_web.pages.words import plural

BADGES = {
    Need.FAILED: FAILED,
    Need.NO_CREDITS: State("warn", "coin", "No credits"),
    Need.PAUSED: PAUSED,
    Need.REVIEW: State("run", "eye", "To review"),
    Need.NOTHING_PENDING: State("wait", "inbox", "No work"),
    Need.OFF: State("wait", "stop", "Switched off"),
}


@dataclass(frozen=True)
class Button:
    """What somebody can do about it; `posts` where it acts at once instead of leading somewhere."""

    verb: str
    path: str
    posts: bool = False


@dataclass(frozen=True)
class NeedRow:
    """One site that needs somebody."""

    site: ListedSite
    badge: State
    sentence: str
    note: str
    at: datetime | None
    button: Button


def need_row(site: ListedSite, need: Need, person: Person) -> NeedRow:
    """The row for somebody: he sees no button for what he may not do."""
    at = site.last_run.at if site.last_run and need is not Need.REVIEW else None
    return NeedRow(site, BADGES[need], sentence_of(site, need), note_of(site, need), at, button_of(site, need, person))


def sentence_of(site: ListedSite, need: Need) -> str:
    """The cause."""
    run = site.last_run
    if need is Need.OFF or (run is None and need is not Need.REVIEW):
        return "The site or its account is switched off, so no run starts."
    if run is None or need is Need.REVIEW:
        waits = "waits" if site.to_review == 1 else "wait"
        return f"{plural(site.to_review, 'article')} {waits} for a decision."
    if need is Need.PAUSED:
        where = f" in {stage(run.current_stage).place}" if run.current_stage else ""
        return f"Run #{run.run_number} is paused{where}; its schedule waits, too."
    return f"Run #{run.run_number}: {run.sentence}"


def note_of(site: ListedSite, need: Need) -> str:
    """What else waits there."""
    if need in {Need.REVIEW, Need.OFF} or not site.to_review:
        return ""
    return f"{plural(site.to_review, 'article')} to review besides."


def button_of(site: ListedSite, need: Need, person: Person) -> Button:
    """What to do about it, as far as the person may."""
    here = f"sites/{site.slug}"
    runs, manages = may(person, Action.START_RUNS), may(person, Action.MANAGE)
    possible = {
        Need.FAILED: (runs, Button("Run again", f"{here}/start")),
        Need.NO_CREDITS: (manages, Button("Credits", f"credits?account={site.account_slug}")),
        Need.PAUSED: (runs, Button("Resume", f"resume/{site.slug}", posts=True)),
        Need.REVIEW: (True, Button("Review", f"{here}/content")),
        Need.NOTHING_PENDING: (may(person, Action.WRITE_CONTENT), Button("Add keywords", f"{here}/planner")),
        Need.OFF: (manages, Button("Settings", f"{here}/settings")),
    }
    allowed, button = possible[need]
    return button if allowed else Button("Look", here)
