"""A site's connection to its WordPress over the API: kept by Airflow, told without its password, checked in bounds."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import igny8_product
import pytest
from igny8_web import website_connections
from igny8_web.website_connections import AT_ONCE, checking
from pydantic import SecretStr
from sqlalchemy.orm import Session

from igny8_lib.models import HostingType, Site
from igny8_lib.settings import load
from igny8_lib.wordpress.connection import WordPressConnection
from tests.plugins.web.house import API, KEPT, House

CONNECTION = f"{API}/publishing/connection/?site=blog"
CHECK = f"{API}/publishing/connection_check/?site=blog"
SECRET = "abcd EFGH ijkl MNOP qrst UVWX"
WISH = {"url": "https://www.blog.example/", "username": "ann", "password": SECRET}


def connected(url: str = "https://www.blog.example") -> None:
    """Let the site "blog" have a connection."""
    KEPT["blog"] = WordPressConnection(url, "ann", SecretStr(SECRET))


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A port of this machine that nobody answers on."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


@pytest.fixture
def private_allowed(house: House, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001 - it clears the settings
    monkeypatch.setenv("IGNY8_WORDPRESS_ALLOW_PRIVATE", "true")
    load.cache_clear()


def test_a_site_without_a_connection_says_so(house: House) -> None:
    told = house.client("viewer").get(CONNECTION).json()
    assert (told["is_connected"], told["url"], told["connection"]) == (False, None, "wordpress_blog")
    assert house.client("owner").post(CHECK).status_code == 409


def test_what_is_connected_is_kept_with_its_password_and_told_without(house: House) -> None:
    answer = house.client("manager").put(CONNECTION, json=WISH)
    assert answer.status_code == 200
    assert KEPT["blog"].password.get_secret_value() == SECRET
    told = [answer.text, house.client("owner").get(CONNECTION).text]
    assert all("https://www.blog.example" in each and "ann" in each for each in told)
    assert not any(SECRET in each or "password" in each.replace("application_password", "") for each in told)


def test_the_password_is_in_no_refusal_and_in_no_log(house: House, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    client = house.client("owner")
    for wrong in ({"url": "ftp://x"}, {"username": "a:b"}, {"url": "https://127.0.0.1"}, {"colour": "red"}):
        answer = client.put(CONNECTION, json=WISH | wrong)
        assert answer.status_code in {400, 422}
        assert SECRET not in answer.text
    long = client.put(CONNECTION, json=WISH | {"password": SECRET * 40})
    assert (long.status_code, SECRET in long.text) == (422, False)
    client.put(CONNECTION, json=WISH)
    assert SECRET not in caplog.text
    assert "blog" in KEPT


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1", "https://[::1]/", "http://10.0.0.5:8080", "http://169.254.169.254/", "https://localhost"],
)
def test_an_address_within_a_network_of_ours_is_refused(house: House, url: str) -> None:
    answer = house.client("owner").put(CONNECTION, json=WISH | {"url": url})
    assert (answer.status_code, "public internet" in answer.json()["detail"]) == (400, True)
    assert "blog" not in KEPT


def test_a_host_that_is_not_found_yet_may_be_connected(house: House) -> None:
    assert house.client("owner").put(CONNECTION, json=WISH | {"url": "https://soon.invalid"}).status_code == 200


def test_the_stored_password_stays_for_the_same_website_and_user_alone(house: House) -> None:
    connected()
    client = house.client("owner")
    without = {"url": "https://www.blog.example/news", "username": "ann"}
    assert client.put(CONNECTION, json=without).status_code == 200
    assert (KEPT["blog"].url, KEPT["blog"].password.get_secret_value()) == (without["url"], SECRET)
    for other in ({"url": "https://evil.example"}, {"username": "bob"}):
        answer = client.put(CONNECTION, json=without | other)
        assert (answer.status_code, "password is missing" in answer.json()["detail"]) == (400, True)
    assert KEPT["blog"].host == "www.blog.example"


def test_another_port_of_the_same_host_does_not_get_the_stored_password(house: House) -> None:
    connected()
    wish = {"url": "https://www.blog.example:8443", "username": "ann"}
    assert house.client("owner").put(CONNECTION, json=wish).status_code == 400


@pytest.mark.parametrize("who", ["editor", "viewer"])
def test_only_who_manages_connects_and_checks(house: House, who: str) -> None:
    connected()
    assert house.client(who).put(CONNECTION, json=WISH).status_code == 403
    assert house.client(who).post(CHECK).status_code == 403


def test_a_site_hosted_elsewhere_has_nothing_to_connect(house: House, session: Session) -> None:
    session.get_one(Site, house.blog).hosting_type = HostingType.IGNY8
    session.commit()
    assert house.client("owner").put(CONNECTION, json=WISH).status_code == 409
    assert house.client("owner").post(CHECK).status_code == 409


def test_a_check_says_what_is_wrong_and_what_to_do(house: House, private_allowed: None, closed_port: int) -> None:  # noqa: ARG001
    connected(f"http://127.0.0.1:{closed_port}")
    answer = house.client("manager").post(CHECK)
    told = answer.json()
    assert (answer.status_code, told["works"], told["username"]) == (200, False, "ann")
    assert [(each["name"], each["ok"]) for each in told["findings"]] == [("address", False)]
    assert told["findings"][0]["todo"]
    assert SECRET not in answer.text


def test_no_transaction_is_open_while_a_website_is_asked(
    house: House,
    private_allowed: None,  # noqa: ARG001
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    used: list[int] = []
    before = website_connections.check

    def watched(*given: object, **named: object) -> object:
        used.append(igny8_product.product_engine().pool.checkedout())  # type: ignore[attr-defined]
        return before(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(website_connections, "check", watched)
    connected("http://127.0.0.1:9")
    assert house.client("owner").post(CHECK).status_code == 200
    assert used == [0]


def test_more_checks_than_allowed_at_once_are_put_off(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(website_connections, "WAIT_SECONDS", 0.01)
    connected()
    for _ in range(AT_ONCE):
        checking.acquire()
    try:
        answer = house.client("owner").post(CHECK)
    finally:
        for _ in range(AT_ONCE):
            checking.release()
    assert (answer.status_code, "retry-after" in answer.headers) == (503, True)


def test_six_checks_a_minute_are_enough(house: House) -> None:
    statuses = [house.client("owner").post(CHECK).status_code for _ in range(7)]
    assert statuses == [409] * 6 + [429]
