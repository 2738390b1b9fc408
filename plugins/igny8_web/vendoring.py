"""Fetches the scripts of static/vendor/vendor.toml from npm and keeps those whose content is the one written there.

make vendor                 restore what is missing or differs
make vendor ARGS=--accept   write the hashes of new versions down, after they were looked at
"""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "static" / "vendor"
LIST = FOLDER / "vendor.toml"


@dataclass(frozen=True)
class Vendored:
    """One file of a package."""

    name: str
    version: str
    licence: str
    path: str
    kept_as: str
    sha256: str

    def is_kept(self) -> bool:
        """Whether the file is there with the content that is written down."""
        kept = FOLDER / self.kept_as
        return kept.is_file() and digest(kept.read_bytes()) == self.sha256


def digest(content: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def read_list() -> list[Vendored]:
    """What is written down."""
    return [Vendored(**each) for each in tomllib.loads(LIST.read_text("utf-8"))["file"]]


def fetch(name: str, version: str, path: str) -> bytes:
    """One file of a package, as npm has it: its client only downloads the archive, nothing of it is run."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["npm", "pack", "--silent", "--ignore-scripts", f"{name}@{version}"]
        packed = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout.strip()
        with tarfile.open(Path(folder) / packed.splitlines()[-1]) as archive:
            member = archive.extractfile(path)
            if member is None:
                raise SystemExit(f"{name} {version} has no file {path}.")
            return member.read()


def main(arguments: list[str]) -> None:
    """Restore every file, or accept new ones. Ends with a sentence where a content is another than written down."""
    text = LIST.read_text("utf-8")
    for each in read_list():
        if each.is_kept():
            continue
        content = fetch(each.name, each.version, each.path)
        if digest(content) != each.sha256:
            if "--accept" not in arguments:
                raise SystemExit(f"{each.kept_as} is not the file that is written down: look at it, then --accept.")
            line = rf'(kept_as = "{re.escape(each.kept_as)}"\nsha256 = ")[0-9a-f]*"'
            text = re.sub(line, rf'\g<1>{digest(content)}"', text)
        (FOLDER / each.kept_as).write_bytes(content)
    LIST.write_text(text, "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
