"""Known vulnerabilities of what is installed: `python .ci/audit.py`. Without PyPI's database it says so and passes."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

SECONDS = 120
"""How long the whole look-up may take."""
SOCKET_SECONDS = 10
UNREACHED = ("no end after", "requests.exceptions.", "ServiceError", "ConnectionError", "may be blocking this service")
"""What stands in the last line of pip-audit's complaints when it is the network's fault."""
SHOWN = 160
"""Characters of a complaint that are repeated."""


def main() -> int:
    """Look every installed package up; 1 when one of them has a known vulnerability."""
    with tempfile.TemporaryDirectory() as folder:
        wanted, found = Path(folder, "wanted.txt"), Path(folder, "found.json")
        wanted.write_text("\n".join(installed()) + "\n", encoding="utf-8")
        complaint = look_up(wanted, found)
        code, lines = verdict(found.read_text(encoding="utf-8") if found.exists() else "", complaint)
    print("\n".join(lines))
    return code


def installed() -> list[str]:
    """What pip has installed here, without itself, hoidap and what came from elsewhere: `name==version`."""
    command = [sys.executable, "-m", "pip", "freeze", "--exclude-editable"]
    rows = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    # PyPI does not know local versions: torch 2.13.0+cpu is 2.13.0 there.
    return [row.partition("+")[0] for row in rows if "==" in row]


def look_up(wanted: Path, found: Path) -> str:
    """Have pip-audit write its report; the last line of its complaints is returned."""
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(wanted), "--no-deps", "--disable-pip"]
    command += ["--progress-spinner", "off", "--timeout", str(SOCKET_SECONDS), "--format", "json", "-o", str(found)]
    try:
        ran = subprocess.run(command, check=False, capture_output=True, text=True, timeout=SECONDS)
    except subprocess.TimeoutExpired:
        return f"no end after {SECONDS} s"
    return next(reversed(ran.stderr.strip().splitlines()), "")


def verdict(report: str, complaint: str) -> tuple[int, list[str]]:
    """The exit code and what to print of a report, or of none."""
    if not report:
        unreached = any(sign in complaint for sign in UNREACHED)
        reason = "PyPI's database cannot be reached" if unreached else "pip-audit failed"
        return int(not unreached), [f"NOT AUDITED: {reason} ({complaint[:SHOWN]})."]
    packages: list[dict[str, Any]] = json.loads(report)["dependencies"]
    skipped = sum("skip_reason" in package for package in packages)
    lines = [
        f"VULNERABLE: {package['name']} {package['version']}: {vulnerability['id']}, "
        f"mended in {', '.join(vulnerability['fix_versions']) or 'no version yet'}"
        for package in packages
        for vulnerability in package.get("vulns", ())
    ]
    code = 1 if lines else 0
    lines.append(f"{len(packages) - skipped} packages audited, {len(lines)} vulnerabilities")
    if skipped:
        lines.append(f"NOT AUDITED: {skipped} packages that PyPI's database does not know.")
    return code, lines


if __name__ == "__main__":
    sys.exit(main())
