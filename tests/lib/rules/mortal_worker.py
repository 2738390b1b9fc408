"""Workers that are killed at any commit, and before and after any request to Airflow: real processes, real HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

import httpx
import uvicorn

from igny8_lib.airflow_api.client import AirflowApi
from igny8_lib.db.scope import PLATFORM
from igny8_lib.db.session import make_engine, session_factory
from igny8_lib.notifications.rule_notice import RuleNotice
from igny8_lib.rules.actions.base import Doors
from igny8_lib.rules.executing import Worker
from tests.airflow_fake import FakeAirflow
from tests.airflow_fake_app import app_of
from tests.dead_processes import mortal
from tests.killing import Countdown, at_commits, dies
from tests.lib.rules.world import NO_PAUSE


@contextmanager
def served(airflow: FakeAirflow) -> Iterator[str]:
    """The fake behind a real port; its address."""
    server = uvicorn.Server(uvicorn.Config(app_of(airflow), port=0, log_level="warning", lifespan="off"))
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.005)
    (listener,) = (socket for each in server.servers for socket in each.sockets)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join(10)


@dataclass(frozen=True)
class MortalWorker:
    """What such a worker reaches; whom it tells is written into a file, line by line."""

    database_url: str
    airflow_url: str
    letters: Path

    def told(self) -> int:
        """How many messages were sent."""
        return len(self.letters.read_text().splitlines()) if self.letters.exists() else 0

    def work_and_die(self, dies_at: int) -> bool:
        """Work in a process that dies at this boundary; whether it came so far."""
        return dies(self.database_url, lambda: self.live(dies_at))

    def live_on(self, rounds: int) -> None:
        """The life of a worker who comes again and again."""
        for _ in range(rounds):
            self.live(0)

    def live(self, dies_at: int) -> None:
        """The life of a worker."""
        cross = Countdown(dies_at)

        def tell(notice: RuleNotice) -> str:
            cross(notice)
            with self.letters.open("a") as letters:
                letters.write(f"{notice.sentence}\n")
            return "Told by mail."

        at_commits(cross)
        http = httpx.Client(event_hooks={"request": [cross], "response": [cross]})
        engine = make_engine(mortal(self.database_url), pool_size=3)
        airflow = AirflowApi(self.airflow_url, "admin", "secret", http=http, token="t")
        Worker(Doors(session_factory(engine, PLATFORM), lambda: airflow, tell), pause=NO_PAUSE).work()
        engine.dispose()
