"""Which addresses requests may go to, where the address was typed in by a customer.

Whoever may name a website could otherwise have this server ask for what only this server can reach: the database, the
metadata service of a cloud, a router. So the name is resolved here, each address is judged, and the one that is
connected to is one that was judged (guard.py).
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import SplitResult, urlsplit

from igny8_lib.wordpress.errors import AddressRefused, Unreachable

Resolver = Callable[[str, int], Sequence[str]]
"""From a host's name and a port to its addresses, in the order in which they are tried. Raises OSError."""

NAT64 = IPv6Network("64:ff9b::/96")
"""RFC 6052: the last 32 bits are an IPv4 address, which a gateway connects to. The networks' own prefixes of RFC 8215
are nobody's public addresses."""
UNICAST = IPv6Network("2000::/3")
"""All that is given out of IPv6 (RFC 4291)."""
COMPATIBLE = IPv6Network("::/96")
"""RFC 4291: the old way to write an IPv4 address in an IPv6 one."""
PORTS = {"http": 80, "https": 443}


def split_url(url: str) -> SplitResult:
    """The parts of a website's address. Raises AddressRefused for what is no http(s) address without credentials."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        raise AddressRefused(
            f"{url[:200]!r} is no address: write it like https://www.example.com.", sent=False
        ) from None
    if parts.scheme not in PORTS or not parts.hostname or port == 0:
        raise AddressRefused(
            "The website's address must be one of http or https, like https://www.example.com.", sent=False
        )
    if "@" in parts.netloc:
        raise AddressRefused(
            "The website's address must not contain a user or a password: both have fields of their own.", sent=False
        )
    return parts


def origin_of(parts: SplitResult) -> tuple[str, str, int]:
    """Scheme, host and port."""
    return parts.scheme, (parts.hostname or "").rstrip("."), parts.port or PORTS[parts.scheme]


def resolve(host: str, port: int) -> list[str]:
    """The host's addresses as the machine's resolver knows them. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def is_public(address: str) -> bool:
    """Whether the address is one of the public internet, whatever form an IPv4 address is hidden in."""
    try:
        known = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return all(is_public_itself(form) for form in (known, *hidden_in(known)))


def hidden_in(address: IPv4Address | IPv6Address) -> list[IPv4Address]:
    """The IPv4 addresses that packets to an IPv6 address may end at."""
    if isinstance(address, IPv4Address):
        return []
    found = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if any(address in network for network in (NAT64, COMPATIBLE)):
        found.append(IPv4Address(int(address) & 0xFFFFFFFF))
    return [hidden for hidden in found if hidden is not None]


def is_public_itself(address: IPv4Address | IPv6Address) -> bool:
    """`is_global` alone lets multicast and old site-local addresses pass."""
    if isinstance(address, IPv6Address) and (address.ipv4_mapped or address in NAT64):
        return True  # what is hidden in it decides
    if isinstance(address, IPv6Address) and address not in UNICAST:
        return False
    return address.is_global and not (
        address.is_multicast or address.is_reserved or address.is_loopback or address.is_unspecified
    )


def choose_addresses(host: str, port: int, resolver: Resolver, *, allow_private: bool) -> list[str]:
    """The addresses of the host that may be connected to. Raises Unreachable or AddressRefused where there is none."""
    try:
        known = resolver(host, port)
    except (OSError, UnicodeError):
        raise Unreachable(
            f"There is no website under the name {host}: look whether the address is written rightly.", sent=False
        ) from None
    allowed = [address for address in known if allow_private or is_public(address)]
    if not allowed:
        raise AddressRefused(
            f"{host} leads to an address that is not on the public internet, and requests go nowhere "
            "else. For a website in a network of your own: set IGNY8_WORDPRESS_ALLOW_PRIVATE=true.",
            sent=False,
        )
    return allowed
