"""A process that imports a site and kills itself on the way: `python -m … PLAN` with the plan as JSON."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from typing import Any, NoReturn

from pydantic import SecretStr
from sqlalchemy import event

from igny8_lib.db.scope import PLATFORM
from igny8_lib.db.session import make_engine, session_factory
from igny8_lib.publishing.importing.passes import work
from igny8_lib.wordpress.answers import Answer
from igny8_lib.wordpress.client import WordPress
from igny8_lib.wordpress.connection import WordPressConnection
from tests.dead_processes import mortal, wait_until_gone


@dataclass
class Plan:
    """What is imported, and where the process dies: at which request or statement (from 1), 0 for nowhere."""

    database: str
    site_id: int
    url: str
    username: str
    password: str
    before_request: int = 0
    after_request: int = 0
    at_insert: int = 0
    at_commit: int = 0

    def start(self) -> subprocess.Popen[bytes]:
        """Import in a process of its own."""
        return subprocess.Popen([sys.executable, "-m", __name__, json.dumps(vars(self))])

    def run(self) -> int:
        """Import in a process of its own; its exit code, negative for a signal."""
        code = self.start().wait(120)
        wait_until_gone(self.database)
        return code


def die() -> NoReturn:
    """End as nothing can prevent."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


class Dying(WordPress):
    """A client that dies at one of its requests."""

    plan: Plan
    requests = 0

    def call(self, method: str, path: str, params: dict[str, Any], **request: Any) -> Answer:
        self.requests += 1
        if self.requests == self.plan.before_request:
            die()
        answer = super().call(method, path, params, **request)
        if self.requests == self.plan.after_request:
            die()
        return answer


def main(plan: Plan) -> None:
    engine = make_engine(mortal(plan.database))
    inserts, commits = 0, 0

    def count_inserts(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        nonlocal inserts
        inserts += statement.startswith(("INSERT INTO content", "INSERT INTO wordpress_originals"))
        if inserts and inserts == plan.at_insert:
            die()

    def count_commits(_connection: object) -> None:
        nonlocal commits
        commits += 1
        if commits == plan.at_commit:
            die()

    event.listen(engine, "after_cursor_execute", count_inserts)
    event.listen(engine, "commit", count_commits)
    connection = WordPressConnection(plan.url, plan.username, SecretStr(plan.password))
    with Dying(connection, allow_private=True) as website:
        website.plan = plan
        work(session_factory(engine, PLATFORM), website, plan.site_id)


if __name__ == "__main__":
    main(Plan(**json.loads(sys.argv[1])))
