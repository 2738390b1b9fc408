"""The folder of a static site: files that appear whole or not at all, and whose page stands where.

    <root>/<site>/index.html, sitemap.xml, style.css, articles.json     public: the site's own pages
    <root>/<site>/<article>/index.html, <digest>.webp …                  public: an article and its pictures
    <root>.kept/<site>/pages/<mark>/                                      an article that was taken from the public
    <root>.kept/<site>/media/<mark>/                                      pictures, ready for their page

A page names its pictures by what is in them, so a new version brings its own beside the old ones, and what visitors
see changes at one instant: when the new index.html takes the place of the old one.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MARK = re.compile(rb'<meta name="igny8-publication" content="([0-9a-f-]+)">')
HEAD = 8_192
"""Bytes of a page in which its mark stands."""
PAGE = "index.html"
LISTING = "articles.json"


@dataclass(frozen=True)
class SiteFolder:
    """One site's files below the root."""

    root: Path
    slug: str

    @property
    def public(self) -> Path:
        """What visitors see."""
        return self.root / self.slug

    @property
    def kept(self) -> Path:
        """What they do not."""
        return self.root.with_name(f"{self.root.name}.kept") / self.slug

    def page(self, slug: str) -> Path:
        """The file of an article's page."""
        return self.public / slug / PAGE

    def kept_page(self, mark: str) -> Path:
        """The folder of a page that was taken from the public."""
        return self.kept / "pages" / mark

    def media(self, mark: str) -> Path:
        """The folder of an article's pictures."""
        return self.kept / "media" / mark

    def mark_of(self, slug: str) -> str | None:
        """The mark of the page there; None where there is none, or no page of ours."""
        try:
            with self.page(slug).open("rb") as file:
                found = MARK.search(file.read(HEAD))
        except (FileNotFoundError, NotADirectoryError):
            return None
        return found[1].decode() if found else None

    def slug_for(self, wanted: str, mark: str) -> str:
        """The first of wanted, wanted-2, wanted-3 … that is free, or has this very page."""
        return next(slug for slug in numbered(wanted) if self.is_free(slug) or self.mark_of(slug) == mark)

    def is_free(self, slug: str) -> bool:
        """Whether no page stands there; a folder that a dead publisher left empty is none."""
        return not self.page(slug).exists()

    def find(self, mark: str) -> str | None:
        """The slug of the page with this mark, looked for in all pages; None where it is not public."""
        pages = self.public.glob(f"*/{PAGE}")
        return next((page.parent.name for page in pages if self.mark_of(page.parent.name) == mark), None)

    def listing(self) -> dict[str, dict[str, Any]]:
        """What the site's own pages tell of each article, by mark."""
        try:
            return dict(json.loads((self.public / LISTING).read_text("utf-8")))
        except FileNotFoundError:
            return {}

    def write_listing(self, listing: dict[str, dict[str, Any]]) -> None:
        """Replace it."""
        write_whole(self.public / LISTING, json.dumps(listing, ensure_ascii=False, indent=1).encode())


def numbered(slug: str) -> Iterator[str]:
    """slug, slug-2, slug-3 …: the way WordPress does it."""
    yield slug
    number = 2
    while True:
        yield f"{slug}-{number}"
        number += 1


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that readers see the old one or the new one, also after a power cut."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.new")  # of a site one at a time: a dead publisher's is written over
    with beside.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    sync_folder(path.parent)


def same(path: Path, data: bytes) -> bool:
    """Whether the file says just this."""
    return path.exists() and path.read_bytes() == data


def sync_folder(folder: Path) -> None:
    """Let the folder's names be on disk, too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def put_beside(source: Path, target: Path) -> None:
    """The file under another name, without a second copy where the disk allows it."""
    if target.exists():
        return
    try:
        os.link(source, target)
    except OSError:
        write_whole(target, source.read_bytes())


def keep_only(folder: Path, names: set[str]) -> None:
    """Delete the other files of the folder."""
    for file in folder.iterdir() if folder.exists() else ():
        if file.name not in names:
            file.unlink()


def remove_folder(folder: Path, trash: Path) -> None:
    """Take a folder away at one instant, then delete what was in it; one that is gone is no error."""
    shutil.rmtree(trash, ignore_errors=True)
    trash.parent.mkdir(parents=True, exist_ok=True)
    try:
        folder.rename(trash)
    except FileNotFoundError:
        return
    shutil.rmtree(trash, ignore_errors=True)
