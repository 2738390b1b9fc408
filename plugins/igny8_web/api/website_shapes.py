"""Shapes of a site's connection to its website. None has a password to tell."""

from __future__ import annotations

from pydantic import Field, SecretStr

from igny8_lib.models import HostingType
from igny8_web.api.shapes import Answer, Asked

LONGEST_URL = 2_000
LONGEST_NAME = 200
LONGEST_PASSWORD = 500


class WebsiteConnection(Answer):
    """Where a site's articles go; the password stays in Airflow."""

    site: str
    hosting_type: HostingType
    connection: str = Field(description="Its name among Airflow's connections.")
    is_connected: bool
    url: str | None
    username: str | None = Field(description="The user of WordPress whom posts are written as.")
    problem: str | None = Field(description="Why the stored connection cannot be used, and what to do.")


class WebsiteChange(Asked):
    """A WordPress and one of its users. The password is told to Airflow alone, and by no answer."""

    url: str = Field(max_length=LONGEST_URL, examples=["https://www.example.com"])
    username: str = Field(max_length=LONGEST_NAME)
    password: SecretStr = Field(
        default=SecretStr(""),
        max_length=LONGEST_PASSWORD,
        description="An application password; left out, the stored one stays, for the same website and user.",
    )


class FindingFacts(Answer):
    """One thing that was looked at on the website."""

    name: str
    ok: bool | None = Field(description="Null where it cannot be told, or does not matter.")
    says: str
    todo: str = Field(description="What to change, and where; empty where nothing is to be done.")


class ConnectionChecked(Answer):
    """What works on a connected website."""

    site: str
    url: str
    username: str
    works: bool = Field(description="Whether nothing was found that keeps articles from going live.")
    findings: list[FindingFacts]
