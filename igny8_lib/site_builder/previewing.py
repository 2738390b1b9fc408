"""A website as it is now, before anything of it is deployed: the file at one of its paths, made when it is asked for.

Templates, style sheet, pictures and articles are those of a deployment. Only what is asked for is rendered, so that a
site of ten thousand articles is looked at as quickly as a small one.
"""

from __future__ import annotations

import re

from sqlalchemy.orm import Session

from igny8_lib.models import SiteBlueprint
from igny8_lib.site_builder.article_index import Index
from igny8_lib.site_builder.assets import showing as uploaded
from igny8_lib.site_builder.blog import Blog
from igny8_lib.site_builder.blueprints.whole import site_document
from igny8_lib.site_builder.documents import SiteDocument
from igny8_lib.site_builder.favicon import from_letter
from igny8_lib.site_builder.pages import render_not_found
from igny8_lib.site_builder.showing import rows as published
from igny8_lib.site_builder.stored import Store
from igny8_lib.site_builder.themes import light_scheme, style_sheet
from igny8_lib.site_builder.whole_site import STYLE_PATH

NOWHERE = "https://preview.invalid"
"""Stands for the site's server in whole addresses: of a preview nobody follows them."""
LEADS_OUT = re.compile(rb'<a (?=[^>]*\bhref="https?://)')
IN_A_NEW_TAB = b'<a target="_blank" rel="noopener noreferrer" '


def preview_file(session: Session, store: Store, blueprint: SiteBlueprint, path: str, below: str) -> bytes | None:
    """The file at a path of the site ("about/index.html"); None where there is none.

    `below` is the path that all its addresses begin with, such as "/previews/3/". Links out of the site open tabs of
    their own.
    """
    if path.startswith("assets/") and path != STYLE_PATH and not path.startswith("assets/icons/"):
        return stored_file(session, store, blueprint.site_id, path)
    site = site_document(session, blueprint, partial=True)
    if path == STYLE_PATH:
        return style_sheet(site.theme)
    if path.endswith(".html"):
        blog = blog_of(session, blueprint.site_id, site, below)
        found = blog.file(path, lambda slug: published.articles_of(session, blueprint.site_id, [slug])[0])
        return None if found is None else LEADS_OUT.sub(IN_A_NEW_TAB, found)
    scheme = light_scheme(site.theme)
    return from_letter(site.name, ground=scheme.brand, ink=scheme.on_brand).get(path)


def nothing_there(session: Session, blueprint: SiteBlueprint, below: str) -> bytes:
    """The page that visitors see where there is nothing."""
    site = site_document(session, blueprint, partial=True)
    return render_not_found(site, blog_of(session, blueprint.site_id, site, below).place.addresses)


def stored_file(session: Session, store: Store, site_id: int, path: str) -> bytes | None:
    """A file that people or articles brought; None where there is none, or the store has lost it."""
    kept = uploaded.stored_of(session, site_id) | published.files_of(session, site_id)
    if path not in kept:
        return None
    try:
        return store.read(kept[path])
    except FileNotFoundError:
        return None


def blog_of(session: Session, site_id: int, site: SiteDocument, below: str) -> Blog:
    """What renders the site's pages with its articles."""
    images = {**uploaded.images_of(session, site_id), **published.images_of(session, site_id)}
    return Blog.of(site, f"{NOWHERE}{below}", images, Index.of(published.listed_of(session, site_id), site))
