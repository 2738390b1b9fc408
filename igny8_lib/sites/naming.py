"""How a site is called everywhere: slug, DAG, pool, connection. Nothing else puts these names together."""

from __future__ import annotations

import re

from slugify import slugify

from igny8_lib.errors import InvalidInput
from igny8_lib.text.names import clean_name, is_blank

SLUG_LENGTH = 60
"""Longest slug: it is part of the DAG's id, the pool's name and every task's log path."""

DAG_PREFIX = "site__"
POOL_PREFIX = "site_"
WORDPRESS_PREFIX = "wordpress_"
WEBSITE_PREFIX = "website_"

NAME_LENGTH = 200
"""Characters of the longest name of a site, an account or a plan."""

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def check_name(name: str, what: str) -> str:
    """The name as it is stored and shown: white space collapsed, without direction overrides and invisible characters.

    `what` says whose it is ("A site"). Raises InvalidInput for a name without anything to see, or one that is longer
    than NAME_LENGTH characters.
    """
    clean = clean_name(name)
    if is_blank(clean):
        raise InvalidInput(f"{what} needs a name, with at least one character to see.")
    if len(clean) > NAME_LENGTH:
        raise InvalidInput(f"{what}'s name has at most {NAME_LENGTH} characters, not {len(clean):,}.")
    return clean


def check_slug(slug: str) -> str:
    """The slug itself, where it is one: 1 to 60 of a-z, 0-9 and single hyphens between them.

    Raises InvalidInput otherwise.
    """
    if len(slug) > SLUG_LENGTH or not SLUG.fullmatch(slug):
        raise InvalidInput(
            f"{slug[:100]!r} is not a slug: use at most {SLUG_LENGTH} of a-z, 0-9 and single hyphens, "
            "such as 'harbour-lane'."
        )
    return slug


def slug_from(name: str) -> str:
    """A slug made of a name in any script ("Müller & Söhne" → "muller-sohne").

    Raises InvalidInput where nothing of the name can be written in a-z and 0-9.
    """
    slug = slugify(name, max_length=SLUG_LENGTH, word_boundary=True)
    if not slug:
        raise InvalidInput(f"No slug can be made of the name {name[:100]!r}: give one.")
    return check_slug(slug)


def dag_id(slug: str) -> str:
    """Id of the site's DAG in Airflow."""
    return f"{DAG_PREFIX}{slug}"


def pool_name(slug: str) -> str:
    """Name of the site's pool of one slot in Airflow."""
    return f"{POOL_PREFIX}{slug}"


def wordpress_connection(slug: str) -> str:
    """Id of the site's WordPress connection in Airflow."""
    return f"{WORDPRESS_PREFIX}{slug}"


def website_connection(slug: str) -> str:
    """Id of the connection in Airflow that opens the site's own object store."""
    return f"{WEBSITE_PREFIX}{slug}"


def slug_of(dag_id: str) -> str | None:
    """The site a DAG belongs to; None for a DAG that is no site's."""
    slug = dag_id.removeprefix(DAG_PREFIX)
    return slug if slug != dag_id and SLUG.fullmatch(slug) else None
