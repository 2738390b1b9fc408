"""Names (of clusters, ideas, articles, tags …): how long they may be, and what does not belong into them."""

from __future__ import annotations

import re

from igny8_lib.text.characters import CONTROL, DIRECTION, INVISIBLE, UNSTORABLE
from igny8_lib.text.normalisation import MAX_INDEXED_BYTES, MAX_LENGTH, normalise

KEYWORD = MAX_LENGTH
CLUSTER_NAME = 120
"""A topic in a few words; longer ones are descriptions."""
CLUSTER_DESCRIPTION = 600
"""What a topic is about; each prompt that plans its ideas carries it."""
TITLE = 200
"""Of an idea or article. Search engines show some 60 characters, publishing systems take 200 everywhere."""
SLUG = 80
"""An address that people can still read and send."""
META_TITLE = 70
"""Google cuts at about 600 pixels, some 60 Latin characters; a few more do no harm."""
META_DESCRIPTION = 170
"""Google cuts at about 920 pixels, some 155 Latin characters."""
TAG = 60
CATEGORY = 80
"""WordPress keeps names of terms in 200 bytes: 80 characters, most of them of one or two bytes."""
MAX_TAGS = 12
MAX_CATEGORIES = 5

JOINERS = "\u200c\u200d"
"""Zero-width (non-)joiner: they shape Persian, Indic scripts and emoji. Between other letters they are nothing."""
NOT_IN_NAMES = re.compile(f"(?![{JOINERS}\ufe0e\ufe0f])(?:{INVISIBLE.pattern}|{DIRECTION.pattern}|{CONTROL.pattern})")
STRAY_JOINER = re.compile(f"(?<![^\x00-\u024f\\s{JOINERS}])[{JOINERS}]|[{JOINERS}](?![^\x00-\u024f\\s{JOINERS}])")
STRAY_SELECTOR = re.compile("(?<![^\\s\ufe0e\ufe0f])[\ufe0e\ufe0f]")


def clean_name(text: str) -> str:
    """The name without direction overrides, control and zero-width characters, its white space collapsed.

    Cleaning twice changes nothing. Joiners between letters of the scripts that need them stay.
    """
    visible = NOT_IN_NAMES.sub("", UNSTORABLE.sub("", " ".join(text.split())))
    while (fewer := STRAY_SELECTOR.sub("", STRAY_JOINER.sub("", visible))) != visible:
        visible = fewer
    return " ".join(visible.split())


def is_blank(text: str) -> bool:
    """Whether nobody would see anything: nothing, white space, or invisible characters only."""
    return not INVISIBLE.sub("", CONTROL.sub("", UNSTORABLE.sub("", text))).strip()


def fits(text: str, longest: int) -> bool:
    """Whether a name has at most so many characters, and its normalised form fits into a unique index."""
    if len(text) > longest:
        return False
    return len(normalise(UNSTORABLE.sub("", text)).encode()) <= MAX_INDEXED_BYTES
