"""One stack: where its services are, what they are called with, and the environment they share."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from pydantic import SecretStr
from sqlalchemy import make_url

from igny8_lib.stack import brokers, components, machine, postgres
from igny8_lib.stack import credentials as secret_file
from igny8_lib.stack.airflow_environment import (
    airflow_environment,
    as_dotenv,
    celery_environment,
    connection,
    python_environment,
    remote_logs,
)
from igny8_lib.stack.airflow_settings import cluster_settings, local_settings
from igny8_lib.stack.components import MACHINES, Component
from igny8_lib.stack.credentials import Credentials
from igny8_lib.stack.database_roles import DatabaseAccess
from igny8_lib.stack.layout import Layout
from igny8_lib.stack.options import StackOptions
from igny8_lib.stack.ports import LOOPBACK
from igny8_lib.stack.supervisor import MARKER, Program

AIRFLOW = "airflow"
"""Group of Airflow's components."""
PRODUCT = "igny8"
OWNER = "igny8_owner"
APPLICATION = "igny8_app"
METADATA = "airflow"
"""Database and roles of the product in the embedded PostgreSQL; Airflow's database has its role's name."""
POSTGRES = "postgres"
SANDBOX = "sandbox"
SITES = "sites"
"""The web server of the built websites."""


def airflow_variables(outside: Mapping[str, str]) -> dict[str, str]:
    """Airflow's settings among the variables."""
    return {name: value for name, value in outside.items() if name.startswith("AIRFLOW__")}


