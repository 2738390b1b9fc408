"""What works on a connected website, and what to change in WordPress where something does not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from igny8_lib import clock
from igny8_lib.wordpress.answers import WHERE
from igny8_lib.wordpress.client import WordPress
from igny8_lib.wordpress.discovery import Api
from igny8_lib.wordpress.errors import Forbidden, Unauthorized, WordPressFailure
from igny8_lib.wordpress.users import User

RIGHTS = {
    "publish_posts": "publish posts",
    "edit_published_posts": "change what is published",
    "delete_published_posts": "delete what is published",
    "upload_files": "upload pictures",
    "manage_categories": "make categories",
}
"""Capabilities that publishing uses, and what they are for."""
NEEDED = ("publish_posts", "edit_published_posts", "upload_files")
"""Without these no article with a picture goes live."""
OTHERS = {"edit_others_posts": "change posts of others"}
SEO_PLUGINS = {"yoast/v1": "Yoast SEO", "rankmath/v1": "Rank Math"}
WEBP_SINCE = (5, 8)
NOT_TAKEN = "WordPress does not take the user's name and password."
CLOCK_SLACK = timedelta(seconds=60)
"""A difference that a line and a busy server can make."""


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    name: str
    """address, rest_api, application_passwords, sign_in, rights, seo, zone, clock, uploads."""
    ok: bool | None
    """None: it cannot be told, or does not matter."""
    says: str
    todo: str = ""
    """What to change, and where; empty where nothing is to be done."""


def check(wordpress: WordPress, *, zone: str = "") -> list[Finding]:
    """Look at the website; `zone` is the one that the site's articles are scheduled in.

    Every finding that can be told is there, in the order in which they depend on each other; never raises for what the
    website does. Three requests, nothing is written.
    """
    return list(findings(wordpress, zone))


def findings(wordpress: WordPress, zone: str) -> Iterator[Finding]:
    """The findings one by one; the first that stops everything is the last."""
    try:
        api = wordpress.discover()
    except WordPressFailure as failure:
        yield from unfound(wordpress, failure)
        return
    yield Finding("address", ok=True, says=f"{api.name or 'The website'} answers at {wordpress.connection.url}.")
    yield rest_api(api)
    yield application_passwords(api, wordpress.connection.url)
    try:
        user = wordpress.users.me()
    except WordPressFailure as failure:
        yield from not_signed_in(api, failure)
    else:
        yield Finding("sign_in", ok=True, says=f"Signed in as {user.name} ({', '.join(user.roles) or 'no role'}).")
        yield rights(user)
    yield seo(api)
    yield same_zone(api, zone)
    yield same_clock(api)
    yield uploads(api)


def unfound(wordpress: WordPress, failure: WordPressFailure) -> Iterator[Finding]:
    """No API: whether the website is there at all, the kind of error tells."""
    if failure.cause in {"unreachable", "slow", "address", "certificate", "redirected", "server_error", "rate_limited"}:
        yield Finding("address", ok=False, says="The website cannot be reached.", todo=failure.sentence)
        return
    yield Finding("address", ok=True, says=f"Something answers at {wordpress.connection.url}.")
    if isinstance(failure, Unauthorized):
        yield Finding("rest_api", ok=True, says="The REST API answers.")
        yield Finding("sign_in", ok=False, says=NOT_TAKEN, todo=failure.sentence)
        return
    yield Finding("rest_api", ok=False, says="WordPress' REST API does not answer.", todo=failure.sentence)


def rest_api(api: Api) -> Finding:
    """Found, and how."""
    if "wp/v2" not in api.namespaces:
        return Finding(
            "rest_api",
            ok=False,
            says="The REST API is there without the routes for posts.",
            todo="Allow /wp/v2/ in the security plug-in that has switched it off.",
        )
    version = f" WordPress {api.version}." if api.version else ""
    way = " Its permalinks are plain, which works." if api.plain else ""
    return Finding("rest_api", ok=True, says=f"The REST API answers.{way}{version}")


def application_passwords(api: Api, url: str) -> Finding:
    """Whether WordPress offers them."""
    if api.application_passwords:
        return Finding("application_passwords", ok=True, says="WordPress offers application passwords.")
    if url.startswith("http://"):
        todo = "WordPress offers them on https alone: have a certificate set up, then connect with https://."
    else:
        todo = (
            "WordPress has them from 5.6 on; where it is newer, a security plug-in has switched them off: allow them."
        )
    return Finding("application_passwords", ok=False, says="WordPress offers no application passwords.", todo=todo)


def not_signed_in(api: Api, failure: WordPressFailure) -> Iterator[Finding]:
    """Why not; a user who may not even look at itself is signed in, and may do nothing."""
    if isinstance(failure, Forbidden):
        yield Finding("sign_in", ok=False, says="WordPress does not let this user in.", todo=failure.sentence)
        return
    todo = failure.sentence
    if isinstance(failure, Unauthorized) and not api.application_passwords:
        todo = f"Once WordPress offers application passwords, make one {WHERE}."
    yield Finding("sign_in", ok=False, says=NOT_TAKEN, todo=todo)


def rights(user: User) -> Finding:
    """What of what publishing does the user may do."""
    missing = [words for right, words in RIGHTS.items() if not user.can(right)]
    role = ", ".join(user.roles) or "none"
    if not missing:
        only_own = "" if user.can("edit_others_posts") else " It sees and changes its own posts alone."
        return Finding("rights", ok=True, says=f"The user may do all that publishing does.{only_own}")
    if all(user.can(right) for right in NEEDED):
        return Finding(
            "rights",
            ok=None,
            says=f"The user (role: {role}) may not {' or '.join(missing)}; articles go live all the same, without new "
            "categories.",
            todo="Make the categories in WordPress beforehand, or give the user the role Editor under Users.",
        )
    return Finding(
        "rights",
        ok=False,
        says=f"The user (role: {role}) may not {', '.join(missing)}.",
        todo="Give the user the role Editor (or Author) in WordPress under Users, or connect with another user.",
    )


def seo(api: Api) -> Finding:
    """Which plug-in keeps titles and descriptions for search engines."""
    for namespace, name in SEO_PLUGINS.items():
        if namespace in api.namespaces:
            return Finding("seo", ok=True, says=f"{name} is there: it gets the SEO title and description.")
    return Finding(
        "seo",
        ok=None,
        says="Neither Yoast SEO nor Rank Math is there: the SEO title and description are not written to WordPress.",
    )


def same_zone(api: Api, zone: str) -> Finding:
    """Whether WordPress shows the times that people here see."""
    if not zone or not api.zone:
        return Finding("zone", ok=None, says=f"WordPress' zone is {api.zone or 'not known'}.")
    if same_hours(api.zone, zone):
        return Finding("zone", ok=True, says=f"WordPress' zone is {api.zone}, with the same time as the site's.")
    return Finding(
        "zone",
        ok=None,
        says=f"WordPress shows times of {api.zone}, the site's are of {zone}: articles go live at the right instant, "
        "and WordPress shows another hour.",
        todo=f"If that confuses anybody: set the zone to {zone} in WordPress under Settings → General.",
    )


def same_hours(one: str, other: str) -> bool:
    """Whether both zones have the same time in winter and in summer."""
    first, second = zone_of(one), zone_of(other)
    if first is None or second is None:
        return one == other
    year = clock.now().year
    moments = [datetime(year, month, 15, 12, tzinfo=ZoneInfo("UTC")) for month in (1, 7)]
    return all(moment.astimezone(first).utcoffset() == moment.astimezone(second).utcoffset() for moment in moments)


def zone_of(name: str) -> tzinfo | None:
    """A zone by name, or of an offset such as +02:00; None for what is none."""
    try:
        if name[:1] in {"+", "-"}:
            return datetime.strptime(name, "%z").tzinfo
        return ZoneInfo(name)
    except (ValueError, ZoneInfoNotFoundError):
        return None


def same_clock(api: Api) -> Finding:
    """Whether the website's clock agrees with this machine's."""
    if api.answered_at is None:
        return Finding("clock", ok=None, says="The website does not tell its time.")
    ahead = api.answered_at - clock.now()
    if abs(ahead) <= CLOCK_SLACK:
        return Finding("clock", ok=True, says="The website's clock is right.")
    minutes = max(1, round(abs(ahead).total_seconds() / 60))
    side = "ahead" if ahead > timedelta(0) else "behind"
    return Finding(
        "clock",
        ok=False,
        says=f"The website's clock is {minutes} minutes {side} of this machine's: posts would be dated wrongly.",
        todo="Have the hosting company set the server's clock (or set this machine's, where that one is wrong).",
    )


def uploads(api: Api) -> Finding:
    """What can be told of files without uploading one."""
    size = "WordPress does not tell how large a file may be; the first upload shows it."
    numbers = tuple(int(part) for part in api.version.split(".")[:2] if part.isdigit())
    if numbers and numbers < WEBP_SINCE:
        return Finding(
            "uploads",
            ok=False,
            says=f"WordPress {api.version} does not take WebP pictures. {size}",
            todo="Update WordPress, or have pictures uploaded in their original format (publishing settings).",
        )
    return Finding("uploads", ok=None, says=f"{size}{' WebP pictures are taken.' if numbers else ''}")
