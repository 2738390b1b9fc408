"""Files that browsers send, as the library takes them: by a path, under the name that people know."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fastapi import UploadFile

LONGEST_NAME = 60
"""Characters; in any encoding below what file systems take."""
NAMELESS = "file"


@contextmanager
def on_disk(upload: UploadFile) -> Iterator[Path]:
    """The file in a folder of its own, which is removed at the end."""
    with tempfile.TemporaryDirectory(prefix="igny8-upload-") as folder:
        path = Path(folder) / safe_name(upload.filename or "")
        with path.open("wb") as file:
            shutil.copyfileobj(upload.file, file)
        yield path


def safe_name(given: str) -> str:
    """The last part of a name that a browser sent, without what a file system or a sentence cannot hold."""
    last = given.replace("\\", "/").rpartition("/")[2]
    printable = "".join(char for char in last if char.isprintable()).strip(". ")
    return printable[-LONGEST_NAME:].strip(". ") or NAMELESS
