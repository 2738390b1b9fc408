"""A website is connected by the command line and checked through Airflow's own connection."""

from __future__ import annotations

import json

import pytest

from tests.journey.sites import make_site
from tests.stack import Stack
from tests.wordpress_server import WordPressServer

pytestmark = [pytest.mark.airflow, pytest.mark.slow("runs the command line six times, twice with Airflow")]
SITE = "tea-and-cake"


def test_a_password_that_was_typed_signs_in_to_the_website_and_is_told_by_nobody(
    stack: Stack, wordpress: WordPressServer
) -> None:
    make_site(stack, SITE, keywords=None)
    missing = stack.igny8("wordpress", "check", SITE)
    assert (missing.returncode, f"igny8 wordpress connect {SITE}" in missing.stderr) == (2, True), missing.stderr
    user = wordpress.users["editor"]
    typed = ["wordpress", "connect", SITE, "--url", wordpress.url, "--user", user.login, "--password-stdin"]
    for new in (True, False):
        done = stack.igny8(*typed, "--json", typed=f"{user.password}\n")
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["new"] is new
        assert user.password not in done.stdout + done.stderr
    told = stack.airflow.call("GET", f"/connections/wordpress_{SITE}")
    assert (told["host"], told["login"]) == (wordpress.url, user.login)
    assert user.password not in json.dumps(told)
    checked = stack.igny8("wordpress", "check", SITE, "--json")
    assert checked.returncode == 0, checked.stderr
    assert json.loads(checked.stdout)["works"] is True
