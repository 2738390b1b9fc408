"""Which addresses requests may go to."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igny8_lib.wordpress.addresses import choose_addresses, is_public, split_url
from igny8_lib.wordpress.errors import AddressRefused, Unreachable

PRIVATE = (
    "0.0.0.0",  # noqa: S104 - it leads to this machine
    "10.1.2.3",
    "100.64.0.1",
    "127.0.0.1",
    "127.8.8.8",
    "169.254.169.254",
    "172.16.0.1",
    "192.0.2.1",
    "192.168.0.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::a00:1",
    "64:ff9b::7f00:1",
    "64:ff9b:1::a00:1",
    "2002:7f00:1::",
    "2002:a00:1::1",
    "fc00::1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "2001:db8::1",
    "localhost",
)


@pytest.mark.parametrize("address", PRIVATE)
def test_no_request_goes_to_an_address_that_is_not_public(address: str) -> None:
    assert is_public(address) is False


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "93.184.216.34", "2606:2800:220:1::1", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_public_addresses_are_public_however_they_are_written(address: str) -> None:
    assert is_public(address) is True


@given(st.ip_addresses(v=4))
def test_an_address_hidden_in_another_is_judged_as_itself(address: IPv4Address) -> None:
    number = int(address)
    mapped = IPv6Address((0xFFFF << 32) | number)
    nat64 = IPv6Address(int(IPv6Address("64:ff9b::")) | number)
    assert is_public(str(mapped)) == is_public(str(nat64)) == is_public(str(address))


@given(st.ip_addresses(v=6))
def test_whatever_python_calls_local_is_not_public(address: IPv6Address) -> None:
    if address.is_private or address.is_loopback or address.is_link_local or address.is_multicast:
        hidden = address.ipv4_mapped
        assert not is_public(str(address)) or (hidden is not None and ip_address(str(hidden)).is_global)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.com",
        "ftp://example.com",
        "file:///etc/passwd",
        "https://",
        "https://user:secret@example.com",
        "https://user@example.com",
        "https://example.com:0",
        "https://example.com:99999",
        "https://[::1",
        "javascript:alert(1)",
    ],
)
def test_what_is_no_plain_web_address_is_refused_without_repeating_a_password(url: str) -> None:
    with pytest.raises(AddressRefused) as caught:
        split_url(url)
    assert "secret" not in str(caught.value)
    assert caught.value.sent is False


def test_of_several_addresses_only_the_public_ones_are_tried() -> None:
    known = ["10.0.0.1", "8.8.8.8", "::1"]
    assert choose_addresses("example.com", 443, lambda *_: known, allow_private=False) == ["8.8.8.8"]
    assert choose_addresses("example.com", 443, lambda *_: known, allow_private=True) == known
    with pytest.raises(AddressRefused, match="IGNY8_WORDPRESS_ALLOW_PRIVATE"):
        choose_addresses("example.com", 443, lambda *_: ["10.0.0.1"], allow_private=False)


def test_a_name_that_nobody_knows_is_unreachable() -> None:
    def unknown(host: str, port: int) -> list[str]:
        raise OSError(host, port)

    with pytest.raises(Unreachable, match=r"nowhere\.example"):
        choose_addresses("nowhere.example", 443, unknown, allow_private=False)
