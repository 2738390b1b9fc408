"""Where the stack keeps its files: everything lies below one folder, so that removing it removes all."""

from __future__ import annotations

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

import igny8_lib

SOCKET_PATH_LIMIT = 90
"""A unix socket's path holds 103 bytes on macOS, 107 on Linux; supervisor adds its process number while it binds."""


@dataclass(frozen=True)
class Layout:
    """The folders and files of one stack. `home` is absolute."""

    home: Path
    checkout: Path

    @classmethod
    def of(cls, home: Path) -> Layout:
        """The layout below a home folder, with the DAGs and plugins of the checkout that the library lies in."""
        return cls(home.expanduser().resolve(), Path(igny8_lib.__file__).resolve().parents[1])

    @property
    def postgres(self) -> Path:
        """PostgreSQL's data folder."""
        return self.home / "postgres"

    @property
    def airflow(self) -> Path:
        """AIRFLOW_HOME."""
        return self.home / "airflow"

    @property
    def logs(self) -> Path:
        """One file per process of the stack, rotated."""
        return self.home / "logs"

    @property
    def task_logs(self) -> Path:
        """What Airflow's tasks write, by DAG, run and task."""
        return self.home / "task_logs"

    @property
    def redis(self) -> Path:
        """Redis' configuration and its append-only file."""
        return self.home / "redis"

    @property
    def pgbouncer(self) -> Path:
        """PgBouncer's configuration."""
        return self.home / "pgbouncer"

    @property
    def media(self) -> Path:
        """Image files, unless IGNY8_MEDIA_URL says otherwise."""
        return self.home / "media"

    @property
    def credentials(self) -> Path:
        """Generated passwords and keys; mode 0600."""
        return self.home / "credentials.json"

    @property
    def environment(self) -> Path:
        """The running stack's addresses and passwords for the `igny8` command line; mode 0600."""
        return self.home / "stack.env"

    @property
    def supervisor_config(self) -> Path:
        """The supervisor's configuration, written anew by every start."""
        return self.home / "supervisor.conf"

    @property
    def supervisor_pid(self) -> Path:
        """The supervisor's process number, there while it runs."""
        return self.home / "supervisor.pid"

    @property
    def socket(self) -> Path:
        """The supervisor's control socket; in a private folder of the temporary one where `home` lies too deep."""
        inside = self.home / "supervisor.sock"
        if len(os.fsencode(inside)) <= SOCKET_PATH_LIMIT:
            return inside
        name = hashlib.sha256(os.fsencode(self.home)).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"igny8-{os.getuid()}-{name}" / "supervisor.sock"

    @property
    def dags(self) -> Path:
        """The checkout's DAG files."""
        return self.checkout / "dags"

    @property
    def plugins(self) -> Path:
        """The checkout's Airflow plugins."""
        return self.checkout / "plugins"

    @property
    def airflow_settings(self) -> Path:
        """Pools, variables and connections in the Astro CLI's format."""
        return self.checkout / "airflow_settings.yaml"

    @property
    def demo(self) -> Path:
        """What the demo site is made from."""
        return self.checkout / "include" / "demo"

    def create(self) -> None:
        """Make the folders. Others may pass through `home` only where root starts PostgreSQL as another user."""
        self.home.mkdir(parents=True, exist_ok=True)
        self.home.chmod(0o711 if os.geteuid() == 0 else 0o700)
        for folder in (self.airflow, self.logs, self.task_logs, self.media):
            folder.mkdir(mode=0o700, exist_ok=True)
        if self.socket.parent != self.home:
            self.socket.parent.mkdir(mode=0o700, exist_ok=True)
