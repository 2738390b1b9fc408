"""Everything of a stack lies below one folder."""

from __future__ import annotations

import os
import stat
from dataclasses import fields
from pathlib import Path

import pytest

from igny8_lib.stack.layout import SOCKET_PATH_LIMIT, Layout


def test_everything_the_stack_writes_lies_below_its_home(tmp_path_factory: pytest.TempPathFactory) -> None:
    home = tmp_path_factory.mktemp("h")  # a short one: sockets of a home deep down lie elsewhere
    layout = Layout.of(home)
    given = {field.name for field in fields(layout)} | {"dags", "plugins", "airflow_settings", "demo"}
    written = [name for name, value in vars(Layout).items() if isinstance(value, property) and name not in given]
    assert len(written) >= 8
    for name in written:
        assert getattr(layout, name).is_relative_to(home), name


def test_a_home_deep_down_gets_a_short_private_socket_folder(tmp_path: Path) -> None:
    deep = Layout.of(tmp_path / ("d" * 120))
    other = Layout.of(tmp_path / ("e" * 120))
    deep.create()
    assert len(os.fsencode(deep.socket)) <= SOCKET_PATH_LIMIT
    assert deep.socket != other.socket
    assert stat.S_IMODE(deep.socket.parent.stat().st_mode) == 0o700
    deep.socket.parent.rmdir()


def test_others_may_at_most_pass_through_the_home(tmp_path: Path) -> None:
    layout = Layout.of(tmp_path / "home")
    layout.create()
    assert stat.S_IMODE(layout.home.stat().st_mode) & 0o066 == 0
    assert stat.S_IMODE(layout.task_logs.stat().st_mode) == 0o700
