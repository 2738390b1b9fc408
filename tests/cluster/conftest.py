"""One cluster for the tests of it, with media and task logs in an object store."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.s3_server import S3Server
from tests.stack import Stack

MEDIA = "igny8-media"
LOGS = "igny8-logs"
SLOTS = 4
"""Of both workers together."""
LONG_FORM = os.environ.get("CLUSTER_TEST") == "all"
"""By `make cluster-test`."""


@pytest.fixture(scope="package")
def s3() -> Iterator[S3Server]:
    """An object store that is empty at first."""
    with S3Server.started(MEDIA, LOGS) as server:
        yield server


@pytest.fixture(scope="package")
def cluster(s3: S3Server) -> Iterator[Stack]:
    """The production shape, as processes."""
    places = {"media_url": f"s3://{MEDIA}/files", "logs_url": f"s3://{LOGS}/tasks"}
    with Stack.started(s3.environment, cluster=True, parallelism=SLOTS, **places) as stack:
        yield stack
