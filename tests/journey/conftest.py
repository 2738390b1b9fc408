"""One whole run of the pipeline for all journeys that begin with one."""

from __future__ import annotations

import pytest

from igny8_lib.models import AutomationRun
from tests.journey.site_rows import SiteRows, newest_run, rows_of
from tests.journey.sites import make_site, run_site
from tests.stack import Stack

JOURNEY = "journey"
"""The site of that run."""


@pytest.fixture(scope="session")
def first_run(stack: Stack) -> tuple[AutomationRun, SiteRows]:
    """A keyword export was imported and run through all stages: the run, and the site's rows as it left them."""
    stack.reset_sandbox()
    make_site(stack, JOURNEY)
    assert run_site(stack, JOURNEY) == "success"
    return newest_run(stack.sessions, JOURNEY), rows_of(stack.sessions, JOURNEY)
