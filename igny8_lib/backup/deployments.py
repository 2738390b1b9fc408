"""The deployment that a command is about: the local stack, or what the environment says, as in a container."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any

from igny8_lib.backup import keys
from igny8_lib.backup.backing_up import Deployed
from igny8_lib.backup.databases import Place
from igny8_lib.backup.files import Say
from igny8_lib.backup.manifest import METADATA, PRODUCT
from igny8_lib.backup.putting_back import FileRoots
from igny8_lib.backup.restoring import Target
from igny8_lib.errors import Conflict, InvalidInput
from igny8_lib.stack import lifecycle, preflight
from igny8_lib.stack.database_roles import DatabaseAccess, is_on_server, prepare_server
from igny8_lib.stack.initialisation import initialise
from igny8_lib.stack.layout import Layout
from igny8_lib.stack.lifecycle import NotRunning
from igny8_lib.stack.options import StackOptions
from igny8_lib.stack.processes import stack_processes
from igny8_lib.stack.services import Stack
from igny8_lib.stack.unfinished import Unfinished


def deployed_here() -> Deployed:
    """What runs here: as the environment says, then as the running stack does.

    Raises NotRunning where neither names the databases, InvalidInput where there is no Fernet key.
    """
    chosen = StackOptions()
    options = StackOptions(_env_file=chosen.stack_environment)
    if not (options.database_url and options.airflow_database_url):
        raise NotRunning(str(options.home))
    return Deployed(
        product=options.direct_database_url or options.database_url,
        metadata=options.direct_airflow_database_url or options.airflow_database_url,
        media_root=options.media_root,
        static_folder=options.static_folder,
        secrets=keys.secrets_here(Layout.of(options.home).credentials, os.environ),
    )


@contextmanager
def target_here(say: Say) -> Iterator[Target]:
    """The deployment to restore to, with its servers running for as long as the block lasts and its Airflow not.

    Raises Conflict where the local stack runs, InvalidInput where the databases of the environment are not whole.
    """
    options = StackOptions()
    if options.embeds_postgres or Layout.of(options.home).credentials.exists():
        with stack_target(options, say) as target:
            yield target
    else:
        yield given_target(options, os.environ)


@contextmanager
def stack_target(options: StackOptions, say: Say) -> Iterator[Target]:
    """The local stack: its PostgreSQL is started for the restore, and stopped after it."""
    stack = Stack.of(options)
    layout = stack.layout
    with lifecycle.alone(layout):
        if stack_processes(layout):
            raise Conflict(f"The stack in {layout.home} runs: stop it first, with `make stop` or `igny8 down`.")
        preflight.check(stack)
        try:
            lifecycle.start_servers(stack, say, os.environ)
            prepare_server(stack.access)
            yield Target(
                databases=places_of(stack.access),
                roots=FileRoots(options.media_root, options.static_folder),
                unfinished=Unfinished(layout.home),
                check_secrets=lambda _: None,
                take_secrets=partial(keys.give_to_stack, layout.credentials),
                initialise=lambda: initialise_anew(options),
            )
        finally:
            lifecycle.stop_everything(layout)


def initialise_anew(options: StackOptions) -> Mapping[str, Any]:
    """Initialise the local stack with the secrets that its file holds by now."""
    stack = Stack.of(options)
    return initialise(lifecycle.deployment(stack, stack.initialisation_environment(os.environ)))


def given_target(options: StackOptions, environment: Mapping[str, str]) -> Target:
    """Databases and Airflow as the environment names them, such as in the containers' service `init`."""
    if not options.airflow_password.get_secret_value():
        raise InvalidInput("Set IGNY8_AIRFLOW_PASSWORD: the password of the first user of Airflow's UI.")
    access = lifecycle.given_databases(options)
    prepare_server(access)
    return Target(
        databases=places_of(access),
        roots=FileRoots(options.media_root, options.static_folder),
        unfinished=Unfinished(options.home),
        check_secrets=partial(keys.require_same_fernet_key, environment=environment),
        take_secrets=lambda _: None,
        initialise=lambda: initialise(lifecycle.given_deployment(options, environment)),
    )


def places_of(access: DatabaseAccess) -> dict[str, Place]:
    """Both databases, each with the superuser of its server where that is known."""
    urls = {PRODUCT: access.migrating, METADATA: access.metadata}
    superuser = access.superuser
    return {
        name: Place(url, superuser if superuser and is_on_server(access, url) else "") for name, url in urls.items()
    }
