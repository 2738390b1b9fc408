"""`igny8 clusters`: a merge is listed, and taken back."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib.models import Cluster, ClusterStatus, Keyword
from igny8_lib.planner.merges import merge
from tests.factories.planner import make_cluster
from tests.factories.sites import make_site
from tests.lib.commands.conftest import Igny8, Shell


def test_a_merge_is_taken_back_with_its_keywords_by_the_one_who_says_so(
    session: Session, igny8: Igny8, shell: Shell
) -> None:
    site = make_site(session, slug="blog")
    into, gone = make_cluster(session, site, "roof repair"), make_cluster(session, site, "roof tiles")
    merged = merge(session, gone, into, run_id=None)
    session.commit()
    code, made = igny8("clusters", "unmerge", "blog", str(merged.id), "--by", "anna")
    assert (code, made["name"]) == (0, "roof tiles")
    assert session.get_one(Cluster, made["id"]).status == ClusterStatus.NEW
    texts = select(Keyword.text).where(Keyword.cluster_id == made["id"]).order_by(Keyword.id)
    assert session.scalars(texts).all() == ["roof tiles cost", "roof tiles ideas"]
    (listed,) = igny8("clusters", "merges", "blog")[1]
    assert (listed["id"], listed["cluster"], listed["taken_back_by"]) == (merged.id, "roof tiles", "anna")
    code, said = shell("clusters", "unmerge", "blog", str(merged.id), "--by", "bert")
    assert (code, "taken back already, by anna" in said) == (4, True)


def test_taking_a_merge_back_says_which_cluster_is_there_again(session: Session, shell: Shell) -> None:
    site = make_site(session, slug="blog")
    into, gone = make_cluster(session, site, "roof repair"), make_cluster(session, site, "roof tiles")
    merged = merge(session, gone, into, run_id=None)
    session.commit()
    code, said = shell("clusters", "unmerge", "blog", str(merged.id))
    (again,) = session.scalars(select(Cluster.id).where(Cluster.name == "roof tiles"))
    assert (code, said.strip()) == (0, f"“roof tiles” is a cluster again (id {again}).")


def test_clusters_are_renamed_merged_filled_and_deleted(session: Session, igny8: Igny8, shell: Shell) -> None:
    site = make_site(session, slug="blog")
    oak, elm = (make_cluster(session, site, name).id for name in ("oak", "elm"))
    session.commit()
    assert igny8("clusters", "rename", "blog", str(oak), "Oak trees")[1]["name"] == "Oak trees"
    code, said = shell("clusters", "rename", "blog", str(oak), "ELM")
    assert (code, f"Cluster {elm} of the site" in said) == (4, True)
    code, said = shell("clusters", "merge", "blog", str(elm), str(oak), "--by", "anna")
    assert (code, "“Oak trees” is in “elm” now" in said) == (0, True)
    ids = [str(number) for number in session.scalars(select(Keyword.id).where(Keyword.site_id == site.id))]
    assert igny8("clusters", "move", "blog", *ids)[1] == {"moved": 4}
    assert igny8("clusters", "move", "blog", ids[0], "--into", str(elm))[1] == {"moved": 1}
    assert shell("clusters", "delete", "blog", str(elm))[0] == 4
    assert igny8("clusters", "move", "blog", ids[0])[1] == {"moved": 1}
    assert igny8("clusters", "delete", "blog", str(elm))[1] == {"deleted": elm}
