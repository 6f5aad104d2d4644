"""What is installed is whole, and what is copied into the image is what the wheel is made of."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
DATA: dict[str, list[str]] = PYPROJECT["tool"]["setuptools"]["package-data"]
PACKAGES = sorted(name.removesuffix("*") for name in PYPROJECT["tool"]["setuptools"]["packages"]["find"]["include"])
NOT_READ = {"bench/LOG.md", "train/README.md", "train/weights/reader.safetensors"}
"""For those who develop hoidap in a checkout; no command that is installed reads them."""


def tracked(package: str) -> set[str]:
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", package]
    try:
        listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout")
    return {line for line in listed.splitlines() if (ROOT / line).exists()}


@pytest.mark.parametrize("package", PACKAGES)
def test_a_wheel_holds_every_file_of_the_packages(package: str) -> None:
    wanted = {path for path in tracked(package) if not path.endswith(".py")} - NOT_READ
    held = {
        path.relative_to(ROOT).as_posix()
        for pattern in DATA.get(package, [])
        for path in ROOT.glob(f"{package}/{pattern}")
    }
    assert wanted - held == set()


def test_the_image_is_made_of_all_that_the_wheel_is_made_of() -> None:
    sent = re.findall(r"^!(\S+)", (ROOT / ".dockerignore").read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert set(sent) == {"pyproject.toml", "constraints.txt", "README.md", "LICENSE", *PACKAGES}


def test_the_image_asks_for_the_torch_that_the_package_asks_for() -> None:
    # The Dockerfile takes the line from constraints.txt, with pip's other index.
    pinned = re.search(r"^torch==\S+", (ROOT / "constraints.txt").read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert pinned is not None
    assert pinned[0] in PYPROJECT["project"]["dependencies"]
