"""File names as a website has them: lower-case ASCII, one dot, short, and nothing that leads out of the folder."""

from __future__ import annotations

import re
import unicodedata

from slugify import slugify

from igny8_lib.site_builder.uploads.refusal import Unwanted
from igny8_lib.text.characters import storable

STEM_LENGTH = 80
"""Characters before the dot; "-1600" and the ending have their place beside them within a picture's 100."""
LONGEST = 1_000
"""Characters of a name as it comes; no system has longer ones."""
SUFFIX = re.compile(r"[a-z0-9]{1,10}")
DEVICES = re.compile(r"con|prn|aux|nul|clock|conin|conout|com[0-9]|lpt[0-9]")
"""Names that Windows takes for devices, whatever their ending: no folder with them can be copied there."""
NAMELESS = "file"


def split_name(name: str) -> tuple[str, str]:
    """The stem as it is kept, and the ending in lower case without its dot ("" for none).

    What looks like a separator only in another Unicode form ("／") is one. Raises Unwanted for a name that is a path.
    """
    if len(name) > LONGEST:
        raise Unwanted(f"its name has {len(name):,} characters. Give it a shorter one.")
    plain = unicodedata.normalize("NFKC", name)
    if any(mark in plain for mark in "/\\\0"):
        raise Unwanted("its name has a path in it. Send the name alone, without folders.")
    plain = storable(plain).strip().rstrip(". ")
    stem, dot, suffix = plain.rpartition(".")
    suffix = suffix.lower()
    if dot and SUFFIX.fullmatch(suffix):
        return tidy_stem(stem), suffix
    return tidy_stem(plain), ""


def tidy_stem(stem: str) -> str:
    """A stem in words of a-z and 0-9 with hyphens between them: further endings within it end nothing any more."""
    tidy = slugify(stem, max_length=STEM_LENGTH).strip("-") or NAMELESS
    return f"{NAMELESS}-{tidy}" if DEVICES.fullmatch(tidy) else tidy


def twin_key(name: str) -> str:
    """The same text for names that differ only in case, in Unicode form, or in what is tidied away."""
    stem, suffix = split_name(name)
    return f"{stem}.{suffix}" if suffix else stem
