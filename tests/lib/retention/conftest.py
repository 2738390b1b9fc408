"""What tests of the clean-up share."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from igny8_lib.models import Site
from tests.factories.credits import make_funded_account
from tests.factories.sites import make_site


@pytest.fixture
def site(session: Session) -> Site:
    return make_site(session, make_funded_account(session))
