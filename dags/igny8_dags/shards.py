"""A shard: the sites that share one DAG file, which never changes itself.

A site's shard comes from its slug alone, so that each process of Airflow can make the same files for itself. The file
beside each, `sites_07.built`, says what its DAGs were last built from; by it the bundle sees what is out of date.
"""

from __future__ import annotations

import gc
import hashlib
import importlib
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

from igny8_dags.code_state import code_state, forget_old_code, is_outdated

if TYPE_CHECKING:
    from airflow.sdk import DAG

    from igny8_lib.sites.roster import RosterSite

STUB = """\
# An Airflow DAG file: the DAGs of the sites whose slugs fall into this shard. It stays as it is; its time of change
# moves when one of them has to be built anew.
from igny8_dags.shards import dags_of

globals().update(dags_of(__file__, {number}, {of}))
"""
BUILT = ".built"
"""What the file beside a stub ends with."""


def stub_path(folder: Path, number: int) -> Path:
    """The DAG file of a shard."""
    return folder / f"sites_{number:02}.py"


def shard_of(slug: str, of: int) -> int:
    """The number of a site's shard, 0 … of - 1; the same in every process and on every machine."""
    return zlib.crc32(slug.encode()) % of


def by_shard(sites: Iterable[RosterSite], of: int) -> list[list[RosterSite]]:
    """The sites of each shard, in their order."""
    shards: list[list[RosterSite]] = [[] for _ in range(of)]
    for site in sites:
        shards[shard_of(site.slug, of)].append(site)
    return shards


def digest(sites: Sequence[RosterSite], code: str) -> str:
    """What a shard's DAGs are built from: their sites, and the code."""
    facts = [[str(getattr(site, field.name)) for field in fields(site)] for site in sites]
    return hashlib.sha256(repr((code, facts)).encode()).hexdigest()


def dags_of(stub: str, number: int, of: int) -> dict[str, DAG]:
    """The DAGs of one shard by their ids, in the dag-processor, which keeps beside the stub what they were built from;
    in a task its own DAG alone."""
    from airflow.sdk import get_parsing_context  # noqa: PLC0415 - other processes ask for a path alone

    if (current := get_parsing_context().dag_id) is not None:
        return built_dags(current)[1]
    gc.disable()  # this process ends with this file; collecting takes a third of the time otherwise
    if is_outdated():
        forget_old_code()
        fresh: dict[str, DAG] = importlib.import_module(__name__).dags_of(stub, number, of)
        return fresh
    code = code_state()
    sites, dags = built_dags(None, number, of)
    keep_built(Path(stub), digest(sites, code))
    return dags


def built_dags(current: str | None, number: int = 0, of: int = 1) -> tuple[list[RosterSite], dict[str, DAG]]:
    """The sites of a shard, or the one of the current DAG, and their DAGs; a site that cannot be built has one, too,
    and hurts no other."""
    from igny8_dags.roster import sites_to_build  # noqa: PLC0415 - all that builds DAGs, and only where they are built
    from igny8_dags.site_dag import build  # noqa: PLC0415
    from igny8_lib.sites.naming import dag_id  # noqa: PLC0415

    sites = [site for site in sites_to_build(current) if current or shard_of(site.slug, of) == number]
    return sites, {dag_id(site.slug): build(site) for site in sites}


def keep_built(stub: Path, what: str) -> None:
    """Say beside the stub what its DAGs were built from, in one step."""
    fresh = stub.with_suffix(".new")
    fresh.write_text(what, "utf-8")
    fresh.replace(stub.with_suffix(BUILT))


def find_built(stub: Path) -> str:
    """What a shard's DAGs were last built from; empty before the first time."""
    try:
        return stub.with_suffix(BUILT).read_text("utf-8")
    except FileNotFoundError:
        return ""
