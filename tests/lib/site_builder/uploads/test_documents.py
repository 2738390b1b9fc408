"""Office documents and PDF: real ones pass, those that run, unfold or lead out do not."""

from __future__ import annotations

import io
import struct
from zipfile import ZIP_BZIP2, ZipFile

import openpyxl
import pytest

from igny8_lib.site_builder.uploads import archives
from igny8_lib.site_builder.uploads.office import check_office
from igny8_lib.site_builder.uploads.pdf import check_pdf
from igny8_lib.site_builder.uploads.refusal import Unwanted
from tests.lib.site_builder.uploads.making import MAIN, RELATIONS, archive, object_stream, office, pdf

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100


def relation(kind: str, mode: str = "External") -> str:
    """A relation to another host."""
    return RELATIONS.format(f'<Relationship Id="2" Type="x/{kind}" Target="http://elsewhere/" TargetMode="{mode}"/>')


def test_a_workbook_of_a_real_program_passes() -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "=1+1"
    book.active["A2"].hyperlink = "http://elsewhere.example/"
    file = io.BytesIO()
    book.save(file)
    assert check_office(file.getvalue()) == "xlsx"


@pytest.mark.parametrize("kind", sorted(MAIN))
@pytest.mark.parametrize(
    ("part", "content", "word"),
    [
        ("word/vbaProject.bin", OLE, "macros"),
        ("word/embeddings/a.bin", b"MZ\x90", "macros"),
        ("xl/macrosheets/sheet1.xml", "<a/>", "macros"),
        ("word/activeX/activeX1.xml", "<a/>", "macros"),
        ("more/types.xml", '<Types ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/>', "macros"),
        ("xl/externalLinks/e.xml", '<ddeLink ddeService="cmd"/>', "macros"),
        ("customXml/item.xml", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "entities"),
        ("customXml/item.xml", "<!DOCTYPE a><a/>".encode("utf-16"), "entities"),
        ("customXml/item.xml", '<!DOCTYPE a [<!ENTITY b "c">]><a/>'.encode("cp037"), "XML is none"),
        ("word/_rels/settings.xml.rels", relation("attachedTemplate"), "attachedTemplate"),
        ("word/_rels/document.xml.rels", relation("oleObject"), "oleObject"),
        ("word/_rels/document.xml.rels", "<Relationships", "damaged"),
        ("word/../../x.xml", "<a/>", "leads out"),
        ("/etc/x.xml", "<a/>", "leads out"),
        ("word\\x.xml", "<a/>", "leads out"),
        ("_RELS/.rels", "<Relationships/>", "same name"),
        ("word/embeddings/a.zip", archive({"a": "b"}), "is an archive"),
    ],
)
def test_documents_that_run_unfold_or_lead_out_are_refused(
    kind: str, part: str, content: str | bytes, word: str
) -> None:
    with pytest.raises(Unwanted, match=word):
        check_office(office(kind, **{part: content}))


@pytest.mark.parametrize("kind", ["hyperlink", "image"])
def test_links_to_elsewhere_are_what_documents_are_for(kind: str) -> None:
    assert check_office(office("docx", **{"word/_rels/document.xml.rels": relation(kind)})) == "docx"


@pytest.mark.parametrize("part", ["Basic/script.xml", "Scripts/a.py", "Object 1/content.xml"])
def test_texts_of_opendocument_with_programs_are_refused(part: str) -> None:
    with pytest.raises(Unwanted, match="macros"):
        check_office(office("odt", **{part: "<a/>"}))


def test_a_slide_may_have_its_table_and_a_table_in_a_table_in_it_may_not() -> None:
    table = office("xlsx")
    assert check_office(office("pptx", **{"ppt/embeddings/t.xlsx": table})) == "pptx"
    deep = office("xlsx", **{"xl/embeddings/t.xlsx": table})
    with pytest.raises(Unwanted, match="documents within documents"):
        check_office(office("pptx", **{"ppt/embeddings/t.xlsx": deep}))


def test_an_archive_that_is_two_documents_or_none_is_refused() -> None:
    both = office("docx", **{"xl/workbook.xml": "<a/>"})
    for data in (both, archive({"a.txt": "b"}), archive({"word/document.xml": "<a/>"})):
        with pytest.raises(Unwanted, match="is an archive"):
            check_office(data)


