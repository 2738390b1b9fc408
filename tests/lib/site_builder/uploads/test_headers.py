"""What files are served with."""

from __future__ import annotations

import pytest

from igny8_lib.site_builder.uploads.headers import headers_for
from igny8_lib.site_builder.uploads.kinds import KINDS


@pytest.mark.parametrize("suffix", sorted(KINDS))
def test_uploads_are_served_as_their_type_and_cannot_run(suffix: str) -> None:
    kind = KINDS[suffix]
    headers = headers_for(f"assets/{kind.folder}/x.{suffix}")
    assert headers["Content-Type"] == kind.media_type
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in headers["Content-Security-Policy"]
    assert (headers.get("Content-Disposition") == "attachment") is (kind.folder == "documents")


@pytest.mark.parametrize(
    "path", ["assets/images/x.svg", "assets/documents/x.html", "assets/media/x", "assets/images/X.HTML"]
)
def test_what_should_not_be_among_uploads_is_only_downloaded(path: str) -> None:
    headers = headers_for(path)
    assert headers["Content-Type"] == "application/octet-stream"
    assert headers["Content-Disposition"] == "attachment"


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("index.html", "text/html; charset=utf-8"),
        ("assets/site.css", "text/css; charset=utf-8"),
        ("feed.xml", "application/rss+xml; charset=utf-8"),
        ("sitemap.xml", "application/xml; charset=utf-8"),
        ("robots.txt", "text/plain; charset=utf-8"),
        ("pages/home.json", "application/json"),
        ("favicon.ico", "image/vnd.microsoft.icon"),
        ("assets/icons/favicon.svg", "image/svg+xml"),
        ("assets/icons/apple-touch-icon.png", "image/png"),
    ],
)
def test_what_the_builder_writes_is_shown(path: str, media_type: str) -> None:
    headers = headers_for(path)
    assert headers["Content-Type"] == media_type
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "Content-Disposition" not in headers
