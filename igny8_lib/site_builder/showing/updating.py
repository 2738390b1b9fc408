"""The live version is brought to what the rows say: the files that changed articles touch, and nothing else.

A change stands in the rows before any file of it is written, with what was shown before. Whoever comes after a process
that died finds it there and finishes it, whatever has become of the article meanwhile, and whichever version is live.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from igny8_lib.db.session import Sessions
from igny8_lib.models import SiteArticleRow
from igny8_lib.site_builder.article_changes import all_paths, changed_paths
from igny8_lib.site_builder.articles import SiteArticle
from igny8_lib.site_builder.blog import render_paths
from igny8_lib.site_builder.releases import deploying as releases
from igny8_lib.site_builder.releases.manifest import Changes, Manifest, entry
from igny8_lib.site_builder.releases.target import ReleaseConflict, Target
from igny8_lib.site_builder.showing.rows import articles_of, stored_files, stored_name
from igny8_lib.site_builder.showing.standing import LiveVersion, Row, Standing, files_left, rows_of, version_of
from igny8_lib.site_builder.stored import Store

ATTEMPTS = 3
"""Versions that may become live while one is being updated."""


@dataclass(frozen=True)
class Updated:
    """The version that shows the articles now, and what was different in it."""

    version: LiveVersion
    changes: Changes


@dataclass(frozen=True)
class Updater:
    """What brings one site's live version to what its rows say; who calls it has the site to itself (site_lock.py)."""

    sessions: Sessions
    store: Store
    site_id: int
    target: Target

    def bring(self, *, whole: Collection[str] = ()) -> Updated | None:
        """Let the live version show the site's articles as they are; None where no version is live.

        `whole` are files that are written anew where somebody else has changed them. Raises ReleaseConflict where
        one version after the other becomes live meanwhile.
        """
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return self.bring_once(whole)
            except ReleaseConflict:
                if attempt == ATTEMPTS:
                    raise
        return None

    def bring_once(self, whole: Collection[str]) -> Updated | None:
        """The same for the version that is live now."""
        number = self.target.live()
        manifest = None if number is None else self.target.manifest(number)
        if number is None or manifest is None:
            return None
        with self.sessions() as session:
            version = version_of(session, self.site_id, number)
            standing = Standing(version, rows_of(session, self.site_id)) if version else None
        if standing is None:
            return None
        files = self.files(standing, manifest, whole)
        changed_there = [path for path in whole if not self.is_as_written(manifest, path)]
        changes = releases.update(self.target, number, files, anew=changed_there)
        if standing.unfinished:
            self.forget(files_left(standing))
            with self.sessions.begin() as session:
                finish(session, self.site_id, standing.unfinished)
        return Updated(standing.version, changes)

    def files(self, standing: Standing, manifest: Manifest, whole: Collection[str]) -> dict[str, bytes | None]:
        """The files that are to be written, pictures before the pages that show them and these before what links to
        them, and those that are to go."""
        paths = touched(standing, manifest) | set(whole)
        version, after = standing.version, standing.after
        pages = {article.path: article.slug for article in after.all.articles if article.path in paths}
        with self.sessions() as session:
            known = {one.slug: one for one in articles_of(session, self.site_id, set(pages.values()))} if pages else {}
        images = {**version.images, **standing.images}
        made = render_paths(version.site, version.base_url, images, after, paths=paths, read=known.__getitem__)
        pictures = self.pictures(standing, manifest, known.values())
        there = manifest.files.keys() | manifest.changing
        gone = (paths - made.keys() | files_left(standing)) & there
        first = {path: made[path] for path in sorted(pages.keys() & made.keys())}
        return {**pictures, **first, **made, **dict.fromkeys(sorted(gone))}

    def pictures(self, standing: Standing, manifest: Manifest, shown: Iterable[SiteArticle]) -> dict[str, bytes]:
        """The files of these articles' pictures that the version lacks, but for those that the store has lost: they are
        made anew when their article is published anew."""
        names = {picture.file for one in shown for picture in (one.image, *one.images) if picture}
        stored = stored_files(self.site_id, [standing.images[name] for name in sorted(names)])
        found: dict[str, bytes] = {}
        for path, name in stored.items():
            if path not in manifest.files:
                with suppress(FileNotFoundError):
                    found[path] = self.store.read(name)
        return found

    def forget(self, paths: Iterable[str]) -> None:
        """Delete pictures from the store that no article needs; versions that show them have copies of their own."""
        for path in sorted(paths):
            self.store.remove(stored_name(self.site_id, path))

    def is_as_written(self, manifest: Manifest, path: str) -> bool:
        """Whether a file stands there as its manifest has it."""
        found = dict(self.target.read(manifest.version, [path]))
        return path in found and entry(found[path]) == manifest.files.get(path)


def touched(standing: Standing, manifest: Manifest) -> set[str]:
    """The files that can be otherwise than the live version has them, or are to go.

    Those that unfinished changes touch; where the version shows other articles than the rows say (an earlier version
    was brought back), all that articles make.
    """
    slugs = {slug for row in standing.unfinished for slug in row.slugs}
    changed = changed_paths(standing.before, standing.after, slugs)
    there = of_the_blog(manifest.files.keys() | manifest.changing)
    if (there ^ of_the_blog(all_paths(standing.before))) - changed:
        return all_paths(standing.after) | set(standing.after.with_latest) | there
    return changed


def of_the_blog(paths: Iterable[str]) -> set[str]:
    """The pages of articles and of their lists among these files."""
    return {path for path in paths if path.startswith("blog/")}


def finish(session: Session, site_id: int, rows: Iterable[Row]) -> None:
    """The live version shows what these rows say."""
    known = list(rows)
    mine = SiteArticleRow.site_id == site_id
    leaving = [row.content_id for row in known if row.is_leaving]
    staying = [row.content_id for row in known if not row.is_leaving]
    if leaving:
        session.execute(delete(SiteArticleRow).where(mine, SiteArticleRow.content_id.in_(leaving)))
    if staying:
        done = update(SiteArticleRow).where(mine, SiteArticleRow.content_id.in_(staying))
        session.execute(done.values(is_unfinished=False, former=None))
