"""What publishing takes of Airflow: where a site's articles go, and the work of one round."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, cast

from airflow.sdk import ObjectStoragePath

from igny8_dags import linking
from igny8_dags.connections import sessions
from igny8_lib import clock
from igny8_lib.models import HostingType, PublishingSettings, Site
from igny8_lib.pipeline.media import Media, StoragePath
from igny8_lib.publishing.checks import Checker, count_unchecked
from igny8_lib.publishing.due import find_due
from igny8_lib.publishing.errors import PublishingFailed
from igny8_lib.publishing.notices import failed_lately
from igny8_lib.publishing.publisher import Publisher
from igny8_lib.publishing.room import fill_all, find_room
from igny8_lib.publishing.target import Target
from igny8_lib.settings import load

PUBLISH, FILL, CHECK = "publish", "fill", "check"
LINKS, VECTORS, MEND, FILES = "links", "vectors", "mend", "files"
"""The jobs of a round."""
WORKERS = 8
"""Publishers of one round; each has a process, and works on one site after the other."""
MEND_MINUTES = 15
"""Every so many minutes all links are looked through."""
FILES_HOUR = 3
"""In UTC; once a day the store is looked through for uploads of websites that nothing names."""


def media() -> Media:
    """The pictures."""
    return Media(cast("StoragePath", ObjectStoragePath(load().media_root)))


@contextmanager
def target_of(site: Site, settings: PublishingSettings) -> Iterator[Target]:
    """Where the site's articles go, by its hosting type. Raises PublishingFailed where that is nowhere."""
    if site.hosting_type is HostingType.IGNY8:
        yield built_site(site, settings)
    elif site.hosting_type is HostingType.WORDPRESS:
        with open_wordpress(site, settings) as target:
            yield target
    else:
        sentence = f"Nothing can be published to a site hosted by {site.hosting_type.value} yet."
        raise PublishingFailed("no_target", sentence, temporary=False)


def built_site(site: Site, settings: PublishingSettings) -> Target:
    """The website that was built here."""
    from igny8_dags.connections import places  # noqa: PLC0415 - what renders websites takes its time
    from igny8_lib.site_builder.showing.target import BuiltSiteTarget  # noqa: PLC0415

    visit_url = load().static_visit_url
    return BuiltSiteTarget.of(site, settings, sessions=sessions(), places=places(), store=media(), visit_url=visit_url)


@contextmanager
def open_wordpress(site: Site, settings: PublishingSettings) -> Iterator[Target]:
    """The site's WordPress, signed in by its connection. Raises PublishingFailed where there is none."""
    from igny8_dags.connections import wordpress  # noqa: PLC0415 - what reads HTML and asks websites takes its time
    from igny8_lib.publishing.targets.wordpress import WordPressTarget  # noqa: PLC0415
    from igny8_lib.publishing.wordpress.failures import told  # noqa: PLC0415
    from igny8_lib.wordpress.client import WordPress  # noqa: PLC0415

    with told():
        signed_in = WordPress.of(wordpress(site.slug), load())
    with signed_in:
        yield WordPressTarget.of(signed_in, settings, media())


def is_due(round_at: datetime) -> bool:
    """Whether a round would find anything; four statements or five."""
    return bool(find_jobs(round_at))


def find_jobs(round_at: datetime) -> list[str]:
    """The jobs of this round, none in an idle minute: publishers by the number of sites, dates for who waits for
    one where there is room, looks after, what the Linker knows of articles."""
    now = clock.now()
    with sessions()() as session:
        sites = {due.site_id for due in find_due(session, now)}
        unchecked = count_unchecked(session, now)
    jobs = [f"{PUBLISH} {number}" for number in range(1, min(len(sites), WORKERS) + 1)]
    jobs += [FILL] if find_room(sessions(), now) else []
    jobs += [CHECK] if unchecked else []
    jobs += [LINKS] if linking.is_stale() else []
    jobs += [VECTORS] if linking.lacks_vectors(round_at) else []
    jobs += [FILES] if (round_at.hour, round_at.minute) == (FILES_HOUR, 0) else []
    return jobs + ([MEND] if round_at.minute % MEND_MINUTES == 0 else [])


def do_job(job: str) -> dict[str, Any]:
    """Do one of them; returns its counts."""
    if job == FILES:
        return {"removed": remove_unnamed_files()}
    if job == LINKS:
        return linking.read_changes()
    if job == MEND:
        return linking.mend_everywhere()
    if job == VECTORS:
        return linking.ask_for_vectors()
    if job == FILL:
        return {"dated": fill_all(sessions(), find_room(sessions(), clock.now()))}
    if job == CHECK:
        counts: dict[str, Any] = dict(Checker(sessions(), target_of).check_posts())
    else:
        counts = Publisher(sessions(), target_of, media()).work().as_json()
    return counts | {"told": tell_failed()}


def remove_unnamed_files() -> int:
    """Remove from the store what killed uploads to websites left there; how many files."""
    from igny8_lib.site_builder.assets.cleaning import tidy  # noqa: PLC0415 - what reads pictures takes its time

    return tidy(sessions(), media())


def tell_failed() -> int:
    """Tell people what failed, by this round or one that died."""
    with sessions()() as session:
        if not failed_lately(session):
            return 0
    from igny8_dags.publishing_notices import tell_failures  # noqa: PLC0415 - mail and Slack are slow to import

    return tell_failures(sessions())
