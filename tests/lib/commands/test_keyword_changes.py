"""`igny8 keywords`: disabling, deleting and exporting."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.orm import Session

from igny8_lib.planner.listing import KeywordFilter, count_keywords
from tests.factories.planner import make_keywords
from tests.factories.sites import make_site
from tests.lib.commands.conftest import Igny8, Shell


def test_keywords_are_disabled_enabled_and_deleted_all_or_none(session: Session, igny8: Igny8, shell: Shell) -> None:
    site = make_site(session, slug="blog")
    ids = [str(each.id) for each in make_keywords(session, site, 4)]
    session.commit()
    assert igny8("keywords", "disable", "blog", *ids[:3])[1] == {"disabled": 3}
    assert igny8("keywords", "enable", "blog", *ids)[1] == {"enabled": 3}
    code, said = shell("keywords", "delete", "blog", *ids, "999")
    assert (code, "these ids: 999. Nothing was changed." in said) == (3, True)
    assert igny8("keywords", "delete", "blog", *ids[:2])[1] == {"deleted": 2}
    assert count_keywords(session, site.id, KeywordFilter(disabled=False)) == 2


def test_an_export_is_imported_again(session: Session, igny8: Igny8, shell: Shell, tmp_path: Path) -> None:
    make_keywords(session, make_site(session, slug="blog"), ["oak", "=1+1 elm"])
    make_site(session, slug="shop")
    session.commit()
    file = tmp_path / "keywords.csv"
    assert igny8("keywords", "export", "blog", str(file))[1] == {"exported": 2, "file": str(file)}
    told = igny8("keywords", "import", "shop", str(file))[1]
    assert (told["format"], told["added"], told["refused"]) == ("igny8", 2, [])
    code, said = shell("keywords", "export", "blog", str(tmp_path))
    assert (code, "cannot be written" in said) == (2, True)
