"""A taken port is one sentence that says what to do."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from igny8_lib.stack import ports
from igny8_lib.stack.ports import LOOPBACK, PortForbidden, PortTaken, free_ports, require_free


def test_a_taken_port_is_named_with_the_variable_that_chooses_another() -> None:
    with socket.socket() as listener:
        listener.bind((LOOPBACK, 0))
        listener.listen()
        port = listener.getsockname()[1]
        with pytest.raises(PortTaken) as caught:
            require_free("Airflow", port, "IGNY8_AIRFLOW_PORT")
    assert f"Port {port} for Airflow is taken" in str(caught.value)
    assert f"IGNY8_AIRFLOW_PORT={port + 1} make run" in str(caught.value)
    assert caught.value.facts == {"service": "Airflow", "port": port, "variable": "IGNY8_AIRFLOW_PORT"}


def test_a_port_that_was_just_given_back_is_free() -> None:
    (port,) = free_ports(1)
    with socket.create_server((LOOPBACK, port)) as server, socket.create_connection((LOOPBACK, port)):
        server.accept()[0].close()  # the server closes first: its port waits in TIME_WAIT
    require_free("Airflow", port, "IGNY8_AIRFLOW_PORT")


@pytest.mark.parametrize("port", [70_000, *([] if os.geteuid() == 0 else [80])])
def test_a_port_that_cannot_be_used_is_named_too(port: int) -> None:
    with pytest.raises(PortForbidden, match=f"may not listen on port {port} for Airflow"):
        require_free("Airflow", port, "IGNY8_AIRFLOW_PORT")


def test_free_ports_are_all_different() -> None:
    assert len(set(free_ports(20))) == 20


@pytest.mark.parametrize(("outgoing", "highest"), [("20000\t60999\n", 20_000), ("1024\t65535\n", 1 << 16)])
def test_free_ports_are_none_of_outgoing_connections_where_there_are_others(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, outgoing: str, highest: int
) -> None:
    (tmp_path / "range").write_text(outgoing)
    monkeypatch.setattr(ports, "OUTGOING", tmp_path / "range")
    found = free_ports(20)
    assert len(set(found)) == 20
    assert max(found) < highest
