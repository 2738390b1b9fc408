"""What tests of batches share."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from igny8_lib.models import Site
from tests.factories.sites import make_site


@pytest.fixture
def site(session: Session) -> Site:
    return make_site(session, slug="blog")
