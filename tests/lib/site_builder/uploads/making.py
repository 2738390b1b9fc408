"""Small files of all kinds, as programs write them."""

from __future__ import annotations

import io
import zlib
from collections.abc import Mapping
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from PIL import Image

MAIN = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "pptx": "ppt/presentation.xml"}
RELATIONS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'


def gradient(width: int, height: int, mode: str = "RGB") -> Image.Image:
    """A picture in which every corner has another colour."""
    channel = Image.linear_gradient("L").resize((width, height))
    picture = Image.merge("RGB", (channel, channel.rotate(180), channel))
    return picture.convert(mode)


def picture(kind: str = "PNG", width: int = 40, height: int = 30, **options: object) -> bytes:
    file = io.BytesIO()
    gradient(width, height).save(file, kind, **options)
    return file.getvalue()


def archive(parts: Mapping[str, str | bytes], *, packing: int = ZIP_DEFLATED) -> bytes:
    """A ZIP of the parts at a fixed time."""
    file = io.BytesIO()
    with ZipFile(file, "w", packing) as zipped:
        for name, content in parts.items():
            info = ZipInfo(name)
            info.compress_type = ZIP_STORED if name == "mimetype" else packing
            zipped.writestr(info, content)
    return file.getvalue()


def office(kind: str, **further: str | bytes) -> bytes:
    """An office document; `further` parts by path (as "word/x.xml": give them with **{...})."""
    if kind == "odt":
        parts: dict[str, str | bytes] = {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": "<office:document-content/>",
            "META-INF/manifest.xml": "<manifest:manifest/>",
        }
    else:
        parts = {
            "[Content_Types].xml": '<?xml version="1.0"?><Types/>',
            "_rels/.rels": RELATIONS.format('<Relationship Id="1" Type="x/officeDocument" Target="main"/>'),
            MAIN[kind]: "<document>Prices</document>",
        }
    return archive(parts | further)


def pdf(body: bytes = b"<< /Type /Catalog >>") -> bytes:
    return b"%PDF-1.7\n1 0 obj\n" + body + b"\nendobj\ntrailer << /Root 1 0 R >>\nstartxref\n9\n%%EOF\n"


def object_stream(objects: bytes, filters: bytes = b"/FlateDecode") -> bytes:
    """An object stream of a PDF."""
    packed = zlib.compress(objects)
    head = b"<< /Type /ObjStm /N 1 /First 4 /Filter " + filters + b" /Length %d >>" % len(packed)
    return head + b"\nstream\n" + packed + b"\nendstream"


def box(name: bytes, content: bytes = b"") -> bytes:
    return (8 + len(content)).to_bytes(4, "big") + name + content


def mp4(brand: bytes = b"isom") -> bytes:
    return box(b"ftyp", brand + b"\0\0\2\0" + brand) + box(b"moov", b"\0" * 20) + box(b"mdat", b"\0" * 50)


def webm(kind: bytes = b"webm") -> bytes:
    head = b"\x42\x86\x81\x01" + b"\x42\x82" + bytes([0x80 | len(kind)]) + kind
    return b"\x1a\x45\xdf\xa3" + bytes([0x80 | len(head)]) + head + b"\x18\x53\x80\x67\x01\xff\xff\xff\xff\xff\xff\xff"


def ogg(packet: bytes = b"\x01vorbis", pages: int = 3) -> bytes:
    first = b"OggS\0\2" + b"\0" * 20 + b"\1" + bytes([len(packet)]) + packet
    return first + (b"OggS\0\0" + b"\0" * 20 + b"\2\5\5" + b"x" * 10) * (pages - 1)


def mp3(tag: bytes = b"", frames: int = 4) -> bytes:
    """Frames of MPEG-1 layer III with 128 kbit/s and 44.1 kHz: 417 bytes each."""
    head = b"ID3\4\0\0" + bytes([0, 0, len(tag) >> 7, len(tag) & 0x7F]) + tag if tag else b""
    return head + (b"\xff\xfb\x90\x00" + b"\0" * 413) * frames


def wav() -> bytes:
    content = b"WAVEfmt " + (16).to_bytes(4, "little") + b"\0" * 16 + b"data" + (4).to_bytes(4, "little") + b"\0" * 4
    return b"RIFF" + len(content).to_bytes(4, "little") + content


GOOD = {
    "png": picture("PNG"),
    "jpg": picture("JPEG"),
    "webp": picture("WEBP"),
    "gif": picture("GIF"),
    "pdf": pdf(),
    "docx": office("docx"),
    "xlsx": office("xlsx"),
    "pptx": office("pptx"),
    "odt": office("odt"),
    "txt": b"Open from nine to five.\n",
    "csv": b"size,price\nsmall,10\n",
    "mp4": mp4(),
    "m4a": mp4(b"M4A "),
    "webm": webm(),
    "mp3": mp3(),
    "ogg": ogg(),
    "ogv": ogg(b"\x80theora"),
    "wav": wav(),
}
"""One file of every kind that is taken, by its ending."""
