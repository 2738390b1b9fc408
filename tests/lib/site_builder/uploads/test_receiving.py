"""What is taken and as what, and that whatever comes is either taken whole or refused with a sentence."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from igny8_lib.errors import InvalidInput
from igny8_lib.models import AssetFolder
from igny8_lib.site_builder.uploads.kinds import KINDS
from igny8_lib.site_builder.uploads.receiving import MOST_BYTES, receive
from igny8_lib.site_builder.uploads.refusal import Refused
from tests.lib.site_builder.uploads.making import GOOD, mp4, ogg, pdf, picture

KEPT = re.compile(r"[a-z0-9][a-z0-9-]{0,89}\.[a-z0-9]{2,4}")


def refusal(name: str, data: bytes, existing: tuple[str, ...] = ()) -> str:
    """The sentence of a refusal."""
    with pytest.raises(Refused) as refused:
        receive(name, data, existing)
    return refused.value.reason


def test_there_is_a_good_file_of_every_kind() -> None:
    assert set(GOOD) == set(KINDS)


@pytest.mark.parametrize("suffix", sorted(KINDS))
def test_every_kind_is_taken_into_its_folder(suffix: str) -> None:
    received = receive(f"Our file.{suffix.upper()}", GOOD[suffix])
    kind = KINDS[suffix]
    assert received.folder is kind.folder
    assert received.name == ("our-file.webp" if kind.folder is AssetFolder.IMAGES else f"our-file.{suffix}")
    assert received.paths == {f"assets/{kind.folder}/{name}": data for name, data in received.files.items()}
    assert received.size == sum(map(len, received.files.values()))
    assert receive(f"Our file.{suffix.upper()}", GOOD[suffix]) == received, "the same call gives the same files"


@pytest.mark.parametrize("suffix", sorted(set(KINDS) - {"txt", "csv"}))
def test_a_name_without_an_ending_is_told_by_its_content(suffix: str) -> None:
    assert receive("file", GOOD[suffix]) == receive(f"file.{suffix}", GOOD[suffix])


@pytest.mark.parametrize("suffix", sorted(set(KINDS) - {"txt", "csv"}))
@pytest.mark.parametrize("ending", ["html", "svg", "exe", "php"])
def test_content_of_a_good_kind_is_refused_under_the_ending_of_a_bad_one(suffix: str, ending: str) -> None:
    assert f"It is called .{ending}, but its content is that of a .{suffix} file" in refusal(
        f"x.{ending}", GOOD[suffix]
    )


@pytest.mark.parametrize(
    ("name", "data", "word"),
    [
        ("logo.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "SVG"),
        ("logo.png", b"\xef\xbb\xbf  <!-- a --><svg onload='x'>", "SVG"),
        ("page.txt", b"\n<!DOCTYPE html><script>alert(1)</script>", "HTML"),
        ("page.txt", "<html><body>".encode("utf-16"), "HTML"),
        ("table.csv", b"<table><tr>", "HTML"),
        ("old.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, ".docx"),
        ("setup.exe", b"MZ\x90\0", "program"),
        ("run.sh", b"#!/bin/sh\n", "program"),
        ("photo.tif", b"II*\0" + b"\0" * 20, "JPEG"),
        ("a.rar", b"Rar!\x1a\x07", "archive"),
        ("nothing.png", b"", "empty"),
        ("what.dat", b"\x01\x02\x03", "Pictures may be"),
        ("binary.txt", b"abc\0\x01", "control character"),
        ("latin.txt", "Größe".encode("latin-1"), "UTF-8"),
    ],
)
def test_what_could_run_or_is_nothing_is_refused_with_what_to_do(name: str, data: bytes, word: str) -> None:
    assert word in refusal(name, data)


def test_a_refusal_is_the_caller_s_fault_and_says_which_file_without_its_tricks() -> None:
    with pytest.raises(InvalidInput, match=r'^The file "photognp.exe" was refused: ') as refused:
        receive("photo\u202egnp.exe", b"MZ")
    assert refused.value.facts["name"] == "photognp.exe"
    assert "program" in str(refused.value.facts["reason"])


@pytest.mark.parametrize("folder", sorted(AssetFolder))
def test_a_file_larger_than_its_folder_takes_is_refused(folder: AssetFolder) -> None:
    head = {AssetFolder.IMAGES: GOOD["png"], AssetFolder.DOCUMENTS: GOOD["pdf"], AssetFolder.MEDIA: GOOD["mp4"]}[folder]
    reason = refusal("large", head + bytes(MOST_BYTES[folder]))
    assert f"{MOST_BYTES[folder] // 1024 // 1024} MB at most" in reason


@pytest.mark.parametrize("existing", ["prices.pdf", "PRICES.PDF", "Prıces.pdf", "ＰＲＩＣＥＳ.pdf", "príces.pdf"])
def test_twins_in_case_and_unicode_are_refused(existing: str) -> None:
    assert f'There is a file "{existing}" already' in refusal("Prices.pdf", GOOD["pdf"], (existing,))


def test_a_picture_is_refused_where_one_of_its_variants_would_replace_a_file() -> None:
    wide = picture("JPEG", 600, 20)
    assert sorted(receive("photo.jpg", wide).files) == ["photo-480.webp", "photo.webp"]
    assert 'a file "photo-480.webp" already' in refusal("photo.jpg", wide, ("photo-480.webp",))
    assert receive("photo.jpg", wide, ("photo.jpg", "photos.webp", "photo-960.webp")).name == "photo.webp"


def test_texts_are_written_anew_as_utf_8() -> None:
    written = receive("hours.txt", "Geöffnet\r\n".encode("utf-16"))
    assert written.files == {"hours.txt": "Geöffnet\r\n".encode()}
    assert written.media_type == "text/plain; charset=utf-8"


def taken_whole_or_refused(name: str, data: bytes) -> bool:
    """Whether a call ends as every call must: with files that stay in their folder, or with a sentence."""
    try:
        received = receive(name, data)
    except Refused as refused:
        return refused.reason.endswith(".")
    return (
        received.name in received.files
        and all(KEPT.fullmatch(name) and len(name) <= 100 for name in received.files)
        and all(path.startswith(f"assets/{received.folder}/") and path.count("/") == 2 for path in received.paths)
    )


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=300), st.sampled_from(sorted(GOOD)))
def test_whatever_a_good_file_is_called_it_stays_in_its_folder_or_is_refused(name: str, suffix: str) -> None:
    assert taken_whole_or_refused(name, GOOD[suffix])
    assert taken_whole_or_refused(f"{name}.{suffix}", GOOD[suffix])


@settings(max_examples=300, deadline=None)
@given(st.data(), st.sampled_from(sorted(GOOD)))
def test_damaged_files_are_taken_whole_or_refused_and_nothing_else(data: st.DataObject, suffix: str) -> None:
    good = GOOD[suffix]
    at = data.draw(st.integers(0, len(good)))
    until = data.draw(st.integers(at, min(len(good), at + 40)))
    damaged = good[:at] + data.draw(st.binary(max_size=40)) + good[until:]
    assert taken_whole_or_refused(f"x.{suffix}", damaged)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from([GOOD[suffix][:12] for suffix in sorted(GOOD)]), st.binary(max_size=200))
def test_noise_behind_a_signature_is_taken_whole_or_refused(head: bytes, noise: bytes) -> None:
    assert taken_whole_or_refused("x", head + noise)


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (pdf()[:-10], "end is missing"),
        (mp4(b"heic"), "JPEG"),
        (mp4(b"qt  "), "MP4"),
        (mp4()[:-1], "damaged"),
        (mp4() + b"<script>", "damaged"),
        (ogg() + b"<script>", "damaged"),
    ],
)
def test_files_that_are_cut_off_or_carry_something_behind_them_are_refused(data: bytes, word: str) -> None:
    assert word in refusal("x", data)
