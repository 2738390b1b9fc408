"""A whole website as files, and the checks that it has to pass before it is shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from igny8_lib.errors import InvalidInput
from igny8_lib.site_builder.article_index import Index
from igny8_lib.site_builder.articles import SiteArticle
from igny8_lib.site_builder.blog import cards_of, render_articles
from igny8_lib.site_builder.documents import SiteDocument
from igny8_lib.site_builder.favicon import from_letter
from igny8_lib.site_builder.images import Images
from igny8_lib.site_builder.media_types import UPLOADED, is_upload
from igny8_lib.site_builder.pages import place_of, render_pages
from igny8_lib.site_builder.releases.checks import require_sound
from igny8_lib.site_builder.themes import contrast_findings, light_scheme, style_sheet

STYLE_PATH = "assets/site.css"


def render_site(
    site: SiteDocument,
    base_url: str,
    *,
    images: Images,
    articles: Iterable[SiteArticle] = (),
    icons: Mapping[str, bytes] | None = None,
    uploads: Mapping[str, bytes] | None = None,
) -> dict[str, bytes]:
    """All files of the site by their paths: its pages, articles, style sheet, icons (of its name's first letter where
    none are given) and uploads. The same site gives the same bytes.

    Raises InvalidInput where `base_url` is no web address, two articles have one slug, or an upload stands elsewhere
    than in a folder of uploads.
    """
    uploads = uploads or {}
    if strays := sorted(path for path in uploads if not is_upload(path)):
        raise InvalidInput(f"{strays[0]} is no place for an upload: it belongs into one of {', '.join(UPLOADED)}.")
    known = tuple(articles)
    cards = cards_of(Index.of(known, site), place_of(site, base_url, images).addresses.base)
    scheme = light_scheme(site.theme)
    return {
        **uploads,
        **render_pages(site, base_url, images, cards),
        **render_articles(site, base_url, images, known),
        STYLE_PATH: style_sheet(site.theme),
        **(icons or from_letter(site.name, ground=scheme.brand, ink=scheme.on_brand)),
    }


def require_whole(site: SiteDocument, files: Mapping[str, bytes], base_url: str) -> None:
    """Raises what `releases.checks.require_sound` does where anything of the rendered site is not as it must be."""
    require_sound(files, base_url, contrast=contrast_findings(site.theme))
