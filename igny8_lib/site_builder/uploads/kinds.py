"""What may be uploaded, told by the first bytes. Signatures are those of the WHATWG's MIME Sniffing and of the formats'
own specifications; what comes behind them is looked at by the kind's own module."""

from __future__ import annotations

import re
from dataclasses import dataclass

from igny8_lib.models import AssetFolder
from igny8_lib.site_builder.uploads.refusal import Unwanted


@dataclass(frozen=True)
class Kind:
    """A type of file: `suffix` is the ending it is kept with, `also` are endings that people's files may have."""

    suffix: str
    folder: AssetFolder
    media_type: str
    also: frozenset[str] = frozenset()

    def may_be_called(self, suffix: str) -> bool:
        """Whether the ending fits the content; a name without one always does."""
        return not suffix or suffix == self.suffix or suffix in self.also


PICTURE_SUFFIXES = frozenset({"png", "jpg", "jpeg", "jpe", "jfif", "webp", "gif"})
OFFICE = "application/vnd.openxmlformats-officedocument"


def picture(suffix: str, media_type: str) -> Kind:
    """A picture: it is drawn anew, so that its name may have the ending of any other picture."""
    return Kind(suffix, AssetFolder.IMAGES, media_type, PICTURE_SUFFIXES)


def document(suffix: str, media_type: str) -> Kind:
    """A document: kept as it is, so that its ending must be its own."""
    return Kind(suffix, AssetFolder.DOCUMENTS, media_type)


def medium(suffix: str, media_type: str, *also: str) -> Kind:
    """Film or sound."""
    return Kind(suffix, AssetFolder.MEDIA, media_type, frozenset(also))


KINDS = {
    kind.suffix: kind
    for kind in (
        picture("png", "image/png"),
        picture("jpg", "image/jpeg"),
        picture("webp", "image/webp"),
        picture("gif", "image/gif"),
        document("pdf", "application/pdf"),
        document("docx", f"{OFFICE}.wordprocessingml.document"),
        document("xlsx", f"{OFFICE}.spreadsheetml.sheet"),
        document("pptx", f"{OFFICE}.presentationml.presentation"),
        document("odt", "application/vnd.oasis.opendocument.text"),
        document("txt", "text/plain; charset=utf-8"),
        document("csv", "text/csv; charset=utf-8"),
        medium("mp4", "video/mp4", "m4v"),
        medium("m4a", "audio/mp4", "mp4"),
        medium("webm", "video/webm"),
        medium("mp3", "audio/mpeg"),
        medium("ogg", "audio/ogg", "oga", "opus"),
        medium("ogv", "video/ogg", "ogg"),
        medium("wav", "audio/wav", "wave"),
    )
}
"""What is taken, by the ending."""

SIGNATURES = (
    (0, b"\x89PNG\r\n\x1a\n", "png"),
    (0, b"\xff\xd8\xff", "jpg"),
    (8, b"WEBPVP8", "webp"),
    (0, b"GIF87a", "gif"),
    (0, b"GIF89a", "gif"),
    (0, b"%PDF-", "pdf"),
    (0, b"PK\x03\x04", "zip"),
    (4, b"ftyp", "mp4"),
    (0, b"\x1a\x45\xdf\xa3", "webm"),
    (0, b"OggS", "ogg"),
    (0, b"ID3", "mp3"),
    (0, b"\xff\xfb", "mp3"),
    (0, b"\xff\xfa", "mp3"),
    (0, b"\xff\xf3", "mp3"),
    (0, b"\xff\xf2", "mp3"),
    (8, b"WAVEfmt ", "wav"),
)
"""Offset, bytes, and the family that they begin; "zip" may be any office document."""

MARKUP = re.compile(
    rb"\s*(?:<!--.*?-->\s*)*<(?:!doctype|!entity|\?xml|/?[a-z][a-z0-9:]*[\s>/])", re.IGNORECASE | re.DOTALL
)
"""How HTML, SVG and XML begin."""
AS_PICTURE = "It is a kind of picture that browsers do not all show. Save it as JPEG, PNG or WebP."
AS_PROGRAM = "It is a program. A website's files are pictures, documents, film and sound."
AS_ARCHIVE = "It is an archive. Upload the files in it one by one."
UNWANTED = (
    (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "It is an old Office file, which can hold macros. Save it as .docx, .xlsx or .pptx.",
    ),
    (b"{\\rtf", "It is rich text, which can hold programs. Save it as .docx or PDF."),
    (b"MZ", AS_PROGRAM),
    (b"\x7fELF", AS_PROGRAM),
    (b"#!", AS_PROGRAM),
    (b"\xca\xfe\xba\xbe", AS_PROGRAM),
    (b"\x1f\x8b", AS_ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", AS_ARCHIVE),
    (b"Rar!", AS_ARCHIVE),
    (b"PK\x05\x06", "It is an empty archive."),
    (b"II*\x00", AS_PICTURE),
    (b"MM\x00*", AS_PICTURE),
    (b"BM", AS_PICTURE),
    (b"\x00\x00\x01\x00", AS_PICTURE),
)
"""What people try that is not taken, with what to do instead."""
TAKEN = (
    "Pictures may be PNG, JPEG, WebP or GIF; documents PDF, .docx, .xlsx, .pptx, .odt, .txt or .csv; "
    "film and sound MP4, WebM, MP3, M4A, Ogg or WAV."
)


def family_of(data: bytes, suffix: str) -> str:
    """The family of a file's signature; "txt" or "csv" for what has none and is called so.

    Raises Unwanted, with what to do, for everything else.
    """
    if not data:
        raise Unwanted("It is empty.")
    for offset, signature, family in SIGNATURES:
        if data.startswith(signature, offset):
            return family
    refuse_markup(data)
    if suffix in {"txt", "csv"}:
        return suffix
    for signature, reason in UNWANTED:
        if data.startswith(signature):
            raise Unwanted(reason)
    raise Unwanted(f"Nothing in it says what it is. {TAKEN}")


def refuse_markup(data: bytes) -> None:
    """Raises Unwanted for HTML, SVG and other XML, in whatever Unicode encoding they are."""
    beginning = data[:4_096].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe")
    if MARKUP.match(beginning):
        raise Unwanted(
            "It is HTML, SVG or other XML, which can run scripts in visitors' browsers. Save a drawing as PNG or "
            "WebP, a text as PDF."
        )


def check_ending(kind: Kind, suffix: str) -> None:
    """Raises Unwanted where the name's ending promises something else than the content is."""
    if not kind.may_be_called(suffix):
        raise Unwanted(
            f"It is called .{suffix}, but its content is that of a .{kind.suffix} file. Rename it or replace it."
        )
