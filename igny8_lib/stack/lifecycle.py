"""Starting and stopping the whole stack."""

from __future__ import annotations

import fcntl
import os
import time
import xmlrpc.client
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from igny8_lib.errors import InvalidInput, PermanentError, TemporaryError
from igny8_lib.stack import health, postgres, preflight, supervisor
from igny8_lib.stack.airflow_environment import python_environment
from igny8_lib.stack.credentials import write_private
from igny8_lib.stack.database_roles import DatabaseAccess
from igny8_lib.stack.initialisation import Deployment, initialise
from igny8_lib.stack.layout import Layout
from igny8_lib.stack.options import StackOptions
from igny8_lib.stack.processes import end_all, stack_processes
from igny8_lib.stack.services import OWNER, Stack
from igny8_lib.stack.supervisor import Supervisor
from igny8_lib.stack.unfinished import Unfinished

STOP_SECONDS = 60
FORMER_OWNER = "igny8"
"""The one role of the product's database in stacks that were made before it had two."""

Say = Callable[[str], None]
"""Tells a person what happens now."""


class NotRunning(TemporaryError):
    """The command needs a running stack."""

    def __init__(self, home: str) -> None:
        super().__init__(f"The stack in {home} is not running: start it with `make run` or `igny8 up`.")
        self.home = home


class StillRunning(PermanentError):
    """Processes survived the stop."""


def up(
    stack: Stack,
    say: Say,
    *,
    outside: Mapping[str, str] | None = None,
    before_airflow: Callable[[], None] | None = None,
) -> bool:
    """Start what does not run yet and wait until it is healthy. Returns whether the stack had to be started.

    A stack that runs with other settings than these is stopped and started anew. `before_airflow` is called when the
    databases are ready and Airflow is not yet started: a site made there has its DAG at once. Raises what the
    preflight, the initialisation or a service has to say.
    """
    outside = dict(os.environ) if outside is None else outside
    with alone(stack.layout):
        Unfinished(stack.layout.home).require_none()
        if is_prepared(stack, outside):
            start_airflow(stack)
            return False
        if stack_processes(stack.layout):
            say("Stopping what is left of an earlier start")
            stop_everything(stack.layout)
        preflight.check(stack)
        start_databases(stack, say, outside)
        if before_airflow:
            before_airflow()
        say("Starting Airflow")
        start_airflow(stack)
        return True


