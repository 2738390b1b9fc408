"""Workers of batches that are killed by SIGKILL at a commit that is counted."""

from __future__ import annotations

from igny8_lib.batches.taking import EndpointOf
from igny8_lib.batches.work import Worker
from tests.killing import do_and_die


def work_and_die(database_url: str, endpoint_of: EndpointOf, dies_at: int) -> bool:
    """Run a worker in a process that dies at this boundary: before and after each commit; whether it came so far."""
    return do_and_die(database_url, lambda sessions: Worker(sessions, endpoint_of).work(), dies_at)