@dataclass(frozen=True)
class Stack:
    """The local stack as the options want it; nothing runs because of it."""

    options: StackOptions
    layout: Layout

    @classmethod
    def of(cls, options: StackOptions) -> Stack:
        """The stack below the options' home."""
        return cls(options, Layout.of(options.home))

    @cached_property
    def credentials(self) -> Credentials:
        """The stack's secrets, made with their file by the first use; an admin password that was given wins."""
        self.layout.create()
        made = secret_file.load_or_create(self.layout.credentials)
        given = self.options.airflow_password.get_secret_value()
        return replace(made, admin_password=given) if given else made

    @property
    def airflow_url(self) -> str:
        """Airflow's UI and API."""
        return f"http://{LOOPBACK}:{self.options.airflow_port}"

    @property
    def airflow_urls(self) -> list[str]:
        """Of each API server; they are alike, and `igny8` talks to the first."""
        second = [f"http://{LOOPBACK}:{self.options.second_airflow_port}"] if self.options.cluster else []
        return [self.airflow_url, *second]

    @property
    def sandbox_url(self) -> str:
        """The AI sandbox, without the API's path."""
        return f"http://{LOOPBACK}:{self.options.sandbox_port}"

    @property
    def sites_url(self) -> str:
        """The static sites, as visitors see them."""
        return self.options.static_url or f"http://{LOOPBACK}:{self.options.sites_port}"

    @property
    def database_url(self) -> str:
        """The product database, as the running processes use it."""
        return self.pooled(self.access.application)

    @property
    def metadata_url(self) -> str:
        """Airflow's database, as the running processes use it."""
        return self.pooled(self.access.metadata)

    def pooled(self, url: str) -> str:
        """The same database through the cluster's PgBouncer, where it is one of the embedded server's."""
        parts = make_url(url)
        if not self.options.cluster or (parts.host, parts.port) != (LOOPBACK, self.options.postgres_port):
            return url
        return parts.set(port=self.options.pgbouncer_port).render_as_string(hide_password=False)

    @cached_property
    def access(self) -> DatabaseAccess:
        """Both databases, in every role that the initialisation needs."""
        options, secrets = self.options, self.credentials
        embedded = self.embedded_url
        product = not options.database_url
        owner = embedded(OWNER, secrets.igny8_owner_password, PRODUCT) if product else ""
        maintenance = embedded(postgres.SUPERUSER, secrets.postgres_password, postgres.SUPERUSER)
        return DatabaseAccess(
            application=options.database_url
            or embedded(APPLICATION, secrets.igny8_database_password, PRODUCT, driver="psycopg"),
            metadata=options.airflow_database_url
            or embedded(METADATA, secrets.airflow_database_password, METADATA, driver="psycopg2"),
            owner=owner or options.database_owner_url.get_secret_value(),
            superuser=maintenance if options.embeds_postgres else options.database_superuser_url.get_secret_value(),
        )

    def embedded_url(self, user: str, password: str, database: str, *, driver: str = "") -> str:
        """A database of the embedded PostgreSQL."""
        return postgres.url(user, password, self.options.postgres_port, database, driver=driver)

    def ports(self) -> dict[str, tuple[int, str]]:
        """Port of each service that this stack starts, and the variable that chooses it."""
        ports = {"Airflow": (self.options.airflow_port, "IGNY8_AIRFLOW_PORT")}
        if self.options.embeds_postgres:
            ports["PostgreSQL"] = (self.options.postgres_port, "IGNY8_POSTGRES_PORT")
        if self.options.embeds_sandbox:
            ports["the AI sandbox"] = (self.options.sandbox_port, "IGNY8_SANDBOX_PORT")
        if self.options.serves_sites:
            ports["the built websites"] = (self.options.sites_port, "IGNY8_SITES_PORT")
        return ports | self.cluster_ports() if self.options.cluster else ports

    def cluster_ports(self) -> dict[str, tuple[int, str]]:
        """What a cluster needs beside these."""
        options = self.options
        ports = {
            "the second Airflow API server": (options.second_airflow_port, "IGNY8_SECOND_AIRFLOW_PORT"),
            "Redis": (options.redis_port, "IGNY8_REDIS_PORT"),
            "the workers' logs": (options.worker_log_port, "IGNY8_WORKER_LOG_PORT"),
        }
        if options.embeds_postgres:
            ports["PgBouncer"] = (options.pgbouncer_port, "IGNY8_PGBOUNCER_PORT")
        return ports

    @property
    def slots(self) -> int:
        """Task processes of each worker of a cluster."""
        return max(1, self.task_processes() // len(MACHINES))

    def parallelism(self) -> int:
        """What Airflow calls so: how many tasks a scheduler hands out at once. A cluster's schedulers together hand out
        as many as its workers have slots: what waits in Redis longer than a task may is then lost, and not late."""
        return self.slots if self.options.cluster else self.task_processes()

    def task_processes(self) -> int:
        """Task processes at once, on all workers together."""
        return self.options.parallelism or machine.task_processes(cores=machine.cores(), memory=machine.memory())

    def variables(self) -> dict[str, str]:
        """The variables that make a process part of this stack: the product's and Airflow's."""
        values = {
            MARKER: str(self.layout.home),
            "IGNY8_HOME": str(self.layout.home),
            "IGNY8_DATABASE_URL": self.database_url,
            "IGNY8_AIRFLOW_URL": self.airflow_url,
            "IGNY8_STATIC_ROOT": str(self.options.static_folder),
            "IGNY8_STATIC_URL": self.sites_url,
            "AIRFLOW_CONN_IGNY8_POSTGRES": connection(self.database_url),
        }
        if self.options.embeds_sandbox:
            values |= {"IGNY8_AI_BASE_URL": f"{self.sandbox_url}/v1", "IGNY8_AI_API_KEY": "sandbox"}
        if self.options.media_url:
            values["IGNY8_MEDIA_URL"] = self.options.media_url
        return values | self.settings() | self.airflow_variables()

    def settings(self, component: str = "") -> dict[str, str]:
        """Airflow's settings in this shape, of all components or of one alone."""
        return cluster_settings(component) if self.options.cluster else local_settings(component)

    def airflow_variables(self) -> dict[str, str]:
        """Airflow's addresses, folders and secrets."""
        values = airflow_environment(
            self.layout,
            self.credentials,
            port=self.options.airflow_port,
            database_url=self.metadata_url,
            parallelism=self.parallelism(),
        )
        if self.options.logs_url:
            values |= remote_logs(self.options.logs_url)
        if self.options.cluster:
            broker = brokers.redis_url(self.options.redis_port, self.credentials.redis_password)
            port = self.options.worker_log_port
            values |= celery_environment(broker_url=broker, database_url=self.metadata_url, log_port=port)
        return values

    def environment(self, outside: Mapping[str, str]) -> dict[str, str]:
        """The whole environment of the stack's processes. AIRFLOW__ variables from outside win, so that any of
        Airflow's settings can be tried; AIRFLOW_HOME and the like are the stack's own."""
        return python_environment(self.layout, outside) | self.variables() | airflow_variables(outside)

    def initialisation_environment(self, outside: Mapping[str, str]) -> dict[str, str]:
        """The same for what migrates: it goes to the databases directly, for Airflow's migrations hold locks of a
        session, and PgBouncer's clients have none."""
        direct = {"IGNY8_DATABASE_URL": self.access.application}
        direct["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"] = self.access.metadata
        return self.environment(outside) | direct

    def command_line_environment(self, outside: Mapping[str, str]) -> str:
        """What stack.env holds: the stack's variables and the admin's login, for `igny8` and `airflow` by hand.

        Its first line stands for everything that was chosen, secrets included: another line, another stack.
        """
        login = {"IGNY8_AIRFLOW_USERNAME": self.options.airflow_username}
        login["IGNY8_AIRFLOW_PASSWORD"] = self.credentials.admin_password
        values = self.variables() | airflow_variables(outside) | login | self.direct()
        return f"# chosen: {self.fingerprint(outside)}\n{as_dotenv(values)}"

    def direct(self) -> dict[str, str]:
        """Both databases past the cluster's PgBouncer, for what holds a session of its own."""
        if not self.options.cluster:
            return {}
        return {
            "IGNY8_DIRECT_DATABASE_URL": self.access.application,
            "IGNY8_DIRECT_AIRFLOW_DATABASE_URL": self.access.metadata,
        }

    def fingerprint(self, outside: Mapping[str, str]) -> str:
        """Of all choices: the options, and Airflow's settings from outside."""
        options = {
            name: value.get_secret_value() if isinstance(value, SecretStr) else str(value)
            for name, value in self.options
        }
        return hashlib.sha256(json.dumps([options, airflow_variables(outside)], sort_keys=True).encode()).hexdigest()

    def programs(self, outside: Mapping[str, str] | None = None) -> list[Program]:
        """What the supervisor keeps running, in the order of its start; variables from outside win here, too."""
        services = [*self.databases(), *self.brokers(), *self.sandboxes(), *self.site_servers()]
        return [*services, *self.airflow_components(outside or {})]

    def databases(self) -> list[Program]:
        """The embedded PostgreSQL, if any. It gets no variables: the secrets are none of its business."""
        if not self.options.embeds_postgres:
            return []
        server = postgres.command(self.layout.postgres, self.options.postgres_port)
        bare = ["/usr/bin/env", "-i", f"{MARKER}={self.layout.home}", *server]
        user = postgres.runs_as()
        # SIGINT: clients are cut off, nothing is lost; it ends its own children in the right order
        return [Program(POSTGRES, bare, 10, user=user, stop_signal="INT", signals_children=False, stop_seconds=30)]

    def sandboxes(self) -> list[Program]:
        """The AI sandbox, if any."""
        if not self.options.embeds_sandbox:
            return []
        port = str(self.options.sandbox_port)
        return [Program(SANDBOX, [sys.executable, "-m", "igny8_lib.sandbox", "--port", port], 20)]

    def site_servers(self) -> list[Program]:
        """The web server of the built websites, if any."""
        if not self.options.serves_sites:
            return []
        given = ["--folder", str(self.options.static_folder), "--port", str(self.options.sites_port)]
        return [Program(SITES, [sys.executable, "-m", "igny8_lib.stack.site_server", *given], 21)]

    def brokers(self) -> list[Program]:
        """A cluster's Redis, and PgBouncer before the embedded PostgreSQL; their configurations are written."""
        if not self.options.cluster:
            return []
        options, access = self.options, self.access
        password = self.credentials.redis_password
        bare = ["/usr/bin/env", "-i", f"{MARKER}={self.layout.home}"]
        redis = brokers.write_redis(self.layout.redis, port=options.redis_port, password=password)
        programs = [Program(brokers.REDIS, [*bare, *redis], 12)]
        urls = [url for url in (access.application, access.metadata) if url != self.pooled(url)]
        if urls:
            server = (LOOPBACK, options.postgres_port)
            bouncer = brokers.write_pgbouncer(
                self.layout.pgbouncer, port=options.pgbouncer_port, server=server, urls=urls
            )
            user = postgres.runs_as()
            # SIGINT waits for clients; SIGTERM ends at once, and every client is on its way out by then
            programs.append(Program(brokers.PGBOUNCER, [*bare, *bouncer], 11, user=user))
        return programs

    def components(self) -> Sequence[Component]:
        """Airflow's processes."""
        if not self.options.cluster:
            return components.SMALL
        ports = (self.options.airflow_port, self.options.second_airflow_port)
        home = self.layout.home
        return components.cluster(home, api_ports=ports, log_port=self.options.worker_log_port, slots=self.slots)

    def airflow_components(self, outside: Mapping[str, str]) -> list[Program]:
        """One process per component, with the settings that are its own."""
        return [
            Program(
                component.name,
                components.command_line(component),
                30 + number,
                group=AIRFLOW,
                environment={
                    **{key: value for key, value in self.settings(component.kind).items() if key not in outside},
                    **component.variables,
                },
                signals_children=component.signals_children,
                stop_seconds=component.stop_seconds,
            )
            for number, component in enumerate(self.components())
        ]
