"""Film and sound, told by their structure up to the end; browsers decode them, the product does not."""

from __future__ import annotations

from collections.abc import Iterator

from igny8_lib.site_builder.uploads.refusal import Unwanted

DAMAGED = "It is damaged or not whole. Save it anew."
MP4_BRANDS = frozenset(
    {
        b"isom",
        b"iso2",
        b"iso3",
        b"iso4",
        b"iso5",
        b"iso6",
        b"iso7",
        b"iso8",
        b"iso9",
        b"mp41",
        b"mp42",
        b"avc1",
        b"M4V ",
        b"dash",
    }
)
M4A_BRANDS = frozenset({b"M4A ", b"M4B "})
PICTURE_BRANDS = frozenset({b"avif", b"avis", b"heic", b"heix", b"mif1", b"msf1"})
EBML, SEGMENT = b"\x1a\x45\xdf\xa3", b"\x18\x53\x80\x67"
DOCTYPE = b"\x42\x82"
BITRATES = {
    True: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    False: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
"""Of layer III in kbit/s, by whether it is MPEG-1."""
RATES = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}
"""Samples a second, by the version's two bits."""
FRAMES = 3
"""That must follow one another: no other file has so many headers in their places."""


def check_media(data: bytes, family: str) -> str:
    """The ending of film or sound of a family ("mp4", "webm", "ogg", "mp3", "wav"). Raises Unwanted."""
    return {"mp4": mp4, "webm": webm, "ogg": ogg, "mp3": mp3, "wav": wav}[family](data)


def mp4(data: bytes) -> str:
    """ISO 14496-12: boxes one after the other up to the end, with a description and data among them."""
    boxes = dict(mp4_boxes(data))
    head = boxes.get(b"ftyp", b"")
    brands = {head[at : at + 4] for at in (0, *range(8, len(head) - 3, 4))}
    if brands & PICTURE_BRANDS:
        raise Unwanted("It is a kind of picture that browsers do not all show. Save it as JPEG, PNG or WebP.")
    if not (b"moov" in boxes and (b"mdat" in boxes or b"moof" in boxes)):
        raise Unwanted(DAMAGED)
    if head[:4] in M4A_BRANDS:
        return "m4a"
    if brands & MP4_BRANDS:
        return "mp4"
    raise Unwanted("It is a film that browsers do not all play. Save it as MP4 (H.264) or WebM.")


def mp4_boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Type and the first bytes of each outermost box."""
    at = 0
    while at < len(data):
        size, name, head = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8], 8
        if size == 1:
            size, head = int.from_bytes(data[at + 8 : at + 16], "big"), 16
        elif size == 0:
            size = len(data) - at
        if size < head or at + size > len(data) or not (name.isascii() and name.decode().isprintable()):
            raise Unwanted(DAMAGED)
        yield name, data[at + head : at + min(size, 1_024)]
        at += size


def webm(data: bytes) -> str:
    """RFC 8794: a header that says "webm", then a segment."""
    at = len(EBML)
    size, at = number(data, at)
    end = at + size
    kind = b""
    while at < min(end, len(data)):
        width = 1 if data[at] & 0x80 else 2
        name = data[at : at + width]
        length, at = number(data, at + width)
        if name == DOCTYPE:
            kind = data[at : at + length].rstrip(b"\0")
        at += length
    if at != end or data[end : end + 4] != SEGMENT:
        raise Unwanted(DAMAGED)
    if kind != b"webm":
        raise Unwanted("It is a film that browsers do not all play. Save it as MP4 (H.264) or WebM.")
    return "webm"


def number(data: bytes, at: int) -> tuple[int, int]:
    """A number whose first byte says how long it is, and where it ends."""
    if at >= len(data) or not data[at]:
        raise Unwanted(DAMAGED)
    length = 9 - data[at].bit_length()
    return int.from_bytes(data[at : at + length], "big") & ((1 << 7 * length) - 1), at + length


def ogg(data: bytes) -> str:
    """RFC 3533: pages one after the other up to the end; the first packets say whether it is film or sound."""
    at, film, first = 0, False, True
    while at < len(data):
        segments = data[at + 26 : at + 27]
        table = data[at + 27 : at + 27 + (segments[0] if segments else 0)]
        body = at + 27 + len(table)
        end = body + sum(table)
        if data[at : at + 5] != b"OggS\0" or not segments or end > len(data) or len(table) != segments[0]:
            raise Unwanted(DAMAGED)
        begins = bool(data[at + 5] & 2)
        if first and not begins:
            raise Unwanted(DAMAGED)
        film = film or (begins and data[body : body + 7] == b"\x80theora")
        at, first = end, False
    return "ogv" if film else "ogg"


def mp3(data: bytes) -> str:
    """ISO 11172-3: frames after one another, behind the tags (ID3v2)."""
    at = 0
    while data[at : at + 3] == b"ID3":
        size = data[at + 6 : at + 10]
        if len(size) < 4 or max(size) > 0x7F:
            raise Unwanted(DAMAGED)
        footer = 10 if data[at + 5] & 0x10 else 0
        at += 10 + footer + sum(byte << 7 * (3 - place) for place, byte in enumerate(size))
    for _ in range(FRAMES):
        at += mp3_frame(data[at : at + 4])
    if at > len(data):
        raise Unwanted(DAMAGED)
    return "mp3"


def mp3_frame(head: bytes) -> int:
    """Bytes of the frame with this header."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE6 != 0xE2:
        raise Unwanted(DAMAGED)
    version, bitrate, rate = head[1] >> 3 & 3, head[2] >> 4, head[2] >> 2 & 3
    if version not in RATES or bitrate in {0, 15} or rate == 3:
        raise Unwanted(DAMAGED)
    samples = 144_000 if version == 3 else 72_000
    return samples * BITRATES[version == 3][bitrate] // RATES[version][rate] + (head[2] >> 1 & 1)


def wav(data: bytes) -> str:
    """RIFF: its size is that of the file, and there is sound in it."""
    if data[:4] != b"RIFF" or int.from_bytes(data[4:8], "little") + 8 != len(data) or b"data" not in data[12:65_536]:
        raise Unwanted(DAMAGED)
    return "wav"
