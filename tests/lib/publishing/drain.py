"""Many publishers at once, each a process of its own, until nothing is due."""

from __future__ import annotations

import multiprocessing

from igny8_lib.db.scope import PLATFORM
from igny8_lib.db.session import make_engine, session_factory
from tests.lib.publishing.static_site import StaticSites

fork = multiprocessing.get_context("fork")


def drain(database_url: str, sites: StaticSites, *, workers: int, seconds: float) -> dict[str, int]:
    """Let so many publishers work, each for so long at most; the sum of their counts."""
    answers: multiprocessing.Queue[dict[str, int]] = fork.Queue()

    def work() -> None:
        engine = make_engine(database_url, pool_size=2)
        publisher = sites.publisher(session_factory(engine, PLATFORM))
        answers.put(publisher.work(seconds=seconds).as_json())
        engine.dispose()

    processes = [fork.Process(target=work) for _ in range(workers)]
    for process in processes:
        process.start()
    counts = [answers.get(timeout=seconds + 120) for _ in processes]
    for process in processes:
        process.join(60)
        assert process.exitcode == 0
    return {name: sum(each[name] for each in counts) for name in counts[0]}
