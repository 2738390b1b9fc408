"""A site's WordPress by its Airflow connection."""

from __future__ import annotations

import json

import pytest
from igny8_dags.publishing import target_of

from igny8_lib.models import HostingType, ImageFormat, PublishingSettings, Site
from igny8_lib.publishing.errors import PublishingFailed
from igny8_lib.publishing.targets.wordpress import WordPressTarget

SITE = Site(slug="blog", hosting_type=HostingType.WORDPRESS)
SETTINGS = PublishingSettings(image_format=ImageFormat.ORIGINAL, post_author="tea")
VARIABLE = "AIRFLOW_CONN_WORDPRESS_BLOG"


def connection(**values: object) -> str:
    known = {"conn_type": "http", "host": "https://example.com/blog", "login": "ed", "password": "abcd efgh"}
    return json.dumps(known | values)


def test_a_site_is_published_to_through_its_own_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, connection())
    with target_of(SITE, SETTINGS) as target:
        assert isinstance(target, WordPressTarget)
        assert target.wordpress.connection.url == "https://example.com/blog"
        assert (target.settings.image_format, target.settings.post_author) == (ImageFormat.ORIGINAL, "tea")


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        (None, "Site blog is not connected with WordPress"),
        (connection(host=""), "no host"),
        (connection(password=""), "application password is empty"),
        (connection(host="ftp://example.com"), "http"),
    ],
)
def test_a_connection_that_is_missing_or_wrong_fails_for_good_and_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, told: str | None, sentence: str
) -> None:
    if told:
        monkeypatch.setenv(VARIABLE, told)
    with pytest.raises(PublishingFailed, match=sentence) as failed, target_of(SITE, SETTINGS):
        pass
    assert failed.value.temporary is False
