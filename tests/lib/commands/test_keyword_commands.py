"""`igny8 keywords`: the site in front, columns named by hand, and what the report tells people."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.orm import Session

from igny8_lib.models import Cluster, Keyword, SearchIntent
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


def test_clusters_and_the_opportunity_of_keywords_are_shown(session: Session, igny8: Igny8, shell: Shell) -> None:
    site = make_site(session, slug="blog")
    cluster = Cluster(site_id=site.id, name="Oak", normalized="oak")
    session.add(cluster)
    session.flush()
    known = {"volume": 1000, "intent": SearchIntent.TRANSACTIONAL}
    for text, measures in (("oak floor", {}), ("oak door", known)):
        session.add(Keyword(site_id=site.id, cluster_id=cluster.id, text=text, normalized=text, **measures))
    session.commit()
    code, (shown,) = igny8("clusters", "list", "blog")
    assert (code, shown["name"], shown["keywords"], shown["volume"]) == (0, "Oak", 2, 1000)
    assert (shown["opportunity"], shown["intent"], shown["status"]) == (57, "transactional", "new")
    assert "transactional" in shell("clusters", "list", "blog", "--sort", "name", "--status", "new")[1]
    assert igny8("clusters", "list", "blog", "--status", "mapped")[1] == []
    keywords = igny8("keywords", "list", "blog", "--sort", "opportunity")[1]
    assert [(row["text"], row["opportunity"]) for row in keywords] == [("oak door", 57), ("oak floor", None)]
    assert "opportunity" in shell("keywords", "list", "blog")[1]
