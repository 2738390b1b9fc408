"""The pages of a version in the site's WordPress.

    pages are found again → those that are missing are made as drafts → pictures → each is written, with links to where
    the others are → what the version has no longer goes into the trash

The same call again finishes what died, wherever that was: each page is there once. A page that people changed there is
named and left alone. An earlier version is brought back by the same call.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from igny8_lib.db.session import Sessions
from igny8_lib.models import PublishingSettings, SitePage
from igny8_lib.publishing.wordpress.fields import PostSettings
from igny8_lib.site_builder.assets.showing import stored_of
from igny8_lib.site_builder.deploying.places import OpenWordPress
from igny8_lib.site_builder.deploying.versions import find_version
from igny8_lib.site_builder.documents import SiteDocument, read_site
from igny8_lib.site_builder.site_lock import alone_with_site
from igny8_lib.site_builder.stored import Store
from igny8_lib.site_builder.wordpress_pages import own_page
from igny8_lib.site_builder.wordpress_pages.going import put_away
from igny8_lib.site_builder.wordpress_pages.pictures import Pictures, bring_pictures, pictures_of
from igny8_lib.site_builder.wordpress_pages.rows import Known, rows_for
from igny8_lib.site_builder.wordpress_pages.writing import Task, Writer
from igny8_lib.sites.sites import site_by_id

ROUNDS = 2
"""Once with the addresses that WordPress foretells, and again where one became another."""


@dataclass(frozen=True)
class Material:
    """What the pages are made of: the version's structure, the rows of its pages by slug, those of pages that go."""

    slug: str
    document: SiteDocument
    base_url: str
    rows: Mapping[str, Known]
    gone: list[Known]
    stored: Mapping[str, str]
    settings: PostSettings


def deploy_pages(
    sessions: Sessions,
    open_wordpress: OpenWordPress,
    store: Store,
    site_id: int,
    version_number: int,
    *,
    force: bool = False,
) -> dict[str, Any]:
    """Make each page of the version a page of the site's WordPress; `force` replaces what people changed there.

    The report has the slugs of pages that were `made`, `changed`, left `unchanged` and `trashed`, the `conflicts` with
    people's changes, and what WordPress keeps otherwise (`differs`). Raises NotFound for an unknown version,
    InvalidInput for a picture that is gone, and WordPressFailure: the pages that were written by then stay.
    """
    with alone_with_site(sessions, site_id):
        material = read(sessions, site_id, version_number)
        with open_wordpress(material.slug) as wordpress:
            pictures = Pictures(site_id, store, material.stored, material.settings.image_format)
            media = bring_pictures(wordpress, pictures, pictures_of(material.document.pages))
            given = (material.settings, material.document, version_number, material.base_url, media)
            writer = Writer(wordpress, sessions, *given)
            tasks = find_all(writer, material, force=force)
            write_all(writer, tasks)
            trashed, left = put_away(wordpress, sessions, material.gone, force=force)
    return report_of(tasks, trashed, left)


def read(sessions: Sessions, site_id: int, version_number: int) -> Material:
    """All that is known of the version and its pages here, in one transaction."""
    with sessions.begin() as session:
        version = find_version(session, site_id, version_number)
        document = read_site(version.document)
        mine = (SitePage.site_id == site_id, SitePage.blueprint_id == version.blueprint_id)
        page_ids = {page.slug: page.id for page in session.execute(select(SitePage.slug, SitePage.id).where(*mine))}
        rows, gone = rows_for(session, site_id, [page.slug for page in document.pages], page_ids)
        chosen = session.scalar(select(PublishingSettings).where(PublishingSettings.site_id == site_id))
        settings = PostSettings.of(chosen) if chosen else PostSettings()
        slug = site_by_id(session, site_id).slug
        return Material(slug, document, version.base_url, rows, gone, stored_of(session, site_id), settings)


def find_all(writer: Writer, material: Material, *, force: bool) -> list[Task]:
    """Each page with its page of WordPress, which is made where there is none."""
    tasks = []
    for position, page in enumerate(material.document.pages):
        known = material.rows[page.slug]
        post = own_page.find(writer.wordpress, known)
        if post is None:
            known, post = own_page.make(writer.wordpress, writer.sessions, known, page, position)
        is_conflict = not force and not own_page.is_as_written(post, known)
        tasks.append(Task(page, position, known, post, is_conflict))
    return tasks


def write_all(writer: Writer, tasks: list[Task]) -> None:
    """Write what is not as the version says, with links to where the pages are in the end."""
    for _ in range(ROUNDS):
        links = {task.page.slug: task.address for task in tasks}
        for task in tasks:
            if not task.is_conflict:
                writer.write(task, links)
        if links == {task.page.slug: task.address for task in tasks}:
            return


def report_of(tasks: list[Task], trashed: list[str], left: list[dict[str, str]]) -> dict[str, Any]:
    """What became of the pages."""
    written = [task for task in tasks if not task.is_conflict]
    outcomes = {
        name: [task.page.slug for task in written if task.outcome == name] for name in ("made", "changed", "unchanged")
    }
    conflicts = [*(task.conflict() for task in tasks if task.is_conflict), *left]
    differs = [{"page": task.page.slug, "says": task.differs} for task in tasks if task.differs]
    return outcomes | {"trashed": trashed, "conflicts": conflicts, "differs": differs}
