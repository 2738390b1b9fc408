"""The service of docker-compose.yaml that shows the built websites: run here as it stands there."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy.orm import Session

from igny8_lib.db.session import Sessions
from igny8_lib.pipeline.media import Media
from igny8_lib.publishing.publisher import Outcome, Publisher
from igny8_lib.site_builder.showing.target import BuiltSiteTarget
from igny8_lib.stack.ports import free_ports
from tests.deployment import compose
from tests.lib.publishing.static_site import StaticSites, make_due, make_static_site, record
from tests.stack import LONG

NOTHING_SET = dict.fromkeys(compose.required_variables(), "x")


def services(**variables: str) -> dict[str, Any]:
    """The file's services with these variables set."""
    found: dict[str, Any] = compose.read(NOTHING_SET | variables)["services"]
    return found


def words(service: dict[str, Any]) -> dict[str, str]:
    """Its arguments by name."""
    pairs = (word.removeprefix("--").split("=") for word in service["command"] if word.startswith("--"))
    return dict(pairs)


@contextmanager
def running(folder: Path) -> Iterator[str]:
    """The service's command, with this folder and a free port; its address."""
    (port,) = free_ports(1)
    moved = {"--folder": folder, "--port": port, "--host": "127.0.0.1"}
    program, *given = services()["sites"]["command"]
    assert program == "python"
    command = [f"{name}={moved[name]}" if (name := word.split("=")[0]) in moved else word for word in given]
    process = subprocess.Popen([sys.executable, *command], stderr=subprocess.DEVNULL)
    try:
        await_health(f"http://127.0.0.1:{port}")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def await_health(url: str) -> None:
    """Return when the service says that it is well."""
    until = time.monotonic() + LONG
    while True:
        try:
            assert httpx.get(f"{url}/.health").is_success
        except httpx.ConnectError:
            assert time.monotonic() < until, "the service does not come up"
            time.sleep(0.05)
        else:
            return


def test_it_has_no_secret_and_can_change_nothing() -> None:
    sites = services()["sites"]
    assert "environment" not in sites
    assert "env_file" not in sites
    assert sites["read_only"] is True
    assert sites["cap_drop"] == ["ALL"]
    assert all(mount.endswith(":ro") for mount in sites["volumes"])


def test_it_shows_the_folder_that_publishers_write_into_on_the_port_that_is_open() -> None:
    read = services()
    given, worker = words(read["sites"]), read["worker"]
    assert given["folder"] == worker["environment"]["IGNY8_STATIC_ROOT"]
    assert [mount.removesuffix(":ro") for mount in read["sites"]["volumes"]] == ["sites:/opt/igny8/sites"]
    assert "sites:/opt/igny8/sites" in worker["volumes"]
    assert read["sites"]["ports"] == [f"{given['port']}:{given['port']}"]
    assert f"localhost:{given['port']}/.health" in read["sites"]["healthcheck"]["test"][-1]


@pytest.mark.parametrize(
    ("given", "shown", "visited"),
    [
        ({}, "http://localhost:8391", "http://sites:8391"),
        ({"IGNY8_STATIC_URL": "https://sites.example"}, "https://sites.example", "https://sites.example"),
    ],
)
def test_publishers_look_where_they_can_reach_it(given: dict[str, str], shown: str, visited: str) -> None:
    environment = services(**given)["worker"]["environment"]
    assert (environment["IGNY8_STATIC_URL"], environment["IGNY8_STATIC_VISIT_URL"]) == (shown, visited)


def test_an_article_is_published_to_it_though_its_public_address_is_another(
    session: Session, sessions: Sessions, tmp_path: Path
) -> None:
    """The folder is not there when the service starts; nobody answers at the public address from here."""
    content, media = make_due(session, make_static_site(session, slug="harbour"), slug="roses"), Media(tmp_path / "m")
    session.commit()
    folder = tmp_path / "volume" / "public"
    with running(folder) as url:
        assert httpx.get(f"{url}/harbour/blog/roses/").status_code == httpx.codes.NOT_FOUND
        sites = StaticSites(folder, "https://sites.invalid", media, sessions)

        @contextmanager
        def target_of(site: Any, settings: Any) -> Iterator[BuiltSiteTarget]:
            yield sites.target(site, settings, visit_url=url)

        assert Publisher(sessions, target_of, media).work().counts == {Outcome.DONE: 1}
        assert httpx.get(f"{url}/harbour/blog/roses/").is_success
        assert httpx.get(f"{url}/harbour/").is_success
    assert record(session, content).external_url == "https://sites.invalid/harbour/blog/roses/"
