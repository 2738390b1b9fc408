"""The website that articles are shown in where nobody has deployed one: a home page with the latest, and the blog."""

from __future__ import annotations

from igny8_lib.db.session import Sessions
from igny8_lib.models import Site
from igny8_lib.site_builder.deploying.deploying import deploy_document
from igny8_lib.site_builder.deploying.places import Places
from igny8_lib.site_builder.documents import SiteDocument, read_site
from igny8_lib.site_builder.head import shortened
from igny8_lib.site_builder.releases.target import Target
from igny8_lib.site_builder.showing.standing import version_of
from igny8_lib.site_builder.stored import Store
from igny8_lib.site_builder.words import words_in

PUBLISHER = "publisher"
"""Who deploys it, as its version says."""
LATEST = 12
LONGEST_NAME = 100


def show_a_site(sessions: Sessions, places: Places, store: Store, site: Site, target: Target) -> None:
    """Deploy this website where the site has none that is live. Raises what a deployment raises."""
    number = target.live()
    if number is not None:
        with sessions() as session:
            if version_of(session, site.id, number) is not None:
                return
    deploy_document(sessions, places, store, site.id, document_of(site), by=PUBLISHER)


def document_of(site: Site) -> SiteDocument:
    """Its structure, in the site's language."""
    words = words_in(site.language)
    name = shortened(site.name, LONGEST_NAME) or site.slug
    latest = {"id": "latest", "type": "latest_articles", "data": {"title": name, "count": LATEST}}
    home = {"slug": "home", "title": name, "type": "home", "blocks": [latest]}
    blog = {"slug": "blog", "title": words.all_articles, "type": "blog"}
    return read_site({"name": name, "language": site.language, "pages": [home, blog]})
