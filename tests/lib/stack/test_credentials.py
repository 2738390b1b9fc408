"""Secrets are made once and readable by their owner only."""

from __future__ import annotations

import json
import stat
from base64 import urlsafe_b64decode
from dataclasses import asdict
from pathlib import Path

from igny8_lib.stack.credentials import Credentials, load_or_create, write_private


def test_secrets_are_made_once_and_only_their_owner_can_read_them(tmp_path: Path) -> None:
    path = tmp_path / "credentials.json"
    made = load_or_create(path)
    assert load_or_create(path) == made
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_from_before_a_secret_was_needed_gets_it_and_keeps_the_others(tmp_path: Path) -> None:
    path = tmp_path / "credentials.json"
    older = {name: secret for name, secret in asdict(Credentials()).items() if name != "igny8_owner_password"}
    path.write_text(json.dumps(older))
    first = load_or_create(path)
    assert first == load_or_create(path)
    assert {name: secret for name, secret in asdict(first).items() if name in older} == older


def test_two_stacks_share_no_secret_and_none_shows_up_in_a_log() -> None:
    one, other = asdict(Credentials()), asdict(Credentials())
    assert not set(one.values()) & set(other.values())
    assert len(set(one.values())) == len(one)
    assert not [secret for secret in one.values() if secret in repr(Credentials(**one))]
    assert len(urlsafe_b64decode(one["fernet_key"])) == 32


def test_a_private_file_replaces_a_readable_one_without_keeping_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "stack.env"
    path.write_text("old")
    path.chmod(0o644)
    write_private(path, "new")
    assert (path.read_text(), stat.S_IMODE(path.stat().st_mode)) == ("new", 0o600)
