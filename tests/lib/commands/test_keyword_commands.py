"""`igny8 keywords`: the site in front, columns named by hand, and what the report tells people."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.orm import Session

from tests.factories.sites import make_site
from tests.lib.commands.conftest import Igny8, Shell


def test_the_site_stands_in_front_or_is_an_option(session: Session, shell: Shell, tmp_path: Path) -> None:
    make_site(session, slug="blog")
    session.commit()
    (tmp_path / "list.txt").write_text("blue lamp\n")
    file = str(tmp_path / "list.txt")
    assert "1 added" in shell("keywords", "import", "blog", file)[1]
    assert "1 merged" in shell("keywords", "import", file, "--site", "blog")[1]
    assert "blue lamp" in shell("keywords", "list", "blog")[1]
    for wrong in (("import", file), ("import", "blog", file, file), ("list",), ("list", "blog", "--site", "shop")):
        code, printed = shell("keywords", *wrong)
        assert (code, "Name " in printed) == (2, True)


def test_columns_are_named_and_told(session: Session, shell: Shell, igny8: Igny8, tmp_path: Path) -> None:
    make_site(session, slug="blog")
    session.commit()
    (tmp_path / "t.csv").write_text(
        "Erste,Zweite,Dritte,Vierte\nblaue lampe,rote lampe,1.2K,45\ngrüner stuhl,x lampe,5,9\n"
    )
    names = ("--keyword-column", "Zweite", "--volume-column", "3", "--column", "difficulty=vierte")
    _, printed = shell("keywords", "import", "blog", str(tmp_path / "t.csv"), *names)
    assert "Columns read: Zweite = keyword, Dritte = volume, Vierte = difficulty." in printed
    assert "Columns left out: Erste." in printed
    listed = igny8("keywords", "list", "blog")[1]
    assert [(row["text"], row["volume"], row["difficulty"]) for row in listed] == [
        ("rote lampe", 1200, 45),
        ("x lampe", 5, 9),
    ]
    code, printed = shell("keywords", "import", "blog", str(tmp_path / "t.csv"), "--column", "difficulty")
    assert (code, "is not written as in difficulty=KD" in printed) == (2, True)
