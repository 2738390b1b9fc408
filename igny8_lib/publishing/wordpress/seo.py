"""Title and description for search engines, as the site's SEO plug-in keeps them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Any

from igny8_lib.publishing.target import Article
from igny8_lib.publishing.wordpress.comparison import same_name

UPDATE_META = "/rankmath/v1/updateMeta"


class SeoPlugin(StrEnum):
    """The plug-ins that are known, told by the namespaces of the site's REST API."""

    YOAST = "Yoast SEO"
    RANK_MATH = "Rank Math"


NAMESPACES = {"yoast/v1": SeoPlugin.YOAST, "rankmath/v1": SeoPlugin.RANK_MATH}
KEYS = {
    SeoPlugin.YOAST: ("_yoast_wpseo_title", "_yoast_wpseo_metadesc", "_yoast_wpseo_focuskw"),
    SeoPlugin.RANK_MATH: ("rank_math_title", "rank_math_description", "rank_math_focus_keyword"),
}
"""Title, description, keyword (Yoast: names of its post meta; Rank Math: what its route `updateMeta` takes)."""
NAMES = ("title", "description", "keyword")
REGISTER = (
    "WordPress takes Yoast's fields from outside only where they are registered: put igny8-seo.php (docs/"
    "wordpress-mu-plugin) into wp-content/mu-plugins of the website, then update the post."
)


def plugin_of(namespaces: Collection[str]) -> SeoPlugin | None:
    """The site's SEO plug-in; None where it has none that is known."""
    return next((plugin for name, plugin in NAMESPACES.items() if name in namespaces), None)


def meta_of(article: Article, plugin: SeoPlugin) -> dict[str, str]:
    """What the plug-in is told."""
    values = (article.meta_title, article.meta_description, article.primary_keyword)
    return dict(zip(KEYS[plugin], values, strict=True))


def dropped(wanted: Mapping[str, str], found: Mapping[str, Any]) -> list[str]:
    """Which of the fields the site does not have as they were sent: title, description, keyword."""
    pairs = zip(NAMES, wanted.items(), strict=True)
    return [name for name, (key, value) in pairs if not same_name(value, str(found.get(key) or ""))]


def sentence_of(plugin: SeoPlugin, names: list[str]) -> str:
    """What people are told of fields that were dropped."""
    told = f"{plugin} did not keep the {' and the '.join(names)}."
    return f"{told} {REGISTER}" if plugin is SeoPlugin.YOAST else told
