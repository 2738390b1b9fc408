"""What is wrong with a site before anything of it is deployed, where, and what visitors would see otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from igny8_lib.db.session import Sessions
from igny8_lib.models import SiteBlueprint
from igny8_lib.site_builder.blueprints.finding import find_blueprint
from igny8_lib.site_builder.blueprints.whole import site_document
from igny8_lib.site_builder.deploying.hosting import require_hosting
from igny8_lib.site_builder.deploying.material import Material, material_of
from igny8_lib.site_builder.deploying.places import Place, Places
from igny8_lib.site_builder.deploying.rendering import SiteFiles, files_of
from igny8_lib.site_builder.deploying.settings import settings_of
from igny8_lib.site_builder.documents import BadStructure
from igny8_lib.site_builder.releases.checks import SiteHasFaults, check_site
from igny8_lib.site_builder.releases.deploying import live_manifest
from igny8_lib.site_builder.releases.manifest import Changes, Entry, Manifest, difference, entry
from igny8_lib.site_builder.releases.pages import Finding
from igny8_lib.site_builder.stored import Store
from igny8_lib.site_builder.themes import contrast_findings
from igny8_lib.sites.sites import site_by_id

LOST = "is lost in the media store: upload it again, or take it off the pages and delete it"


class Fault(NamedTuple):
    """Something wrong: in which file of the site or field of its structure, and what."""

    path: str
    reason: str


@dataclass(frozen=True)
class CheckReport:
    """What came of looking at a site: `files` and `bytes` of all of it, `changes` against what is live.

    `faults` is empty where it can be deployed. Of a structure that cannot be rendered nothing else is known.
    """

    faults: tuple[Fault, ...] = ()
    files: int = 0
    bytes: int = 0
    changes: Changes = field(default_factory=Changes)

    def as_json(self) -> dict[str, Any]:
        """As a JSON document."""
        return {
            "faults": [fault._asdict() for fault in self.faults],
            "files": self.files,
            "bytes": self.bytes,
            "changes": vars(self.changes),
        }


@dataclass(frozen=True)
class Candidate:
    """A site as it would be deployed: what each file is, and what is wrong."""

    material: Material
    files: SiteFiles
    entries: Mapping[str, Entry]
    findings: list[Finding]

    @property
    def size(self) -> int:
        """The bytes of all files."""
        return sum(one.size for one in self.entries.values())

    def changes(self, live: Manifest | None) -> Changes:
        """What visitors would see otherwise."""
        return difference(live, Manifest(1, self.entries))

    def require_sound(self) -> None:
        """Raises SiteHasFaults, which says all that is wrong."""
        if self.findings:
            raise SiteHasFaults(self.findings)


def check(sessions: Sessions, places: Places, store: Store, site_id: int, blueprint_id: int) -> CheckReport:
    """Look at the site as a deployment would: nothing is changed, neither rows nor files.

    Raises NotFound for an unknown blueprint, InvalidInput where the site has no place or is hosted where nothing can be
    deployed.
    """
    try:
        material, place = material_now(sessions, places, site_id, blueprint_id)
    except BadStructure as wrong:
        return CheckReport(faults=(fault_of(finding_of(wrong)),))
    found = candidate(material, store, place.base_url)
    faults = tuple(map(fault_of, found.findings))
    changes = found.changes(live_manifest(place.target)) if place.has_files else Changes()
    return CheckReport(faults, len(found.entries), found.size, changes)


def material_now(sessions: Sessions, places: Places, site_id: int, blueprint_id: int) -> tuple[Material, Place]:
    """What the site of a blueprint consists of now, and its place. Raises as `check`, and BadStructure."""
    with sessions() as session:
        site = site_by_id(session, site_id)
        blueprint: SiteBlueprint = find_blueprint(session, site_id, blueprint_id)
        require_hosting(blueprint)
        place = places.place_for(site, blueprint.hosting_type, settings_of(session, site_id))
        document = site_document(session, blueprint)
        return material_of(session, site_id, document, icon_asset_id=blueprint.icon_asset_id), place


def candidate(material: Material, store: Store, base_url: str) -> Candidate:
    """The site rendered and looked at."""
    files = files_of(material, store, base_url)
    entries, lost = measured(files)
    findings = check_site(files, base_url, contrast=contrast_findings(material.document.theme))
    return Candidate(material, files, entries, sorted({*findings, *(Finding(path, 0, LOST) for path in lost)}))


def measured(files: Mapping[str, bytes]) -> tuple[dict[str, Entry], set[str]]:
    """What each file is, and those that the media store has lost; each is read once, and none is held."""
    entries: dict[str, Entry] = {}
    lost = set()
    for path in files:
        try:
            entries[path] = entry(files[path])
        except FileNotFoundError:
            lost.add(path)
    return entries, lost


def finding_of(wrong: BadStructure) -> Finding:
    """A field of the structure that is wrong, as the checks tell of files."""
    return Finding(wrong.field, 0, str(wrong).removeprefix(f"{wrong.field}: "))


def fault_of(finding: Finding) -> Fault:
    """A finding without a line of its own."""
    return Fault(finding.path, f"line {finding.line}: {finding.what}" if finding.line else finding.what)
