"""The articles of now in the version that is live: those that were published since it was made, and none that is gone.

Only files that are different are touched (releases.update); a version's own uploads and icons stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from igny8_lib.site_builder.articles import Listed
from igny8_lib.site_builder.deploying.material import Material
from igny8_lib.site_builder.deploying.rendering import ICONS
from igny8_lib.site_builder.media_types import is_upload
from igny8_lib.site_builder.releases.checks import require_sound
from igny8_lib.site_builder.releases.deploying import update
from igny8_lib.site_builder.releases.manifest import Changes, Manifest
from igny8_lib.site_builder.releases.target import Target
from igny8_lib.site_builder.stored import Store
from igny8_lib.site_builder.whole_site import render_site

BLOG = "blog"
ARTICLE_STEPS = 3
"""Of an article's path, blog/{slug}/index.html; those of lists' further pages are longer."""


@dataclass(frozen=True)
class Differences:
    """The articles, by slug, that a version does not show though they are published, and those that it still shows
    though they are not."""

    missing: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()


def differences(manifest: Manifest, articles: Iterable[Listed]) -> Differences:
    """Which articles a version has too few and too many."""
    published = {article.path: article.slug for article in articles}
    shown = {path for path in manifest.files if is_article(path)}
    missing = [slug for path, slug in published.items() if path not in manifest.files]
    gone = [path.split("/")[1] for path in shown.difference(published)]
    return Differences(tuple(sorted(missing)), tuple(sorted(gone)))


def is_article(path: str) -> bool:
    """Whether the file is an article's page."""
    steps = path.split("/")
    return len(steps) == ARTICLE_STEPS and steps[0] == BLOG and steps[2] == "index.html"


def rendered_anew(material: Material, base_url: str) -> dict[str, bytes]:
    """A version's pages with the articles of now, its icons left out."""
    files = render_site(material.document, base_url, images=material.images, articles=material.articles)
    return {path: data for path, data in files.items() if path not in ICONS}


def require_fit(rendered: Mapping[str, bytes], manifest: Manifest, material: Material, base_url: str) -> None:
    """Raises SiteHasFaults where the version with the articles of now would have faults."""
    require_sound(rendered, base_url, elsewhere={*manifest.files, *manifest.changing, *material.stored})


def bring(target: Target, version: int, material: Material, rendered: Mapping[str, bytes], store: Store) -> Changes:
    """Change what is different in the live version: pictures first, then articles, then what links to them, and last
    what is gone. Raises ReleaseConflict where another version is live."""
    manifest = target.manifest(version) or Manifest(version, {})
    pictures = {path: data for path in material.stored if (data := picture(manifest, path, material, store))}
    pages = dict(sorted(rendered.items(), key=lambda one: (not is_article(one[0]), one[0] == "index.html", one[0])))
    known = {*manifest.files, *manifest.changing}
    gone = [path for path in sorted(known) if not is_upload(path) and path not in ICONS and path not in rendered]
    return update(target, version, {**pictures, **pages, **dict.fromkeys(gone)})


def picture(manifest: Manifest, path: str, material: Material, store: Store) -> bytes | None:
    """A picture that the version has not; its name is its content's, so one that it has is the same."""
    if path in manifest.files:
        return None
    try:
        return store.read(material.stored[path])
    except FileNotFoundError:
        return None
