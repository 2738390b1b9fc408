"""What a worker calls its machine: the API server asks there for the logs of a task that runs."""

from __future__ import annotations

import os

from airflow.utils.net import getfqdn

from igny8_lib.stack.components import HOST


def host_name() -> str:
    """IGNY8_HOST where several workers share a machine; else the machine's own name."""
    return os.environ.get(HOST) or getfqdn()
