"""Whatever a file holds and whatever is said about it: the database takes its rows, or one sentence refuses it."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from igny8_lib.errors import InvalidInput
from igny8_lib.models import Keyword, Site
from igny8_lib.planner.importing import import_keywords
from igny8_lib.planner.naming import NamedColumns
from igny8_lib.planner.recognition import ReadOptions
from tests.factories.sites import make_site
from tests.lib.planner.files import written

ODD = ["\ufeff", "\u200b", "\u202e", "\uffff", "\U0010ffff", "\x85", "\u2028", "\x1f", "İ", "ß", "𝒜", "\u0301", "\x7f"]
BREAKING = ["\0", "\ud800", "\udfff", '"', "\r", ","]
HUGE = ["9" * 40, "-" + "9" * 40, "1e400", "NaN", "inf", "2147483648", "9223372036854775808", "99999.999", "1/0", "٣٤"]


def mostly(usual: object, *others: object) -> st.SearchStrategy[Any]:
    """The usual value in most cases, so that most files get as far as the database."""
    return st.sampled_from([*[usual] * 4 * len(others), *others])


texts = st.lists(st.sampled_from([*ODD, "lamp", " blue", "ram"]), min_size=1, max_size=6).map("".join)
figures = st.sampled_from(HUGE) | st.integers(-3, 10**12).map(str) | st.text("0123456789.%<-Kk€ ", max_size=5)
tables = st.builds(
    lambda heading, lines, piece, codec: "\n".join([heading, "blue lamp,3,4", *lines, piece]).encode(
        codec, "surrogatepass"
    ),
    st.sampled_from(["Keyword,Volume,CPC", "Keyword,Clicks,Position", "Keyword,Impressions,Difficulty"]),
    st.lists(st.tuples(texts, figures, figures).map(",".join), max_size=6),
    mostly("", *BREAKING),
    mostly("utf-8", "utf-16", "utf-16-le"),
)
options = st.builds(
    ReadOptions,
    encoding=mostly(
        "", "cp949", "latin-1", "utf-7", "unicode_escape", "utf-16", "utf-32", "utf-16-le", "punycode", "hex", "no such"
    ),
    language=st.sampled_from(["", "ko", "tr", "xx"]),
    columns=mostly(None, NamedColumns("1", {"volume": "2", "cpc": "3"}), NamedColumns("\0")),
    table=mostly("", "Sheet1"),
)


def imported_or_refused(session: Session, site: Site, path: Path, options: ReadOptions) -> None:
    """Anything but a refusal fails the test, and so does a keyword that stays."""
    with suppress(InvalidInput):
        import_keywords(session, site.id, path, dry_run=True, options=options)
    assert session.scalar(select(func.count()).select_from(Keyword)) == 0


def test_any_file_is_imported_or_refused_in_a_sentence(session: Session, tmp_path: Path) -> None:
    site = make_site(session)

    @settings(deadline=None, max_examples=40)
    @given(st.binary(max_size=200) | tables | tables, options)
    @example(b"Keyword,Volume\nblue +2AA- lamp,3\n", ReadOptions(encoding="utf-7"))
    def check(content: bytes, options: ReadOptions) -> None:
        imported_or_refused(session, site, written(tmp_path, content), options)

    check()


@pytest.mark.parametrize(
    ("encoding", "content"),
    [
        ("unicode_escape", b"Keyword,Volume\nblue \\ud800 lamp,3\n"),
        ("raw_unicode_escape", b"Keyword,Volume\nblue \\ud800 lamp,3\n"),
        ("utf-16", b"Keyword,Volume\nblue lamp,3\n"),
        ("utf-32", b"Keyword,Volume\nblue lamp,3\n"),
    ],
    ids=["unicode_escape", "raw_unicode_escape", "utf-16", "utf-32"],
)
def test_an_encoding_that_the_file_is_not_in_is_refused(
    session: Session, tmp_path: Path, encoding: str, content: bytes
) -> None:
    imported_or_refused(session, make_site(session), written(tmp_path, content), ReadOptions(encoding=encoding))
