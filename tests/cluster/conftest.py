"""One cluster for the tests of it, with media and task logs in an object store."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.s3_server import S3Server
from tests.stack import Stack

MEDIA = "igny8-media"
LOGS = "igny8-logs"
METRICS_TOKEN = "a token of the tests"
SLOTS = 4
"""Of both workers together."""
LONG_FORM = os.environ.get("CLUSTER_TEST") == "all"
"""By `make cluster-test`."""
collect_ignore = [] if LONG_FORM else ["test_cuts.py"]
"""It waits for time-outs of minutes."""


@pytest.fixture(scope="package")
def s3() -> Iterator[S3Server]:
    """An object store that is empty at first."""
    with S3Server.started(MEDIA, LOGS) as server:
        yield server


@pytest.fixture(scope="package")
def cluster(s3: S3Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The production shape, as processes; one of its secrets comes by a file."""
    secret = tmp_path_factory.mktemp("secrets") / "metrics_token"
    secret.write_text(f"{METRICS_TOKEN}\n")
    environment = s3.environment | {"IGNY8_METRICS_TOKEN_FILE": str(secret)}
    places = {"media_url": f"s3://{MEDIA}/files", "logs_url": f"s3://{LOGS}/tasks"}
    with Stack.started(environment, cluster=True, parallelism=SLOTS, **places) as stack:
        yield stack
