"""A blueprint and its pages as one structure."""

from __future__ import annotations

from sqlalchemy.orm import Session

from igny8_lib.models import SiteBlueprint
from igny8_lib.site_builder.blueprints.finding import pages_of
from igny8_lib.site_builder.documents import SiteDocument, read_site


def site_document(session: Session, blueprint: SiteBlueprint) -> SiteDocument:
    """The structure as it is now. Raises BadStructure."""
    names = ("slug", "title", "type", "description", "blocks")
    pages = [{name: getattr(page, name) for name in names} for page in pages_of(session, blueprint)]
    own = {name: getattr(blueprint, name) for name in ("name", "tagline", "language", "layout", "template", "theme")}
    return read_site(own | {"pages": pages})
