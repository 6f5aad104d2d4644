from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest
from made_replies import Pages
from serving import EXAMPLES, ROOT, service, watched

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = os.environ.get("HOIDAP_CHROMIUM", "/usr/bin/chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]


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


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """The chat page."""
    with watched(browser) as page:
        page.goto(address)
        yield page
