from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from made_replies import Pages

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = os.environ.get("HOIDAP_CHROMIUM", "/usr/bin/chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
ROOT = Path(__file__).parents[2]
START_SECONDS = 60
EXAMPLES = ["khi nào SCO Astana?", "Giá vàng SJC hôm nay bao nhiêu một lượng?", "When is the SCO summit in Astana?"]
"""Of these the second has no answer in the seeds."""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 — only these tests have a browser

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def site() -> Iterator[Pages]:
    """Another site, whose pages a test writes."""
    pages = Pages()

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content, policy = pages.found(self.path)
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            if policy:
                self.send_header("Content-Security-Policy", policy)
            self.end_headers()
            self.wfile.write(content.encode())

        def log_message(self, *_args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        pages.origin = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield pages
        server.shutdown()


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory, site: Pages) -> Iterator[str]:
    """A real service over an index of the seeds, which the other site may ask."""
    index = str(tmp_path_factory.mktemp("index") / "hoidap")
    subprocess.run([sys.executable, "-m", "api", "build", "seeds", "--index", index], cwd=ROOT, check=True)
    settings = {"HOIDAP_ALLOWED_ORIGINS": site.origin, "HOIDAP_EXAMPLES": ",".join(EXAMPLES)}
    with service(index, settings) as address:
        yield address


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


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """The chat page."""
    with watched(browser) as page:
        page.goto(address)
        yield page
