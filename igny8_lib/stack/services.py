"""One stack: where its services are, what they are called with, and the environment they share."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from pydantic import SecretStr

from igny8_lib.stack import credentials as secret_file
from igny8_lib.stack import machine, postgres
from igny8_lib.stack.airflow_environment import airflow_environment, as_dotenv, connection, python_environment
from igny8_lib.stack.airflow_settings import local_settings
from igny8_lib.stack.credentials import Credentials
from igny8_lib.stack.database_roles import DatabaseAccess
from igny8_lib.stack.layout import Layout
from igny8_lib.stack.options import StackOptions
from igny8_lib.stack.ports import LOOPBACK
from igny8_lib.stack.supervisor import MARKER, Program

AIRFLOW = "airflow"
"""Group of Airflow's components."""
AIRFLOW_COMPONENTS: Mapping[str, tuple[str, ...]] = {
    "api-server": ("api-server",),
    "scheduler": ("scheduler", "--skip-serve-logs"),
    "dag-processor": ("dag-processor",),
    "triggerer": ("triggerer", "--skip-serve-logs"),
}
"""Name of each process and its airflow command. On one machine the API server reads the logs from disk."""
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
        return self.access.application

    @property
    def metadata_url(self) -> str:
        """Airflow's database."""
        return self.access.metadata

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
        return ports

    def parallelism(self) -> int:
        """Task processes at once."""
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
        return values | airflow_environment(
            self.layout,
            self.credentials,
            port=self.options.airflow_port,
            database_url=self.metadata_url,
            parallelism=self.parallelism(),
        )

    def environment(self, outside: Mapping[str, str]) -> dict[str, str]:
        """The whole environment of the stack's processes. AIRFLOW__ variables from outside win, so that any of
        Airflow's settings can be tried; AIRFLOW_HOME and the like are the stack's own."""
        return python_environment(self.layout, outside) | self.variables() | airflow_variables(outside)

    def command_line_environment(self, outside: Mapping[str, str]) -> str:
        """What stack.env holds: the stack's variables and the admin's login, for `igny8` and `airflow` by hand.

        Its first line stands for everything that was chosen, secrets included: another line, another stack.
        """
        login = {"IGNY8_AIRFLOW_USERNAME": self.options.airflow_username}
        login["IGNY8_AIRFLOW_PASSWORD"] = self.credentials.admin_password
        values = self.variables() | airflow_variables(outside) | login
        return f"# chosen: {self.fingerprint(outside)}\n{as_dotenv(values)}"

    def fingerprint(self, outside: Mapping[str, str]) -> str:
        """Of all choices: the options, and Airflow's settings from outside."""
        options = {
            name: value.get_secret_value() if isinstance(value, SecretStr) else str(value)
            for name, value in self.options
        }
        return hashlib.sha256(json.dumps([options, airflow_variables(outside)], sort_keys=True).encode()).hexdigest()

    def programs(self, outside: Mapping[str, str] | None = None) -> list[Program]:
        """What the supervisor keeps running, in the order of its start; variables from outside win here, too."""
        return [*self.databases(), *self.sandboxes(), *self.site_servers(), *self.airflow_components(outside or {})]

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

    def airflow_components(self, outside: Mapping[str, str]) -> list[Program]:
        """One process per component, with the settings that are its own."""
        return [
            Program(
                name,
                [sys.executable, "-m", "airflow", *command],
                30 + number,
                group=AIRFLOW,
                environment={key: value for key, value in local_settings(name).items() if key not in outside},
            )
            for number, (name, command) in enumerate(AIRFLOW_COMPONENTS.items())
        ]
