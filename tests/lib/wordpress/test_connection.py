"""A connection's fields, and what they may be."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from igny8_lib.errors import InvalidInput
from igny8_lib.wordpress.connection import WordPressConnection
from igny8_lib.wordpress.errors import AddressRefused

SECRET = "abcd efgh ijkl"


@pytest.mark.parametrize(
    ("host", "schema", "port", "url"),
    [
        ("www.example.com", None, None, "https://www.example.com"),
        ("www.example.com", "http", 8080, "http://www.example.com:8080"),
        ("example.com/blog/", "https", None, "https://example.com/blog"),
        ("example.com/blog", "https", 8443, "https://example.com:8443/blog"),
        ("https://example.com/?x=1#y", None, None, "https://example.com"),
        (" http://example.com/ ", "https", None, "http://example.com"),
        ("https://example.com/wp-admin/", None, None, "https://example.com"),
        ("https://example.com/blog/wp-admin/profile.php#x", None, None, "https://example.com/blog"),
        ("https://example.com/wp-login.php?redirect_to=a", None, None, "https://example.com"),
        ("https://example.com/wp-json/wp/v2/", None, None, "https://example.com"),
        ("https://example.com/wp-admins", None, None, "https://example.com/wp-admins"),
    ],
)
def test_an_airflow_connection_names_the_website(host: str, schema: str | None, port: int | None, url: str) -> None:
    known = WordPressConnection.from_airflow(host=host, schema=schema, port=port, login="ann", password=SECRET)
    assert (known.url, known.username, known.password.get_secret_value(), known.verify) == (url, "ann", SECRET, True)


def test_the_extra_field_may_take_any_certificate_and_must_be_an_object() -> None:
    fields = {"host": "example.com", "schema": None, "port": None, "login": "ann", "password": SECRET}
    assert WordPressConnection.from_airflow(**fields, extra='{"verify": false}').verify is False
    assert WordPressConnection.from_airflow(**fields, extra="").verify is True
    with pytest.raises(InvalidInput, match="JSON object"):
        WordPressConnection.from_airflow(**fields, extra="[1]")


@pytest.mark.parametrize(
    ("user", "password"), [("", SECRET), ("a:b", SECRET), ("ann", ""), ("ann", "a\nb"), ("ann", "  ")]
)
def test_a_name_or_password_that_no_request_can_carry_is_refused(user: str, password: str) -> None:
    with pytest.raises(InvalidInput):
        WordPressConnection("https://example.com", user, SecretStr(password))


def test_a_connection_needs_a_host_without_credentials_in_it() -> None:
    with pytest.raises(InvalidInput, match="no host"):
        WordPressConnection.from_airflow(host=None, schema=None, port=None, login="ann", password=SECRET)
    with pytest.raises(AddressRefused):
        WordPressConnection("https://ann:x@example.com", "ann", SecretStr(SECRET))


def test_the_password_is_shown_nowhere() -> None:
    known = WordPressConnection("https://example.com", "ann", SecretStr(SECRET))
    assert SECRET not in f"{known!r} {known} {known.password!r}"
