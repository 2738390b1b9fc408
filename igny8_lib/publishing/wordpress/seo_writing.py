"""Writes title and description for search engines and reads them back; a failure of it never fails the post."""

from __future__ import annotations

from typing import Any

from igny8_lib.models import StepName
from igny8_lib.publishing.target import Article, Steps
from igny8_lib.publishing.wordpress.public_page import description_of
from igny8_lib.publishing.wordpress.seo import (
    UPDATE_META,
    SeoPlugin,
    dropped,
    meta_of,
    plugin_of,
    sentence_of,
)
from igny8_lib.wordpress.client import WordPress
from igny8_lib.wordpress.errors import Passing, WordPressFailure

TRIES = "tries"
MOST_TRIES = 3
"""Attempts of the whole publication that a trouble which passes may cost; then it is only reported."""


def write_seo(wordpress: WordPress, article: Article, post_id: int, url: str, steps: Steps) -> dict[str, Any]:
    """Returns the step's trace; people are told what stands under "report" in it."""
    plugin = plugin_of(wordpress.api.namespaces)
    if plugin is None:
        return {"plugin": None, "report": {}}
    wanted = meta_of(article, plugin)
    try:
        found = write(wordpress, plugin, post_id, url, wanted)
    except WordPressFailure as error:
        wait_or_report(error, steps)
        told = f"{plugin} did not take title and description. {error.sentence}"
        return {"plugin": plugin.value, "sent": wanted, "report": {"seo": [told]}}
    names = dropped(wanted, found)
    report = {"seo": [sentence_of(plugin, names)]} if names else {}
    return {"plugin": plugin.value, "sent": wanted, "found": found, "report": report}


def wait_or_report(error: WordPressFailure, steps: Steps) -> None:
    """Raises the error again while trying once more may help, as often as the step bears it."""
    tries = steps.trace(StepName.SEO).get(TRIES, 0) + 1
    if isinstance(error, Passing) and tries < MOST_TRIES:
        steps.keep(StepName.SEO, {TRIES: tries})
        raise error


def write(wordpress: WordPress, plugin: SeoPlugin, post_id: int, url: str, wanted: dict[str, str]) -> dict[str, str]:
    """Write the fields, and read what the website has now."""
    if plugin is SeoPlugin.YOAST:
        wordpress.posts.update(post_id, {"meta": wanted})
        post = wordpress.posts.get(post_id)
        return {key: str(post.meta.get(key) or "") for key in wanted} if post else {}
    wordpress.post(UPDATE_META, {"objectType": "post", "objectID": post_id, "meta": wanted})
    return read_page(wordpress, url, wanted)


def read_page(wordpress: WordPress, url: str, wanted: dict[str, str]) -> dict[str, str]:
    """What the public page says of Rank Math's fields: it has no route that tells them. The keyword is shown nowhere,
    and a post that is not public shows nothing: what cannot be seen counts as kept."""
    seen = wordpress.fetch_public(url)
    if seen.status != 200:
        return wanted
    title, description, keyword = wanted
    shown = wanted[title] if wanted[title] in seen.title else seen.title
    return {title: shown, description: description_of(seen), keyword: wanted[keyword]}
