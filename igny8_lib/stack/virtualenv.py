"""Make .venv from requirements-dev.txt: `python3 -I igny8_lib/stack/virtualenv.py`, before anything is installed.

Only the standard library is at hand here. Nothing is done where the environment fits that lock already. uv
installs, many times faster than pip; it is told where this machine's pip looks for packages, and pip itself steps in
where uv cannot. Bytecode is compiled, whatever the machine's settings: without it Airflow starts many times slower.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
OLDEST_PYTHON = (3, 11)
LOCK = "requirements-dev.txt"
"""The local stack, tests and checks; production's packages are in it at the same versions."""
UV = "uv==0.13.8"
STAMP = ".requirements.sha256"


def main() -> int:
    """Make or renew the environment; 0 when it is ready."""
    if sys.version_info[:2] < OLDEST_PYTHON:
        return complain(f"Python 3.11 or newer is needed, this is {sys.version.split()[0]}: make run PYTHON=python3.11")
    folder = CHECKOUT / ".venv"
    stamp = folder / STAMP
    wanted = fingerprint()
    if stamp.exists() and stamp.read_text() == wanted and (folder / "bin" / "igny8").exists():
        return 0
    stamp.unlink(missing_ok=True)
    problem = build(folder)
    if problem:
        return complain(problem)
    stamp.write_text(wanted)
    return 0


def fingerprint() -> str:
    """Of what the environment is made from: the lock, the project's own metadata, this Python."""
    content = b"".join((CHECKOUT / name).read_bytes() for name in (LOCK, "pyproject.toml"))
    return hashlib.sha256(content + sys.version.encode() + str(CHECKOUT).encode()).hexdigest()


def build(folder: Path) -> str:
    """Make the environment and install everything; what went wrong, or nothing."""
    say("Making .venv")
    environment = {name: value for name, value in os.environ.items() if name not in UNWANTED}
    if not make_empty(folder, environment):
        return "Python cannot make .venv: its venv module is missing (on Debian and Ubuntu: apt install python3-venv)."
    python = str(folder / "bin" / "python")
    uv = tool(folder, environment)
    say(f"Installing the packages of {LOCK}")
    if not (uv and install_by_uv(uv, python, environment)) and not install_by_pip(python, environment):
        return "The packages could not be installed: look at the lines above; is the package registry reachable?"
    return ""


UNWANTED = {"PYTHONDONTWRITEBYTECODE", "PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV"}
REQUIREMENTS = ["-r", str(CHECKOUT / LOCK)]
PROJECT = ["--no-deps", "-e", str(CHECKOUT)]


def make_empty(folder: Path, environment: Mapping[str, str]) -> bool:
    """Make the empty environment, or keep one of this very Python."""
    if (folder / "bin" / "python").exists() and same_python(folder):
        return True
    shutil.rmtree(folder, ignore_errors=True)
    return run([sys.executable, "-m", "venv", str(folder)], environment)


def same_python(folder: Path) -> bool:
    """Whether the environment's interpreter works and is of this version."""
    question = [str(folder / "bin" / "python"), "-c", "import sys, pip; print(sys.version)"]
    try:
        answer = subprocess.run(question, capture_output=True, text=True, check=False)
    except OSError:
        return False
    return answer.stdout.strip() == sys.version


def tool(folder: Path, environment: Mapping[str, str]) -> str | None:
    """uv: the environment's own, installed by pip; None where the registry has none for this machine."""
    own = folder / "bin" / "uv"
    wanted = UV.split("==")[1]
    if (
        own.exists()
        and wanted in subprocess.run([own, "--version"], capture_output=True, text=True, check=False).stdout
    ):
        return str(own)
    pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", UV]
    return str(own) if run(pip, environment) and own.exists() else None


def install_by_uv(uv: str, python: str, environment: Mapping[str, str]) -> bool:
    """Install everything with uv."""
    pip = pip_configuration(python, environment)
    install = [uv, "pip", "install", "--quiet", "--python", python, "--compile-bytecode", "--system-certs"]
    install += uv_options(pip, environment)
    trusting = trusted_certificates(pip) | dict(environment)
    return run([*install, *REQUIREMENTS], trusting) and run([*install, *PROJECT], trusting)


def install_by_pip(python: str, environment: Mapping[str, str]) -> bool:
    """Install everything with pip, which compiles bytecode by itself."""
    say("uv could not install them; trying pip")
    install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    return run([*install, *REQUIREMENTS], environment) and run([*install, *PROJECT], environment)


def pip_configuration(python: str, environment: Mapping[str, str]) -> dict[str, list[str]]:
    """Where pip looks for packages on this machine, by option."""
    command = [python, "-m", "pip", "config", "list"]
    answer = subprocess.run(command, capture_output=True, text=True, check=False, env=dict(environment))
    found: dict[str, list[str]] = {}
    for line in sorted(answer.stdout.splitlines(), key=lambda line: line.startswith(":env:")):  # variables win
        name, _, value = line.partition("=")
        found[name.rpartition(".")[2]] = value.strip("'\"").replace("\\n", " ").split()
    return found


def uv_options(pip: Mapping[str, Iterable[str]], environment: Mapping[str, str]) -> list[str]:
    """The same places as options of uv, which does not read pip's configuration. uv's own variables win."""
    if any(name.startswith("UV_") and "INDEX" in name for name in environment):
        return []
    options = [part for url in list(pip.get("index-url", []))[-1:] for part in ("--default-index", url)]
    extra = [part for url in pip.get("extra-index-url", []) for part in ("--index", url)]
    if extra:  # pip takes the best version of all indexes; uv by itself the first index that has the package
        options += [*extra, "--index-strategy", "unsafe-best-match"]
    return options + [part for place in pip.get("find-links", []) for part in ("--find-links", place)]


def trusted_certificates(pip: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """The variable by which uv trusts whom this machine's pip trusts: a registry behind a company's own authority."""
    files = list(pip.get("cert", []))
    return {"SSL_CERT_FILE": files[-1]} if files else {}


def run(command: list[str], environment: Mapping[str, str]) -> bool:
    """Run a program; what it prints is shown."""
    return subprocess.run(command, env=dict(environment), check=False, stdin=subprocess.DEVNULL).returncode == 0


def say(sentence: str) -> None:
    """What happens now."""
    print(f"· {sentence}", file=sys.stderr)  # noqa: T201 - rich is not installed yet


def complain(sentence: str) -> int:
    """Why there is no environment."""
    print(sentence, file=sys.stderr)  # noqa: T201 - rich is not installed yet
    return 1


if __name__ == "__main__":
    sys.exit(main())
