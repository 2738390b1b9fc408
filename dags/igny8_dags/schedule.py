"""When a site's DAG starts by itself."""

from __future__ import annotations

from igny8_timetable import SiteTimetable

from igny8_lib.sites.roster import RosterSite


def schedule_of(site: RosterSite) -> SiteTimetable | None:
    """The site's timetable; None where its schedule is switched off."""
    return SiteTimetable(site.schedule, since=site.schedule_since) if site.schedule else None
