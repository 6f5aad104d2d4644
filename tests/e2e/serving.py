"""A service to look at, and pages in which nothing may go wrong unseen."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).parents[2]
START_SECONDS = 60
EXAMPLES = ["khi nào SCO Astana?", "Giá vàng SJC hôm nay bao nhiêu một lượng?", "When is the SCO summit in Astana?"]
"""Of these the second has no answer in the seeds."""


@contextmanager
def service(index: str, settings: dict[str, str]) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "api", "serve", "--index", index, "--port", str(port)]
    with subprocess.Popen(command, cwd=ROOT, env=os.environ | settings) as process:
        try:
            wait_until_ready(f"http://127.0.0.1:{port}/readyz", process)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def wait_until_ready(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=5).close()  # noqa: S310 — our own address
        except OSError:
            time.sleep(0.1)
        else:
            return
    pytest.fail(f"hoidap serve was not ready after {START_SECONDS} s (exit code {process.poll()})")


@contextmanager
def watched(browser: Browser, **options: object) -> Iterator[Page]:
    """A page in which nothing may go wrong unseen."""
    context = browser.new_context(**({"viewport": {"width": 1280, "height": 900}, "locale": "vi-VN"} | options))  # type: ignore[arg-type]
    complaints: list[str] = []
    context.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    yield context.new_page()
    context.close()
    assert complaints == []
