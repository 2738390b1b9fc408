"""A style sheet without what only people need: comments, and the space between the words of CSS."""

from __future__ import annotations

import re

_STRING = r"""(?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
_COMMENTS = re.compile(_STRING + r"|/\*.*?\*/", re.DOTALL)
_SPACES = re.compile(_STRING + r"|(?:\s*;)*\s*(?P<end>\})\s*|\s*(?P<mark>[{;,])\s*|(?P<colon>:)\s+|\s+", re.DOTALL)


def compact(style: str) -> str:
    """The same rules in fewer bytes. Strings stay to the letter, and so does space before a colon: "a :hover" is not
    "a:hover"."""
    bare = _COMMENTS.sub(lambda found: found["string"] or " ", style)
    return _SPACES.sub(_short, bare).strip()


def _short(found: re.Match[str]) -> str:
    return found["string"] or found["end"] or found["mark"] or found["colon"] or " "
