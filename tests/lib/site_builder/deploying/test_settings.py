"""What a site's website settings may be, and what a connection opens."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from igny8_lib.errors import ChangedMeanwhile, InvalidInput
from igny8_lib.site_builder.deploying.settings import change, read, settings_of
from igny8_lib.site_builder.deploying.target_urls import Access, storage_url
from igny8_lib.site_builder.documents import BadStructure
from tests.factories.sites import make_site


def test_a_site_that_chose_nothing_has_the_defaults(session: Session) -> None:
    settings, revision = read(session, make_site(session).id)

    assert settings.as_json() == {"target_url": "", "public_url": "", "versions_kept": 5, "asset_quota_mb": 500}
    assert revision == 1


def test_what_is_changed_is_kept_and_counts_a_revision(session: Session) -> None:
    site = make_site(session)

    change(session, site.id, {"versions_kept": 3, "public_url": " https://boats.example "}, revision=1, by="ann")
    change(session, site.id, {"versions_kept": 3}, revision=2, by="ann")

    settings, revision = read(session, site.id)
    assert (settings.versions_kept, settings.public_url, revision) == (3, "https://boats.example/", 2)
    assert settings_of(session, make_site(session).id).versions_kept == 5


def test_a_change_that_was_made_from_an_older_revision_is_refused(session: Session) -> None:
    site = make_site(session)
    change(session, site.id, {"versions_kept": 3}, revision=1, by="ann")

    with pytest.raises(ChangedMeanwhile):
        change(session, site.id, {"versions_kept": 4}, revision=1, by="bob")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"versions_kept": 0}, "versions_kept"),
        ({"versions_kept": 51}, "versions_kept"),
        ({"asset_quota_mb": 100_001}, "asset_quota_mb"),
        ({"asset_quota_mb": "much"}, "asset_quota_mb"),
        ({"public_url": "ftp://boats.example/"}, "public_url"),
        ({"public_url": "https://boats.example/?x=1"}, "public_url"),
        ({"target_url": "s3://bucket/site"}, "public_url"),
        ({"target_url": "boats", "public_url": "https://boats.example/"}, "target_url"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_cannot_be_used_is_refused_and_named(session: Session, given: dict[str, Any], field: str) -> None:
    site = make_site(session)

    with pytest.raises(BadStructure) as refused:
        change(session, site.id, given, revision=None, by="ann")

    assert refused.value.field == field
    assert read(session, site.id)[0].as_json()["versions_kept"] == 5


@pytest.mark.parametrize("url", ["s3://bucket", "gs://bucket/sites/boats/", "file:///srv/sites", "memory://a/b"])
def test_addresses_of_stores_lose_the_slash_at_their_end(url: str) -> None:
    assert storage_url(f" {url} ") == url.rstrip("/")


@pytest.mark.parametrize(
    "url",
    [
        "bucket/site",
        "/srv/sites",
        "s3:/bucket",
        "s3://",
        "s3://bucket/../other",
        "s3://bucket//site",
        "s3://bucket/./site",
        "s3://key:secret@bucket/site",
        "s3://bucket/site?endpoint=x",
        "simplecache::s3://bucket/site",
        "zip://x::s3://bucket/site",
        "s3://bucket/a b",
        "s3://bucket/%2e%2e/other",
        "s3://bucket\\site",
    ],
)
def test_no_other_address_can_be_a_target(url: str) -> None:
    with pytest.raises(ValueError, match="give the URL of a folder"):
        storage_url(url)


def test_a_connection_opens_what_it_is_for_and_what_lies_below() -> None:
    access = Access.from_extra("website_boats", {"below": "s3://bucket/sites/", "key": "k", "secret": "s"})

    assert access.options == {"key": "k", "secret": "s"}
    assert "secret" not in repr(access)
    assert access.opens("s3://bucket/sites")
    assert access.opens("s3://bucket/sites/boats")
    assert not access.opens("s3://bucket/sites-of-others")
    assert not access.opens("s3://bucket")


@pytest.mark.parametrize("extra", [{}, {"below": ""}, {"below": "bucket"}, {"key": "k"}])
def test_a_connection_that_does_not_say_what_it_opens_opens_nothing(extra: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput, match="website_boats does not say what it opens"):
        Access.from_extra("website_boats", extra)
