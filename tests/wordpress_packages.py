"""WordPress, unpacked once per machine, and the programs that it runs on: Debian's, and the newest that npm has.

Debian's packages are only unpacked: installed they would bring a web server and start it.
"""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

from tests.machine_cache import NotInstalled, kept, npm_package, skip_or_fail

PACKAGES = (
    "wordpress",
    "wordpress-theme-twentytwentythree",
    "php-getid3",  # files of these stand in WordPress' folder as links
    "libjs-cropper",
    "libjs-prototype",
    "libjs-scriptaculous",
    "libjs-underscore",
)
PROGRAMS = {"php": "php-cli php-mysql php-xml php-gd php-mbstring", "mariadbd": "mariadb-server-core"}
"""What runs it, and which packages bring that."""
EXTENSIONS = ("mysqli", "gd", "mbstring", "xml")
CONFIGURATION = "<?php require getenv('WP_CONFIG');\n"
NPM_PACKAGE = "@wp-playground/wordpress-builds@0.9.19"
NEWEST = "package/src/wordpress/wp-beta.zip"
"""In it: 6.6, as far as it had come."""
SYSTEM = "/usr/sbin:/sbin"
"""Where mariadbd is, which is in nobody's path but root's."""


def require_wordpress(release: str) -> Path:
    """WordPress' folder, "debian" or "newest". Skips the test where it cannot be had; in CI it fails."""
    try:
        require_programs()
        return prepare(release)
    except NotInstalled as missing:
        skip_or_fail(missing)
        raise


def program(name: str) -> str:
    """The program's path. Raises NotInstalled."""
    path = shutil.which(name) or shutil.which(name, path=SYSTEM)
    if path is None:
        raise NotInstalled(f"There is no {name} on this machine: apt-get install {PROGRAMS[name]}.")
    return path


def require_programs() -> None:
    """Raises NotInstalled where a program or a part of PHP is missing."""
    program("mariadbd")
    told = subprocess.run([program("php"), "-m"], capture_output=True, text=True, check=True).stdout.lower().split()
    if missing := [name for name in EXTENSIONS if name not in told]:
        raise NotInstalled(f"PHP lacks {', '.join(missing)}: apt-get install {PROGRAMS['php']}.")


def prepare(release: str) -> Path:
    """WordPress' folder in the cache, made where it is missing. Raises NotInstalled."""
    return kept(f"wordpress-{release}", lambda folder: configured(RELEASES[release](folder)))


def configured(site: Path) -> Path:
    """The same folder, whose configuration is what each website of the tests says."""
    (site / "wp-config.php").unlink(missing_ok=True)
    (site / "wp-config.php").write_text(CONFIGURATION)
    return site


def unpack_newest(folder: Path) -> Path:
    """Fetch the package from npm and unpack one of its releases; returns WordPress' folder. Raises NotInstalled."""
    with tarfile.open(npm_package(NPM_PACKAGE, folder)) as package:
        packed = package.extractfile(NEWEST)  # read, not extracted: the safe way to do that is newer than Python 3.11.0
        if packed is None:
            raise NotInstalled(f"The package {NPM_PACKAGE} has no file {NEWEST}.")
        content = io.BytesIO(packed.read())
    site = folder / "site"
    with zipfile.ZipFile(content) as release:
        release.extractall(site)  # noqa: S202 - a named release, and zipfile leaves no folder
    return site


def unpack_debian(folder: Path) -> Path:
    """Fetch the packages and unpack them; returns WordPress' folder. Raises NotInstalled."""
    fetch(folder)
    for package in folder.glob("*.deb"):
        subprocess.run(["dpkg-deb", "-x", package, folder / "unpacked"], check=True)
    site = folder / "site"
    shutil.copytree(folder / "unpacked/usr/share/wordpress", site, ignore_dangling_symlinks=True)  # links become files
    return site


RELEASES: dict[str, Callable[[Path], Path]] = {"debian": unpack_debian, "newest": unpack_newest}


def fetch(folder: Path) -> None:
    """Download the packages, with fresh lists where the machine has none. Raises NotInstalled."""
    if shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None:
        raise NotInstalled("WordPress comes from Debian's packages, and this machine has no apt-get.")
    if not download(folder):
        as_root = [] if os.geteuid() == 0 else ["sudo", "-n"]
        subprocess.run([*as_root, "apt-get", "update", "-q"], capture_output=True, check=False)
        if not download(folder):
            raise NotInstalled(f"apt-get cannot download {' '.join(PACKAGES)}: run `apt-get update`, then try again.")


def download(folder: Path) -> bool:
    """Whether all packages came."""
    return not subprocess.run(
        ["apt-get", "download", *PACKAGES], cwd=folder, capture_output=True, check=False
    ).returncode
