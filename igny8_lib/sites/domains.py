"""A site's domain: one spelling of what people type, and a refusal of what is no public host name.

Domains are stored as people read them: in Unicode and lower case ("münchen.example"), whether they were typed so or in
punycode ("XN--MNCHEN-3YA.example"). What asks the name over the network encodes it there.
"""

from __future__ import annotations

import re

import idna

from igny8_lib.errors import InvalidInput

SCHEME = re.compile(r"https?://", re.IGNORECASE)
PATH = re.compile(r"[/?#\\]")
NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*", re.IGNORECASE)
"""A last label that makes a host an IPv4 address for every browser (WHATWG URL, "ends in a number")."""
LONGEST_TYPED = 1_000
"""Characters; a host name has at most 253, so that nothing longer is worth decoding."""


def check_domain(domain: str) -> str:
    """The host name of a domain, or of an address as a browser shows it ("https://Example.com/blog" → "example.com").

    Raises InvalidInput for everything else: a path without its scheme, ports, credentials, IP addresses, localhost and
    single labels.
    """
    typed = domain.strip()
    address = SCHEME.match(typed)
    host = PATH.split(typed[address.end() :], maxsplit=1)[0] if address else typed.removesuffix("/")
    host = host.removesuffix(".")
    for reason, applies in REFUSALS:
        if applies(host):
            shown = "The domain" if "@" in host else repr(typed[:100])  # no password is repeated
            raise InvalidInput(f"{shown} {reason}: give the host name alone, such as 'www.example.com'.")
    try:
        name = idna.decode(idna.encode(host, uts46=True))
    except (UnicodeError, ValueError):
        raise not_a_domain(typed) from None
    labels = name.split(".")
    if len(labels) < 2 or labels[-1] == "localhost":
        raise InvalidInput(f"{typed[:100]!r} is no public domain: give one such as 'www.example.com'.")
    if NUMBER.fullmatch(labels[-1]):
        raise InvalidInput(f"{typed[:100]!r} is an IP address: give the site's domain, such as 'www.example.com'.")
    return name


def not_a_domain(typed: str) -> InvalidInput:
    """What to say of anything that is no host name."""
    return InvalidInput(f"{typed[:100]!r} is not a domain: give the host name, such as 'www.example.com'.")


REFUSALS = (
    ("is too long for a domain", lambda host: len(host) > LONGEST_TYPED),
    ("holds a name or a password", lambda host: "@" in host),
    ("holds a path", lambda host: PATH.search(host) is not None),
    ("is an IP address", lambda host: host.startswith("[") or host.count(":") > 1),
    ("holds a port", lambda host: ":" in host),
)
"""What is wrong with a host, and how it is seen; the first that applies is told."""
