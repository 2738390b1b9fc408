"""The Nu Html Checker (validator.github.io): what browsers' makers and the W3C agree that HTML is."""

from __future__ import annotations

import json
import shutil
import subprocess
import tarfile
from collections.abc import Mapping
from pathlib import Path

from tests.machine_cache import NotInstalled, kept, npm_package, skip_or_fail

NPM_PACKAGE = "vnu-jar@26.9.27"
JAR = "package/build/dist/vnu.jar"


def require_checker() -> Path:
    """The checker's archive. Skips the test where it cannot be had; in CI it fails."""
    try:
        require_java()
        return kept("vnu-26.9.27.jar", unpack)
    except NotInstalled as missing:
        skip_or_fail(missing)
        raise


def require_java() -> None:
    """Raises NotInstalled."""
    if shutil.which("java") is None:
        raise NotInstalled("The HTML checker runs on Java, and there is none: apt-get install default-jre-headless.")


def unpack(folder: Path) -> Path:
    """Fetch the package and take the checker out of it. Raises NotInstalled."""
    with tarfile.open(npm_package(NPM_PACKAGE, folder)) as package:
        packed = package.extractfile(JAR)
        if packed is None:
            raise NotInstalled(f"The package {NPM_PACKAGE} has no file {JAR}.")
        jar = folder / "vnu.jar"
        jar.write_bytes(packed.read())
    return jar


def html_faults(files: Mapping[str, bytes], folder: Path) -> list[str]:
    """What is wrong or to be warned of in the HTML, CSS and SVG among the files, written below the folder: "path:line:
    what". One start of the checker looks at all of them."""
    jar = require_checker()
    for path, content in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    command = ["java", "-Xss8m", "-jar", jar, "--format", "json", "--skip-non-html", "--also-check-css", folder]
    told = subprocess.run(command, capture_output=True, text=True, check=False).stderr
    return [as_line(message, folder) for message in json.loads(told)["messages"] if is_fault(message)]


def is_fault(message: dict[str, str]) -> bool:
    """Whether a message is an error or a warning; the others are hints."""
    return message["type"] != "info" or message.get("subType") == "warning"


def as_line(message: dict[str, str], folder: Path) -> str:
    """A message as one line."""
    path = message.get("url", "").rpartition(f"{folder}/")[2]
    return f"{path}:{message.get('lastLine', '?')}: {message['message']}"
