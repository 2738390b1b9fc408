"""Office documents (ECMA-376 and OpenDocument 1.3): what they are by their parts, and that nothing in them runs."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException  # type: ignore[import-untyped]
from defusedxml.ElementTree import fromstring  # type: ignore[import-untyped]

from igny8_lib.site_builder.uploads.archives import Room, read_parts, room_for
from igny8_lib.site_builder.uploads.refusal import Unwanted

MAIN_PARTS = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx", "ppt/presentation.xml": "pptx"}
ODT = b"application/vnd.oasis.opendocument.text"
PROGRAMS = (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"MZ", b"\x7fELF", b"#!")
"""How old Office objects begin (macros are kept in one), and programs."""
MACRO_FOLDERS = (
    "basic/",
    "scripts/",
    "object ",
    "objectreplacements/",
    "xl/macrosheets/",
    "word/activex/",
    "xl/activex/",
)
"""Where OpenDocument keeps scripts and objects, Excel its old macros, Office its controls."""
MACRO_MARKS = re.compile(rb"macroEnabled|vbaProject|ddeLink|<script:|<manifest:encryption-data", re.IGNORECASE)
ENTITIES = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
XML_BEFORE = b"\xef\xbb\xbf\xff\xfe \t\r\n"
"""Marks of the encoding and space; what begins otherwise is in an encoding in which nothing could be found."""
MAY_LEAD_OUT = frozenset({"hyperlink", "image", "video", "audio", "media", "externalLinkPath"})
"""Relations to something outside; others (a template, an object, a frame) are fetched and run when it is opened."""
DEEPEST = 1
"""Documents in a document: a chart on a slide has its table."""
MACROS = "It holds macros or other programs. Save it without them."


def check_office(data: bytes) -> str:
    """The ending of the office document in a ZIP archive. Raises Unwanted for other archives and for what can run."""
    return look_into(data, room_for(data), depth=0)


def look_into(data: bytes, room: Room, *, depth: int) -> str:
    """The ending of a document that may be one within another."""
    kinds: set[str] = set()
    described = False
    for at, (name, content) in enumerate(read_parts(data, room)):
        if at == 0 and name == "mimetype" and content == ODT:
            kinds.add("odt")
        if name in MAIN_PARTS:
            kinds.add(MAIN_PARTS[name])
        described = described or name in {"[Content_Types].xml", "META-INF/manifest.xml"}
        check_part(name, content, room, depth=depth)
    if len(kinds) != 1 or not described:
        raise Unwanted(
            "It is an archive and no Word, Excel, PowerPoint or OpenDocument text. Upload its files one by one."
        )
    return kinds.pop()


def check_part(name: str, content: bytes, room: Room, *, depth: int) -> None:
    """Raises Unwanted for a part that runs, or that makes whoever reads it fetch or unfold something."""
    lower = name.lower()
    if lower.startswith(MACRO_FOLDERS) or content.startswith(PROGRAMS):
        raise Unwanted(MACROS)
    if content.startswith(b"PK\x03\x04"):
        if depth == DEEPEST:
            raise Unwanted("There are documents within documents within it. Save it without them.")
        look_into(content, room, depth=depth + 1)
    if lower.endswith((".xml", ".rels", ".vml", ".rdf")):
        plain = content.replace(b"\0", b"")  # UTF-16 becomes readable, UTF-8 has none
        if plain and not plain.lstrip(XML_BEFORE).startswith(b"<"):
            raise Unwanted("It is damaged: a part that should be XML is none. Save it anew.")
        if ENTITIES.search(plain):
            raise Unwanted("Its XML declares entities, as no office program does. Save it anew.")
        if MACRO_MARKS.search(plain):
            raise Unwanted(MACROS)
    if lower.endswith(".rels"):
        check_relations(content)


def check_relations(content: bytes) -> None:
    """Raises Unwanted for relations that load something from elsewhere when the document is opened."""
    for relation in parse(content):
        kind = relation.get("Type", "").rpartition("/")[2]
        if relation.get("TargetMode", "").lower() == "external" and kind not in MAY_LEAD_OUT:
            raise Unwanted(f"It loads a part from elsewhere when it is opened ({kind[:30]}). Save it without that.")


def parse(content: bytes) -> Element:
    """The root of a small XML part."""
    try:
        root: Element = fromstring(content)
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        raise Unwanted("It is damaged: its relations cannot be read. Save it anew.") from None
    return root
