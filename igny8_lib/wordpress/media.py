"""Pictures in a website's media library."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from igny8_lib.errors import InvalidInput
from igny8_lib.wordpress import documents
from igny8_lib.wordpress.errors import Gone, Rejected, RejectedType, ServerError, TooLarge, WordPressFailure
from igny8_lib.wordpress.routes import Routes

PATH = "/wp/v2/media"
FILE_NAME = re.compile(r"[a-z0-9][a-z0-9-]*\.[a-z0-9]{2,5}")
"""Names that WordPress keeps as they are; others it changes, and they would not be found again."""
BODY_WAS_DROPPED = {
    "rest_upload_no_content_disposition",
    "rest_upload_no_content_type",
    "rest_upload_no_data",
    "rest_upload_invalid_disposition",
    "rest_missing_callback_param",
}
"""What WordPress says when PHP dropped a body above post_max_size: it sees a request without a file."""
UPLOAD_FAILED = {"rest_upload_sideload_error", "rest_upload_unknown_error", "rest_upload_file_too_big"}


@dataclass(frozen=True)
class Media:
    """A file of the media library."""

    id: int
    slug: str
    url: str
    """The file's public address."""
    file: str
    """The file's own name, which WordPress may have changed: x-1.png, x-scaled.png."""
    alt_text: str
    title: str
    mime: str
    width: int
    height: int
    """Pixels; 0 where WordPress does not know."""
    post: int
    """The post it belongs to; 0: none."""
    document: dict[str, Any] = field(repr=False)

    @classmethod
    def of(cls, document: dict[str, Any]) -> Media:
        """From WordPress' JSON."""
        details = documents.mapping(document.get("media_details"))
        url = documents.words(document.get("source_url"))
        return cls(
            id=document["id"],
            slug=documents.words(document.get("slug")),
            url=url,
            file=PurePosixPath(unquote(urlsplit(url).path)).name,
            alt_text=documents.words(document.get("alt_text")),
            title=documents.raw(document.get("title")),
            mime=documents.words(document.get("mime_type")),
            width=documents.number(details.get("width")),
            height=documents.number(details.get("height")),
            post=documents.number(document.get("post")),
            document=document,
        )


class MediaLibrary:
    """The media library of one website."""

    def __init__(self, routes: Routes) -> None:
        self._routes = routes

    def find(self, stem: str) -> list[Media]:
        """The files that were uploaded under this name without its ending, in the order of their numbers.

        A file that WordPress numbered (x-1.png) or shrank (x-scaled.png) is one of them.
        """
        known = {media.id: media for asked in ({"slug": stem}, {"search": stem}) for media in self._list(asked)}
        own = re.compile(rf"{re.escape(stem)}(-\d+)?(-scaled|-rotated)?\.[A-Za-z0-9]+")
        return sorted((media for media in known.values() if own.fullmatch(media.file)), key=lambda media: media.id)

    def _list(self, asked: dict[str, Any]) -> list[Media]:
        answer = self._routes.get(PATH, context="edit", per_page=100, orderby="id", order="asc", **asked)
        return [Media.of(document) for document in documents.objects(answer)]

    def get(self, media_id: int) -> Media | None:
        """The file with this number; None where there is none."""
        try:
            return Media.of(documents.object_of(self._routes.get(f"{PATH}/{media_id}", context="edit")))
        except Gone:
            return None

    def upload(self, name: str, mime: str, data: bytes, alt_text: str = "", title: str = "") -> Media:
        """Add a file. `name` is of a-z, 0-9 and hyphens with an ending, as WordPress keeps it; its stem is the slug.

        Raises RejectedType, TooLarge, Forbidden; InvalidInput for a name that would not be kept. WordPress adds another
        one when it is asked again: look for it first.
        """
        if not FILE_NAME.fullmatch(name):
            raise InvalidInput(f"{name[:100]!r} is no file name that WordPress keeps: use a-z, 0-9 and hyphens.")
        stem = name.rpartition(".")[0]
        fields = {"slug": stem, "alt_text": alt_text, "title": title or stem}
        try:
            answer = self._routes.call(
                "POST", PATH, {"context": "edit"}, expected=201, data=fields, files={"file": (name, data, mime)}
            )
        except (ServerError, Rejected) as error:
            raise upload_error(error, name, len(data)) from None
        return Media.of(documents.object_of(answer))

    def update(self, media_id: int, fields: dict[str, Any]) -> Media:
        """Change alt_text, title, caption, post, …"""
        answer = self._routes.post(f"{PATH}/{media_id}", fields, expected=200, context="edit")
        return Media.of(documents.object_of(answer))

    def delete(self, media_id: int) -> None:
        """Delete the file for good (there is no trash for files). One that is gone is left."""
        try:
            self._routes.delete(f"{PATH}/{media_id}", force=True)
        except Gone:
            return


def upload_error(error: WordPressFailure, name: str, size: int) -> WordPressFailure:
    """What WordPress' error for an upload means: its status and its words say something else, or too little."""
    facts: dict[str, Any] = {"status": error.status, "code": error.code}
    shown = f"{name} ({size / 1_000_000:.1f} MB)"
    too_big = "upload_max_filesize" in str(error) or "MAX_FILE_SIZE" in str(error)
    if error.code in BODY_WAS_DROPPED or error.code == "rest_upload_file_too_big" or (too_big and error.code):
        return TooLarge(
            f"{shown} is larger than the website takes: raise PHP's upload_max_filesize and post_max_size at the "
            "hosting company.",
            **facts,
        )
    if error.code in UPLOAD_FAILED:
        said = str(error).partition("WordPress says: ")[2] or error.code
        return RejectedType(
            f"WordPress does not take the file {shown}: {said} Allow its type there, or have pictures uploaded in "
            "another format (publishing settings).",
            **facts,
        )
    return error
