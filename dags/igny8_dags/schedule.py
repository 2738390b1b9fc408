"""When a site's DAG starts by itself."""

from __future__ import annotations

from igny8_timetable import SiteTimetable

from igny8_lib.sites.roster import RosterSite, find_unusable_schedules


def schedule_of(site: RosterSite) -> SiteTimetable | None:
    """The site's timetable; None where its schedule is off, or cannot be used (`schedule_problem` says why)."""
    if schedule_problem(site) or site.schedule is None:
        return None
    return SiteTimetable(site.schedule, since=site.schedule_since)


def schedule_problem(site: RosterSite) -> str:
    """Why the site cannot start by its schedule; empty where it can."""
    return find_unusable_schedules([site]).get(site.slug, "")
