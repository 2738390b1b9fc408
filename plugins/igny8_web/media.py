"""Where pictures are, as the API server reaches them: the store that the DAGs write to."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import cast

from airflow.sdk import ObjectStoragePath
from fastapi import UploadFile

from igny8_lib.ai.pictures import MAX_BYTES
from igny8_lib.db.session import Sessions
from igny8_lib.errors import InvalidInput, NotFound
from igny8_lib.models import Image, Site
from igny8_lib.pipeline.media import Media, StoragePath
from igny8_lib.review import pictures
from igny8_lib.settings import load

log = logging.getLogger(__name__)


def media() -> Media:
    """The media store."""
    return Media(cast("StoragePath", ObjectStoragePath(load().media_root)))


def remove(files: Sequence[str]) -> None:
    """Delete files that nothing names any more, once that is committed. One that cannot be deleted is only logged: what
    was asked for is done."""
    store = media()
    for file in files:
        try:
            store.remove(file)
        except Exception:  # noqa: BLE001 - each kind of store raises errors of its own
            log.warning("The file %s of the media store is not needed any more and could not be deleted.", file)


def read_picture(image: Image) -> bytes:
    """A picture's bytes. Raises NotFound for one that is not drawn yet, and where its file is gone."""
    if not image.file:
        raise NotFound(f"The picture {image.id} has no file: it is not drawn yet.")
    try:
        return media().read(image.file)
    except FileNotFoundError:
        raise NotFound(f"The file of the picture {image.id} is gone from the media store: draw it again.") from None


def read_upload(upload: UploadFile) -> bytes:
    """The bytes of an upload. Raises InvalidInput for one that is too large, before it is read into memory."""
    if (upload.size or 0) > MAX_BYTES:
        raise InvalidInput(f"Nothing was replaced: a picture has at most {MAX_BYTES // 1024 // 1024} MB.")
    return upload.file.read()


def replace_picture(sessions: Sessions, site: Site, image_id: int, content: bytes, *, by: str) -> None:
    """Put an upload in the place of a picture of the site; the file that it takes the place of is deleted afterwards.

    No transaction is open while the store is written to. Raises NotFound, Conflict for a picture that waits to be
    drawn, and InvalidInput for bytes that are no picture; then nothing is changed.
    """
    with sessions() as session:
        pictures.require_replaceable(pictures.find_image(session, site.id, image_id))
    upload = pictures.store_upload(media(), site.slug, image_id, content)
    with sessions.begin() as session:
        unused = pictures.replace(session, site.id, image_id, upload, by=by)
    remove(unused)
