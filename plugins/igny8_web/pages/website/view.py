"""What the page of a site's website shows: the connection without its password, and what was found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from igny8_lib.models import HostingType, Site
from igny8_lib.settings import load
from igny8_lib.sites.access import Action, Person, may
from igny8_lib.sites.naming import wordpress_connection
from igny8_lib.wordpress.check import Finding
from igny8_lib.wordpress.connection import WordPressConnection
from igny8_web.pages.states import State

LONGEST = 2_000
"""Characters of a field that are shown again."""
PROFILE = "/wp-admin/profile.php#application-passwords-section"
"""Where WordPress makes application passwords, below its address."""
LOOKS = {
    True: State("ok", "check", "Works"),
    False: State("bad", "alert", "To be changed"),
    None: State("wait", "info", "Good to know"),
}
NAMES = {
    "address": "Address",
    "rest_api": "REST API",
    "application_passwords": "Application passwords",
    "sign_in": "Sign-in",
    "rights": "Rights of the user",
    "seo": "Search plug-in",
    "zone": "Time zone",
    "clock": "Clock",
    "uploads": "Uploads",
}


@dataclass(frozen=True)
class Form:
    """What stands in the form; a password never does."""

    url: str = ""
    username: str = ""


@dataclass(frozen=True)
class FindingView:
    """One thing that was looked at."""

    name: str
    state: State
    says: str
    todo: str


@dataclass(frozen=True)
class WebsiteView:
    """All that the page shows."""

    name: str
    slug: str
    zone: str
    hosting: HostingType
    connection: str
    form: Form
    is_connected: bool
    profile: str
    """Where the connected WordPress makes application passwords; empty where none is connected."""
    address: str
    """Of a static site; empty where nobody has said."""
    may_manage: bool
    refused: str
    problem: str
    findings: Sequence[FindingView] | None

    @property
    def is_wordpress(self) -> bool:
        """Whether there is something to connect to."""
        return self.hosting is HostingType.WORDPRESS

    @property
    def is_static(self) -> bool:
        """Whether the product's own static site shows the articles."""
        return self.hosting is HostingType.IGNY8

    @property
    def wrong(self) -> int:
        """Findings that keep articles from going live."""
        return sum(each.state is LOOKS[False] for each in self.findings or ())


def view_of(
    site: Site,
    person: Person,
    stored: WordPressConnection | None,
    *,
    typed: Form | None = None,
    refused: str = "",
    problem: str = "",
    findings: Sequence[Finding] | None = None,
) -> WebsiteView:
    """The view; no statement."""
    known = Form(stored.url, stored.username) if stored else Form(f"https://{site.domain}" if site.domain else "")
    static_url = load().static_url
    return WebsiteView(
        name=site.name,
        slug=site.slug,
        zone=site.timezone,
        hosting=site.hosting_type,
        connection=wordpress_connection(site.slug),
        form=typed or known,
        is_connected=stored is not None,
        profile=stored.url + PROFILE if stored else "",
        address=f"{static_url.rstrip('/')}/{site.slug}/" if static_url else "",
        may_manage=may(person, Action.MANAGE),
        refused=refused,
        problem=problem,
        findings=None if findings is None else [shown(each) for each in findings],
    )


def shown(finding: Finding) -> FindingView:
    """A finding in words."""
    return FindingView(NAMES.get(finding.name, finding.name), LOOKS[finding.ok], finding.says, finding.todo)