def test_a_bomb_is_refused_before_it_is_unpacked_and_however_it_hides() -> None:
    bomb = office("docx", **{"word/a.bin": bytes(archives.FREE + 1)})
    assert len(bomb) < 20_000
    with pytest.raises(Unwanted, match="many times its size"):
        check_office(bomb)
    with pytest.raises(Unwanted, match="many times its size"):
        next(archives.read_parts(bomb, archives.room_for(bomb)))
    half = office("xlsx", **{"xl/a.bin": bytes(archives.FREE // 2)})
    with pytest.raises(Unwanted, match="many times its size"):
        check_office(office("pptx", **{f"ppt/embeddings/{each}.xlsx": half for each in range(3)}))


def test_a_size_that_an_archive_lies_about_is_found() -> None:
    bomb = office("docx", **{"word/a.bin": bytes(1_000_000)})
    lying = bomb.replace(struct.pack("<L", 1_000_000), struct.pack("<L", 10))
    assert lying != bomb
    with pytest.raises(Unwanted, match="damaged"):
        check_office(lying)


def test_parts_that_share_their_bytes_are_refused() -> None:
    good = office("docx", **{"word/a.bin": b"x" * 1_000, "word/b.bin": b"x" * 1_000})
    with ZipFile(io.BytesIO(good)) as opened:
        first, second = (opened.getinfo(f"word/{each}.bin").header_offset for each in "ab")
    at = good.rindex(struct.pack("<L", second) + b"word/b.bin")
    shared = good[:at] + struct.pack("<L", first) + good[at + 4 :]
    with pytest.raises(Unwanted, match="overlap"):
        check_office(shared)


def test_what_stands_around_an_archive_is_refused() -> None:
    with pytest.raises(Unwanted, match="stands before"):
        check_office(b"GIF89a" + office("docx"))
    for behind in (b"<script>", b"\0" * 30):
        with pytest.raises(Unwanted, match=r"appended behind|damaged"):
            check_office(office("docx") + behind)


def test_other_packings_too_many_parts_and_passwords_are_refused() -> None:
    with pytest.raises(Unwanted, match="packed in a way"):
        check_office(archive({"word/document.xml": "<a/>"}, packing=ZIP_BZIP2))
    with pytest.raises(Unwanted, match="parts, more than"):
        check_office(archive({str(each): "" for each in range(archives.MOST_PARTS + 1)}))
    good = office("docx")
    at = good.index(b"PK\x01\x02") + 8
    with pytest.raises(Unwanted, match="password"):
        check_office(good[:at] + b"\x01\x00" + good[at + 2 :])


def test_a_plain_pdf_passes_also_with_its_objects_packed() -> None:
    check_pdf(pdf())
    check_pdf(pdf(object_stream(b"1 0 << /Type /Page >>")))


@pytest.mark.parametrize(
    "name", [b"/JavaScript", b"/J#61vaScript", b"/Launch", b"/#4caunch", b"/EmbeddedFile", b"/RichMedia", b"/Encrypt"]
)
def test_a_pdf_that_does_more_than_show_pages_is_refused_however_it_writes_that(name: bytes) -> None:
    action = b"<< /S " + name + b" /JS (app.alert(1)) >>"
    for body in (
        action,
        object_stream(b"1 0 " + action),
        b"<< >> stream\nx\nendstream\n" + object_stream(b"1 0 " + action),
    ):
        with pytest.raises(Unwanted, match="plain PDF"):
            check_pdf(pdf(body))


def test_objects_that_cannot_be_looked_into_are_refused() -> None:
    for filters in (b"[/ASCIIHexDecode /FlateDecode]", b"/LZWDecode", b"/#4cZWDecode"):
        with pytest.raises(Unwanted, match="cannot be looked into"):
            check_pdf(pdf(object_stream(b"1 0 << >>", filters)))
    with pytest.raises(Unwanted, match="damaged PDF"):
        check_pdf(pdf(b"<< /Type /ObjStm /Filter /FlateDecode >>\nstream\nabc\nendstream"))
    cut = object_stream(b"1 0 << /Type /Page >>")[:-14] + b"\nendstream"
    with pytest.raises(Unwanted, match="damaged PDF"):
        check_pdf(pdf(cut))


def test_a_pdf_whose_objects_unfold_without_end_is_refused() -> None:
    bomb = pdf(object_stream(bytes(20 * 1024 * 1024)) * 4)
    assert len(bomb) < 100_000
    with pytest.raises(Unwanted, match="unpacks to more than 64 MB"):
        check_pdf(bomb)
