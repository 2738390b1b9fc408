"""An article's pictures in WordPress' media library: each there once, found again by its name.

The name says whose picture it is and what it shows: `igny8-<article>-<position>-<digest>.webp`. So an upload whose
answer never came is found again, a picture that was drawn anew is another file, and nobody else's file is ever taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from igny8_lib.errors import InvalidInput
from igny8_lib.models import ImageFormat, StepName
from igny8_lib.publishing.errors import PublishingFailed
from igny8_lib.publishing.images import WebImage, for_web
from igny8_lib.publishing.target import Article, MediaStore, Picture, Steps
from igny8_lib.publishing.wordpress.content import Uploaded
from igny8_lib.wordpress.client import WordPress
from igny8_lib.wordpress.documents import objects
from igny8_lib.wordpress.media import Media

DIGITS = 12
"""Of the stored file's digest, in the name."""
OURS = re.compile(r"igny8-(\d+)-\d+-[0-9a-f]{12}(?:-\d+)?(?:-scaled|-rotated)?\.[a-z0-9]+", re.IGNORECASE)
FILES = "files"


def stem_of(article: Article, picture: Picture) -> str:
    """The name of a picture's file, without its ending."""
    return f"igny8-{article.content_id}-{picture.position}-{picture.digest[:DIGITS]}"


def bring_media(
    wordpress: WordPress, article: Article, store: MediaStore, image_format: ImageFormat, steps: Steps
) -> dict[str, Any]:
    """Upload what is not there yet, and have the alternative texts right; returns the step's trace."""
    stems = [stem_of(article, picture) for picture in article.pictures]
    there = library_of(wordpress, article.content_id, stems) if stems else []
    files: dict[str, Any] = {}
    for picture, stem in zip(article.pictures, stems, strict=True):
        found = choose(there, stem, image_format) or upload(wordpress, picture, stem, store, image_format)
        if found.alt_text != picture.alt_text:
            found = wordpress.media.update(found.id, {"alt_text": picture.alt_text})
        files[str(picture.position)] = asdict(Uploaded(found.id, found.url, found.width or None, found.height or None))
        steps.keep(StepName.MEDIA, {FILES: files})
    return {FILES: files}


def uploaded_of(trace: Mapping[str, Any]) -> dict[int, Uploaded]:
    """The pictures by their positions, as the step kept them."""
    return {int(position): Uploaded(**facts) for position, facts in trace.get(FILES, {}).items()}


def library_of(wordpress: WordPress, content_id: int, stems: Iterable[str] = ()) -> list[Media]:
    """Every file of ours for this article, in the order of their numbers; `stems` are asked for by name as well, for
    plug-ins replace the search."""
    asked: list[dict[str, object]] = [{"search": f"igny8-{content_id}-"}]
    if slugs := list(stems):
        asked.append({"slug": slugs})
    answers = [wordpress.get("/wp/v2/media", context="edit", per_page=100, **each) for each in asked]
    known = {media.id: media for answer in answers for media in map(Media.of, objects(answer))}
    return sorted((media for media in known.values() if article_of(media) == content_id), key=lambda media: media.id)


def article_of(media: Media) -> int | None:
    """The article whose picture a file is; None for files that are not ours."""
    found = OURS.fullmatch(media.file)
    return int(found[1]) if found else None


def choose(there: Iterable[Media], stem: str, image_format: ImageFormat) -> Media | None:
    """The first file with this name in the format that is uploaded."""
    own = re.compile(rf"{re.escape(stem)}(-\d+)?(-scaled|-rotated)?\.[a-z0-9]+", re.IGNORECASE)
    wanted = image_format is ImageFormat.WEBP
    return next((each for each in there if own.fullmatch(each.file) and each.file.endswith(".webp") is wanted), None)


def upload(wordpress: WordPress, picture: Picture, stem: str, store: MediaStore, image_format: ImageFormat) -> Media:
    """Upload a picture. Raises PublishingFailed where its file is gone or is no picture."""
    file = read(picture, store, image_format)
    return wordpress.media.upload(f"{stem}.{file.suffix}", file.mime, file.data, alt_text=picture.alt_text)


def read(picture: Picture, store: MediaStore, image_format: ImageFormat) -> WebImage:
    """The picture's file for the website."""
    try:
        return for_web(store.read(picture.file), image_format)
    except FileNotFoundError:
        sentence = f"The file of picture {picture.position} is gone: have the picture drawn anew, or replace it."
        raise PublishingFailed("picture_missing", sentence, temporary=False) from None
    except InvalidInput as error:
        raise PublishingFailed("picture_broken", str(error), temporary=False) from None


def delete_unused(wordpress: WordPress, content_id: int, used: Iterable[int]) -> list[int]:
    """Delete the article's files that its post shows no longer: replaced pictures, and doubles of an upload that was
    repeated on its way. Returns their numbers."""
    kept = set(used)
    gone = [media.id for media in library_of(wordpress, content_id) if media.id not in kept]
    for number in gone:
        wordpress.media.delete(number)
    return gone
