"""The place of a site: a target for its versions, and the address that visitors find it at."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from igny8_lib.db.session import Sessions
from igny8_lib.errors import InvalidInput
from igny8_lib.models import BlueprintHosting, Site
from igny8_lib.settings import Settings
from igny8_lib.site_builder.deploying.target_urls import Access, FindAccess, require_access
from igny8_lib.site_builder.releases.targets import FolderTarget, Target, target_at
from igny8_lib.site_builder.site_lock import alone_with_store
from igny8_lib.wordpress.errors import NotConnected

if TYPE_CHECKING:
    from igny8_lib.wordpress.client import WordPress

OpenWordPress = Callable[[str], "AbstractContextManager[WordPress]"]
"""Signs in to the WordPress of the site with this slug. Raises NotConnected, InvalidInput, AddressRefused."""
Lock = Callable[[int], AbstractContextManager[object]]
"""Keeps two writers into the object store of a site apart, by the site's number."""


class Chosen(Protocol):
    """What a site chose: its row, or the settings as a model."""

    @property
    def target_url(self) -> str:
        """Where its versions go; "" for the platform's own folder."""
        ...

    @property
    def public_url(self) -> str:
        """Where visitors find them; "" where the platform shows its own."""
        ...


@dataclass(frozen=True)
class Place:
    """Where one site is: `base_url` is its whole address, with a slash at the end."""

    target: Target
    base_url: str
    has_files: bool = True
    """False where the website is pages of its WordPress alone: nothing is at the target."""


def no_access(slug: str) -> Access | None:  # noqa: ARG001 - a FindAccess
    """No site has a connection."""
    return None


def not_connected(slug: str) -> AbstractContextManager[WordPress]:
    """No site is connected with WordPress."""
    raise NotConnected(slug)


def address_in_wordpress(site: Site) -> str:
    """The address of a website that is its WordPress' pages alone, with a slash at its end."""
    return f"https://{site.domain}/"


@dataclass(frozen=True)
class Places:
    """Where the platform has its sites: below a folder, which a web server shows at `url`, each under its slug."""

    root: Path
    url: str
    lock: Lock
    access: FindAccess = no_access
    wordpress: OpenWordPress = not_connected

    @classmethod
    def of(
        cls,
        settings: Settings,
        sessions: Sessions,
        access: FindAccess = no_access,
        wordpress: OpenWordPress = not_connected,
    ) -> Places:
        """As the platform's settings say; `access` finds what Airflow's connection website_<slug> opens, and
        `wordpress` signs in by wordpress_<slug>."""
        lock = partial(alone_with_store, sessions)
        return cls(settings.static_folder, settings.static_url, lock, access, wordpress)

    def place_for(self, site: Site, hosting: BlueprintHosting, settings: Chosen | None) -> Place:
        """The place of a site whose website is hosted like this. Raises as `place_of`."""
        if hosting is BlueprintHosting.WORDPRESS:
            return Place(FolderTarget(self.root / site.slug), address_in_wordpress(site), has_files=False)
        return self.place_of(site, settings)

    def place_of(self, site: Site, settings: Chosen | None) -> Place:
        """The place of a site. Raises InvalidInput where it may not be written, or has no address."""
        target_url = settings.target_url if settings else ""
        public_url = settings.public_url if settings else ""
        if target_url:
            return Place(self.target_at(site, target_url), self.address(site, public_url, target_url))
        return Place(FolderTarget(self.root / site.slug), self.address(site, public_url, ""))

    def target_at(self, site: Site, url: str) -> Target:
        """The target that the site chose itself."""
        access = require_access(site.slug, url, self.access)
        return target_at(url, partial(self.lock, site.id), access.options)

    def address(self, site: Site, public_url: str, target_url: str) -> str:
        """The site's address with a slash at its end."""
        if public_url:
            return f"{public_url.rstrip('/')}/"
        if target_url:
            raise InvalidInput(
                f"The website of {site.slug} goes to {target_url}, but nothing says where visitors find it: set "
                "public_url in its website settings."
            )
        if not self.url:
            raise InvalidInput(
                "The platform has no address for websites: set IGNY8_STATIC_URL to where its web server shows them, "
                f"or public_url in the website settings of {site.slug}."
            )
        return f"{self.url.rstrip('/')}/{site.slug}/"