@contextmanager
def alone(layout: Layout) -> Iterator[None]:
    """One start or stop of a stack at a time."""
    layout.create()
    with (layout.home / "lifecycle.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def is_prepared(stack: Stack, outside: Mapping[str, str]) -> bool:
    """Whether the supervisor runs with these very settings, and the databases have been brought up to date."""
    written = stack.layout.environment
    if not Supervisor(stack.layout).is_running() or not written.exists():
        return False
    return written.read_text() == stack.command_line_environment(outside)


def start_databases(stack: Stack, say: Say, outside: Mapping[str, str]) -> None:
    """Start the supervisor with PostgreSQL and the sandbox, and bring both databases up to date."""
    start_servers(stack, say, outside)
    say("Preparing the databases")
    initialise(deployment(stack, stack.initialisation_environment(outside)))
    write_private(stack.layout.environment, stack.command_line_environment(outside))


def start_servers(stack: Stack, say: Say, outside: Mapping[str, str]) -> None:
    """Start the supervisor with everything but Airflow, and wait for PostgreSQL where it is the stack's own."""
    prepare(stack, say, outside)
    supervisor.start(stack.layout, stack.environment(outside))
    if stack.options.embeds_postgres:
        health.wait_for_postgres(stack)
        postgres.rename_role(stack.access.superuser, FORMER_OWNER, OWNER)


def start_airflow(stack: Stack) -> None:
    """Start Airflow's components, and whatever else does not run, and wait until everything is healthy."""
    Supervisor(stack.layout).start_all()
    if stack.options.embeds_postgres:
        health.wait_for_postgres(stack)
    if stack.options.cluster:
        health.wait_for_brokers(stack)
    if stack.options.embeds_sandbox:
        health.wait_for_sandbox(stack)
    if stack.options.serves_sites:
        health.wait_for_sites(stack)
    health.wait_for_airflow(stack)


def prepare(stack: Stack, say: Say, outside: Mapping[str, str]) -> None:
    """Write what the supervisor and its programs read."""
    layout = stack.layout
    layout.environment.unlink(missing_ok=True)
    if stack.options.embeds_postgres:
        if not layout.postgres.exists():
            say("Making the PostgreSQL data folder")
        postgres.initialise(layout.postgres, stack.credentials.postgres_password)
    user = "root" if os.geteuid() == 0 else ""
    layout.supervisor_config.write_text(supervisor.configuration(layout, stack.programs(outside), user=user))


def deployment(stack: Stack, environment: Mapping[str, str]) -> Deployment:
    """The stack as the initialisation sees it."""
    return Deployment(
        environment=environment,
        databases=stack.access,
        admin_username=stack.options.airflow_username,
        admin_password=stack.credentials.admin_password,
        airflow_settings=stack.layout.airflow_settings,
    )


def initialise_running(stack: Stack) -> dict[str, Any]:
    """Run the initialisation on a stack whose databases run. Raises NotRunning."""
    if stack.options.embeds_postgres and not Supervisor(stack.layout).is_running():
        raise NotRunning(str(stack.layout.home))
    Unfinished(stack.layout.home).require_none()
    return initialise(deployment(stack, stack.initialisation_environment(os.environ)))


def initialise_given(options: StackOptions, environment: Mapping[str, str]) -> dict[str, Any]:
    """Run the initialisation where the databases and Airflow's configuration are the environment's, as in a container.

    Raises InvalidInput where no admin password is set: nobody could read a generated one.
    """
    password = options.airflow_password.get_secret_value()
    if not password:
        raise InvalidInput("Set IGNY8_AIRFLOW_PASSWORD: the password of the first user of Airflow's UI.")
    layout = Layout.of(options.home)
    Unfinished(layout.home).require_none()
    return initialise(given_deployment(options, environment))


def given_deployment(options: StackOptions, environment: Mapping[str, str]) -> Deployment:
    """A deployment whose databases and Airflow's configuration are the environment's, as the initialisation sees it."""
    layout = Layout.of(options.home)
    return Deployment(
        environment=python_environment(layout, environment),
        databases=given_databases(options),
        admin_username=options.airflow_username,
        admin_password=options.airflow_password.get_secret_value(),
        airflow_settings=layout.airflow_settings,
    )


def given_databases(options: StackOptions) -> DatabaseAccess:
    """Both databases as the environment names them."""
    return DatabaseAccess(
        application=options.database_url,
        metadata=options.airflow_database_url,
        owner=options.database_owner_url.get_secret_value(),
        superuser=options.database_superuser_url.get_secret_value(),
    )


def down(layout: Layout) -> int:
    """Stop everything completely, orphans too. Returns how many processes there were. Raises StillRunning."""
    if not layout.home.exists():
        return 0
    with alone(layout):
        return stop_everything(layout)


def stop_everything(layout: Layout) -> int:
    """Politely by the supervisor first; then whatever carries the stack's marker."""
    count = len(stack_processes(layout))
    control = Supervisor(layout)
    if control.is_running():
        control.shut_down()
        wait_for_end(layout)
    end_all(stack_processes(layout))
    left = stack_processes(layout)
    if left:
        raise StillRunning(f"These processes of the stack could not be stopped: {[process.pid for process in left]}")
    layout.environment.unlink(missing_ok=True)
    for leftover in (layout.socket, layout.supervisor_pid):
        leftover.unlink(missing_ok=True)
    return count


def wait_for_end(layout: Layout) -> None:
    """Until the supervisor has stopped its programs and itself, or the time is over."""
    deadline = time.monotonic() + STOP_SECONDS
    control = Supervisor(layout)
    while time.monotonic() < deadline and layout.supervisor_pid.exists():
        try:
            if not control.is_running() and not layout.socket.exists():
                return
        except xmlrpc.client.Error:
            return
        time.sleep(0.1)
