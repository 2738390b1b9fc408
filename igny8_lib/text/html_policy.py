"""What article HTML may consist of, and what becomes of the rest."""

from __future__ import annotations

import re

HEADINGS = {f"h{level}": level for level in range(1, 7)}
ALLOWED = frozenset(
    {"h2", "h3", "h4", "p", "br", "hr", "ul", "ol", "li", "dl", "dt", "dd", "strong", "em", "b", "i", "sub", "sup"}
    | {"a", "blockquote", "code", "pre", "figure", "figcaption", "img", "bdi", "bdo", "span"}
    | {"table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td"}
)
"""Everything a publishing system's theme styles (the title is the page's only h1); of spans those that say a
language or a direction."""
EVERYWHERE = frozenset({"lang", "dir", "id"})
"""A quotation in another language, a name in another direction: screen readers and browsers show them by these."""
ATTRIBUTES = {
    "a": {"href", "title", "rel"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
}
LINK_TARGETS = frozenset({"h2", "h3", "h4", "p", "li", "dt", "dd", "blockquote", "figure", "table", "td", "th"})
"""Elements that bear an id, where a link of the same article leads to it; other elements hand theirs on to one."""
SCHEMES = {"http", "https", "mailto"}
RELATIONS = frozenset({"nofollow", "sponsored", "ugc", "noopener", "noreferrer"})
LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4}")
DIRECTIONS = frozenset({"ltr", "rtl", "auto"})
ID = re.compile(r"\w[\w.:-]{0,99}")

DROPPED_WHOLE = frozenset(
    {"script", "style", "template", "noscript", "iframe", "object", "svg", "math", "title", "textarea"}
)
"""Elements whose content goes with them; of all others only the tags go and the text stays."""
RAW_TEXT = frozenset({"xmp", "plaintext", "noembed", "noframes", "listing"})
"""Obsolete elements whose content is no markup: never let through, for it would become markup without them."""
RENAMED = {"h1": "h2", "h5": "h4", "h6": "h4", "summary": "p", "legend": "p", "menu": "ul", "dir": "ul"}
INLINE = frozenset(
    {"a", "abbr", "b", "bdi", "bdo", "cite", "code", "data", "del", "dfn", "em", "i", "ins", "kbd", "label", "link"}
    | {"map", "mark", "meta", "meter", "output", "progress", "q", "rb", "rp", "rt", "rtc", "ruby", "s", "samp", "slot"}
    | {"small", "span", "strong", "sub", "sup", "time", "u", "var", "wbr", "area", "base", "param", "datalist"}
    | {"acronym", "big", "blink", "font", "nobr", "strike", "tt", "basefont"}
)
"""Elements within a word: `<p>one</p><p>two</p>` is two words, `<strong>o</strong>ne` is one. They are the phrasing
content of the HTML standard (3.2.5.2.5) that flows with its text, and the obsolete ones (16.2). Everything else ends a
word: the standard's blocks (15.3), boxes of their own (pictures, buttons), and unknown elements: a browser shows those
inline, but who makes up a tag wraps an answer or a note in it, never half a word."""
VOID = frozenset(
    {"area", "base", "basefont", "bgsound", "br", "col", "embed", "frame", "hr", "img", "input", "keygen", "link"}
    | {"meta", "param", "source", "track", "wbr"}
)


def filter_attribute(tag: str, attribute: str, value: str) -> str | None:
    """An attribute's value as it may stay, None where it may not."""
    if (tag, attribute) == ("a", "rel"):
        return " ".join(word for word in value.lower().split() if word in RELATIONS) or None
    if attribute == "lang":
        return value if LANGUAGE_TAG.fullmatch(value) else None
    if attribute == "dir":
        return value.lower() if value.lower() in DIRECTIONS else None
    if attribute in {"id", "name"}:
        return value if ID.fullmatch(value) else None
    return value
