from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from igny8_lib.models import Content, Site
from tests.factories.articles import make_article
from tests.factories.sites import make_site
from tests.lib.pipeline.conftest import tools

__all__ = ["tools"]


@pytest.fixture
def site(session: Session) -> Site:
    return make_site(session)


@pytest.fixture
def article(session: Session, site: Site) -> Content:
    """An article in review that nobody has changed."""
    return make_article(session, site)
