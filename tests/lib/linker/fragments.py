"""HTML as articles have it, made by hypothesis: nested, with references, pictures, tables and links of other people."""

from __future__ import annotations

from hypothesis import strategies as st

from igny8_lib.text.html import sanitise

WORDS = (
    "roses",
    "Äpfel",
    "&amp;",
    "&lt;b&gt;",
    "it's",
    "&nbsp;",
    "“so”",
    "北京",
    "a",
    "1,000",
    "pruning",
    "\n",
    "😀",
    "&#x27;",
)
text = st.lists(st.sampled_from(WORDS), min_size=1, max_size=8).map(" ".join)
INLINE = (
    "b",
    "strong",
    "em",
    "i",
    "code",
    "sub",
    'span lang="de"',
    'a href="/other?a=1&amp;b=2"',
    'a href="https://x.example/"',
)
BLOCKS = ("p", "h2", "li", "blockquote", "ul", "figcaption", "pre", "td", "div")


def element(tag: str, inner: str) -> str:
    return f"<{tag}>{inner}</{tag.partition(' ')[0]}>"


inline = st.recursive(
    text | st.sampled_from(("<br>", '<img src="/x.png" alt="a &lt; b &quot;c&quot;">')),
    lambda some: st.builds(element, st.sampled_from(INLINE), some) | st.builds("{} {}".format, some, some),
    max_leaves=6,
)
fragments = st.lists(st.builds(element, st.sampled_from(BLOCKS), inline), min_size=1, max_size=6).map("".join)
clean = fragments.map(sanitise).filter(bool)
"""HTML as it is stored."""
