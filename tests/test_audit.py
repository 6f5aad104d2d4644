from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="module")
def audit() -> ModuleType:
    spec = importlib.util.spec_from_file_location("audit", Path(__file__).parents[1] / ".ci" / "audit.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


SOUND = {"name": "click", "version": "8.5.1", "vulns": []}
VULNERABLE = {"name": "jinja2", "version": "3.0", "vulns": [{"id": "PYSEC-1", "fix_versions": ["3.1.3", "3.2"]}]}
UNKNOWN = {"name": "hoidap", "skip_reason": "not found"}


@pytest.mark.parametrize(
    ("packages", "code", "lines"),
    [
        ([SOUND], 0, ["1 packages audited, 0 vulnerabilities"]),
        (
            [SOUND, VULNERABLE],
            1,
            ["VULNERABLE: jinja2 3.0: PYSEC-1, mended in 3.1.3, 3.2", "2 packages audited, 1 vulnerabilities"],
        ),
        (
            [SOUND, UNKNOWN],
            0,
            [
                "1 packages audited, 0 vulnerabilities",
                "NOT AUDITED: 1 packages that PyPI's database does not know.",
            ],
        ),
    ],
)
def test_a_vulnerability_fails_and_what_is_unknown_is_told(
    audit: ModuleType, packages: list[dict[str, object]], code: int, lines: list[str]
) -> None:
    assert audit.verdict(json.dumps({"dependencies": packages}), "") == (code, lines)


@pytest.mark.parametrize(
    ("complaint", "code"),
    [
        ("requests.exceptions.ConnectionError: Failed to resolve 'index.example'", 0),
        ("no end after 120 s", 0),
        ("ERROR:pip_audit._cli:Tip: your network may be blocking this service.", 0),
        ("/usr/bin/python: No module named pip_audit", 1),
        ("", 1),
    ],
)
def test_without_a_report_only_the_network_is_forgiven(audit: ModuleType, complaint: str, code: int) -> None:
    given, (line,) = audit.verdict("", complaint)
    assert given == code
    assert line.startswith("NOT AUDITED: ")


def test_what_is_installed_is_named_with_its_version_and_without_hoidap(audit: ModuleType) -> None:
    rows = audit.installed()
    assert any(row.startswith("pytest==") for row in rows)
    assert not any(row.lower().startswith(("hoidap", "pip==")) or "+" in row for row in rows)
