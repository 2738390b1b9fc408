"""People of a real stack, who call the product's API by Airflow's login."""

from __future__ import annotations

from typing import Any

import httpx

from tests.stack import Stack

PASSWORD = "a password of the tests"
PATIENCE = 120
"""Seconds for an answer of a server that has a busy machine to itself and others."""


class Member:
    """Somebody who has signed in, at one site."""

    def __init__(self, stack: Stack, site: str, username: str, password: str) -> None:
        self.site = site
        self.client = httpx.Client(base_url=stack.services.airflow_url, timeout=PATIENCE)
        signed_in = self.client.post("/auth/token", json={"username": username, "password": password})
        assert signed_in.status_code == 201, signed_in.text
        self.client.headers["Authorization"] = f"Bearer {signed_in.json()['access_token']}"

    def get(self, path: str, **params: object) -> dict[str, Any]:
        """What the API answers below /igny8/api/v1/."""
        return self.answer("GET", path, **params)

    def post(self, path: str, body: object = None) -> dict[str, Any]:
        """The same for a wish."""
        return self.answer("POST", path, body)

    def put(self, path: str, body: object) -> dict[str, Any]:
        """The same for a change."""
        return self.answer("PUT", path, body)

    def answer(self, method: str, path: str, body: object = None, **params: object) -> dict[str, Any]:
        """The document of an answer, which is a good one."""
        known = {"site": self.site} | params
        answer = self.client.request(method, f"/igny8/api/v1/{path}/", json=body, params=known)  # type: ignore[arg-type]
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told

    def page(self, path: str) -> str:
        """A page of the site, as HTML."""
        answer = self.client.get(f"/igny8/sites/{self.site}/{path}")
        assert answer.status_code == 200, answer.text
        return answer.text


def editor_of(stack: Stack, site: str) -> Member:
    """An editor of the site, added by the command line to the account of the same name."""
    name = f"editor-of-{site}"
    who = ["--account", site, "--email", f"{name}@{site}.example", "--role", "editor", "--site", site]
    added = stack.igny8("users", "add", name, *who, "--password-stdin", typed=f"{PASSWORD}\n")
    assert added.returncode == 0, added.stderr
    return Member(stack, site, name, PASSWORD)


def admin_of(stack: Stack, site: str) -> Member:
    """The platform's admin, at this site."""
    return Member(stack, site, stack.services.options.airflow_username, stack.password)
