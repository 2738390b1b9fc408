"""Making .venv: uv looks where pip looks, and nothing is done twice."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

from igny8_lib.stack import virtualenv


def test_uv_looks_for_packages_where_this_machine_s_pip_does() -> None:
    pip = {
        "index-url": ["https://mirror.example/simple"],
        "extra-index-url": ["https://one.example/simple", "https://two.example/simple"],
        "find-links": ["/wheels"],
    }
    assert virtualenv.uv_options(pip, {}) == [
        "--default-index",
        "https://mirror.example/simple",
        "--index",
        "https://one.example/simple",
        "--index",
        "https://two.example/simple",
        "--index-strategy",
        "unsafe-best-match",
        "--find-links",
        "/wheels",
    ]
    assert virtualenv.uv_options({}, {}) == []


def test_uv_s_own_variables_win() -> None:
    pip = {"index-url": ["https://mirror.example/simple"]}
    assert virtualenv.uv_options(pip, {"UV_DEFAULT_INDEX": "https://uv.example/simple"}) == []


def test_uv_trusts_whom_this_machine_s_pip_trusts() -> None:
    assert virtualenv.trusted_certificates({"cert": ["/company.pem"]}) == {"SSL_CERT_FILE": "/company.pem"}
    assert virtualenv.trusted_certificates({}) == {}


def test_pip_s_configuration_is_read_from_its_variables_too() -> None:
    environment = {"PATH": "/usr/bin:/bin", "PIP_EXTRA_INDEX_URL": "https://a.example/x https://b.example/y"}
    found = virtualenv.pip_configuration(sys.executable, environment)
    assert found["extra-index-url"] == ["https://a.example/x", "https://b.example/y"]


def test_the_script_needs_nothing_but_the_standard_library() -> None:
    tree = ast.parse(Path(virtualenv.__file__).read_text())
    imported = {
        name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names])
    }
    assert imported <= sys.stdlib_module_names


def test_an_environment_that_fits_is_left_alone(tmp_path: Path) -> None:
    checkout = tmp_path / "checkout"
    (checkout / ".venv" / "bin").mkdir(parents=True)
    (checkout / "igny8_lib" / "stack").mkdir(parents=True)
    for name in (virtualenv.LOCK, "pyproject.toml"):
        (checkout / name).write_text(name)
    script = checkout / "igny8_lib" / "stack" / "virtualenv.py"
    script.write_text(Path(virtualenv.__file__).read_text())
    (checkout / ".venv" / "bin" / "igny8").touch()
    show = "import virtualenv; print(virtualenv.fingerprint(), end='')"
    wanted = subprocess.run([sys.executable, "-c", show], cwd=script.parent, capture_output=True, text=True, check=True)
    (checkout / ".venv" / virtualenv.STAMP).write_text(wanted.stdout)
    done = subprocess.run([sys.executable, "-I", str(script)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert not (checkout / ".venv" / "bin" / "python").exists()
