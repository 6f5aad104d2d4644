"""Articles are put in and taken out over HTTP, while the service answers from a real index."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from litestar.testing import TestClient

from api.beside import FeedbackBook, KeyFile
from api.config import ServeConfig
from api.http import ServiceParts, create_app
from api.http.serve import collection_at
from index.clean import article_id
from index.config import IndexConfig
from index.edit import Editor
from index.pipeline import build
from index.read import document
from index.records import Document, Skipped
from index.stores import FOLDED, store_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from httpx import Response
    from litestar import Litestar

TEXT = "Cầu Rạch Miễu 2\n\nCầu Rạch Miễu 2 thông xe sáng 19/8/2025. Cầu dài 1.971 m, nối Tiền Giang với Bến Tre."


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("built")
    (place / "texts").mkdir()
    (place / "texts" / "a.txt").write_text("Sông Hàn\n\nCầu Sông Hàn ở Đà Nẵng khánh thành năm 2000.", encoding="utf-8")
    build([place / "texts"], str(place / "index"), IndexConfig())
    return place / "index"


@pytest.fixture
def index(built: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(built, tmp_path / "index"))


@pytest.fixture
def service(index: Path) -> Iterator[TestClient[Litestar]]:
    keys = KeyFile(index)
    _, token = keys.add("Ban biên tập", ["write"])
    config = ServeConfig(max_article_mb=0.1)
    app = create_app(ServiceParts(collection_at(str(index)), FeedbackBook(index), keys, config, Editor(str(index))))
    with TestClient(app) as client:
        client.headers["Authorization"] = f"Bearer {token}"
        yield client


def put(service: TestClient[Litestar], name: str, text: str | bytes, kind: str = "text/plain") -> Response:
    return service.put(f"/articles/{name}", content=text, headers={"Content-Type": kind})


def asked(service: TestClient[Litestar], question: str) -> dict[str, Any]:
    reply: dict[str, Any] = service.get("/ask", params={"q": question}).json()
    return reply


def test_an_article_can_be_asked_for_when_the_reply_comes(service: TestClient[Litestar]) -> None:
    response = put(service, "2025/cau.txt", TEXT)
    assert response.status_code == 201
    assert response.json() == {
        "article": article_id("2025/cau.txt"),
        "source": "2025/cau.txt",
        "outcome": "added",
        "generation": 2,
    }
    reply = asked(service, "cầu Rạch Miễu 2 dài bao nhiêu")
    citation = reply["answers"][0]["citation"]
    assert (reply["answer"], citation["source"], reply["index"]["generation"]) == ("1.971 m", "2025/cau.txt", 2)
    assert TEXT[citation["start"] : citation["end"]] == "1.971 m"


def test_the_same_bytes_again_change_nothing(service: TestClient[Litestar]) -> None:
    put(service, "cau.txt", TEXT)
    again = put(service, "cau.txt", TEXT)
    assert (again.status_code, again.json()["outcome"], again.json()["generation"]) == (200, "unchanged", 2)


def test_another_text_of_the_same_name_replaces_it(service: TestClient[Litestar]) -> None:
    put(service, "cau.txt", TEXT)
    changed = put(service, "cau.txt", TEXT.replace("1.971", "1.970"))
    assert (changed.status_code, changed.json()["outcome"]) == (200, "changed")
    assert asked(service, "cầu Rạch Miễu 2 dài bao nhiêu")["answer"] == "1.970 m"
    assert service.get("/articles").json()["total"] == 2


def test_what_json_declares_is_believed(service: TestClient[Litestar]) -> None:
    body = {"text": TEXT, "title": "Cầu mới", "published": "2025-08-19", "publisher": "Báo", "url": "https://b.vn/1"}
    article = service.put("/articles/cau", json=body).json()["article"]
    kept = service.get(f"/articles/{article}").json()
    assert {name: kept[name] for name in body} == body


def test_an_html_page_becomes_its_text(service: TestClient[Litestar]) -> None:
    page = f"<html><head><title>Cầu</title></head><body><article>{TEXT * 3}</article></body></html>"
    article = put(service, "cau.html", page, "text/html").json()["article"]
    assert "<article>" not in service.get(f"/articles/{article}/text").text


def test_an_article_that_was_taken_out_is_not_found_any_more(service: TestClient[Litestar]) -> None:
    article = put(service, "cau.txt", TEXT).json()["article"]
    gone = service.delete(f"/articles/{article}")
    assert (gone.status_code, gone.json()) == (200, {"article": article, "generation": 3})
    assert service.get(f"/articles/{article}").status_code == 404
    assert service.delete(f"/articles/{article}").status_code == 404
    assert not asked(service, "cầu Rạch Miễu 2 dài bao nhiêu")["answered"]


def test_what_was_put_in_is_what_a_build_of_the_same_file_makes(
    service: TestClient[Litestar], index: Path, tmp_path: Path
) -> None:
    put(service, "cau.txt", TEXT)
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "cau.txt").write_text(TEXT, encoding="utf-8")
    assert build([tmp_path / "more"], str(index), IndexConfig()).unchanged == 1


@pytest.mark.parametrize("name", ["..", "a/../b", "a\\b", "a%00b", "%20", "x" * 301, "a/%2E/b", "a%0Ab", "t%E1.txt"])
def test_a_name_that_is_no_path_below_a_folder_is_refused(service: TestClient[Litestar], name: str) -> None:
    response = service.put("/articles/" + name.replace("..", "%2E%2E"), json={"text": TEXT})
    assert response.status_code in {400, 404, 405}
    assert service.get("/articles").json()["total"] == 1


@pytest.mark.parametrize(
    ("body", "kind", "status", "detail"),
    [
        (b"", "text/plain", 400, "No article can be read from the body: empty."),
        (b"\xff\xfea", "text/plain", 400, "No article can be read from the body: not UTF-8"),
        (b"a\0b", "text/plain", 400, "No article can be read from the body: binary."),
        (b"<html></html>", "text/html", 400, "No article can be read from the body: no article text"),
        (b'{"text": " "}', "application/json", 400, 'No article can be read from "text": empty.'),
        (b'{"title": "a"}', "application/json", 400, '"text" is missing.'),
        (b"{", "application/json", 400, "The body is not JSON: "),
        (b'{"text": "a", "body": "b"}', "application/json", 400, '"body" is not known here'),
        (b"a", "application/pdf", 415, 'Content-Type is "application/pdf"; application/json, text/plain'),
        (b"a" * 100_001, "text/plain", 413, "The body has more than the 100000 bytes that are allowed."),
    ],
)
def test_a_body_that_is_no_article_is_refused(
    service: TestClient[Litestar], body: bytes, kind: str, status: int, detail: str
) -> None:
    response = put(service, "a.txt", body, kind)
    assert response.status_code == status
    assert response.json()["detail"].startswith(detail)


def test_a_folder_that_was_built_anew_to_the_same_number_is_served(index: Path, tmp_path: Path) -> None:
    collection = collection_at(str(index))
    collection.open()
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "cau.txt").write_text(TEXT, encoding="utf-8")
    shutil.rmtree(index)
    assert build([tmp_path / "other"], str(index), IndexConfig()).generation == 1
    collection.refresh()
    with collection.asker() as asker:
        assert [found.source for found in asker.snapshot.articles(0, 10)] == ["cau.txt"]
        assert asker.snapshot.document_frequencies(FOLDED, ["mieu"])[0] == 1
    collection.close()


def test_a_body_is_read_where_it_holds_nobody_up(
    service: TestClient[Litestar], monkeypatch: pytest.MonkeyPatch
) -> None:
    loops: list[bool] = []

    def noting(*arguments: Any) -> Document | Skipped:  # noqa: ANN401 — as they come
        with contextlib.suppress(RuntimeError):
            asyncio.get_running_loop()
            loops.append(True)
        return document(*arguments)

    monkeypatch.setattr("api.http.articles.writing.document", noting)
    assert put(service, "cau.txt", TEXT).status_code == 201
    assert loops == []


def test_without_a_key_nothing_is_changed(service: TestClient[Litestar], index: Path) -> None:
    for response in (
        service.put("/articles/a", json={"text": TEXT}, headers={"Authorization": ""}),
        service.delete(f"/articles/{article_id('a.txt')}", headers={"Authorization": ""}),
    ):
        assert response.status_code == 401
    assert store_at(str(index)).generation() == 1


def test_while_another_process_builds_a_change_is_told_to_come_again(
    service: TestClient[Litestar], index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.edit.PATIENCE", 0.01)
    with store_at(str(index)).writer():
        response = put(service, "b.txt", TEXT)
    assert (response.status_code, response.headers["retry-after"]) == (503, "5")
    assert response.json()["detail"] == "Nothing was changed: another process is building. Try again."
    assert put(service, "b.txt", TEXT).status_code == 201


def test_behind_a_change_that_takes_too_long_the_next_is_told_to_come_again(
    service: TestClient[Litestar], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.http.articles.desk.PATIENCE", 0.01)
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda number: put(service, f"{number}.txt", f"{TEXT} {number}"), range(4)))
    refused = [response for response in found if response.status_code == 503]
    assert refused, "each change takes longer than that"
    assert service.get("/articles").json()["total"] == 1 + len(found) - len(refused)


def test_a_full_disk_changes_nothing_and_the_old_generation_goes_on(
    service: TestClient[Litestar], index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("index.stores.local.writer.save_derived", full)
        response = put(service, "a.txt", TEXT)
    assert response.status_code == 503
    assert response.json()["detail"].startswith("Nothing was changed: the collection cannot be written just now")
    assert asked(service, "cầu Sông Hàn khánh thành năm nào")["index"]["generation"] == 1
    assert store_at(str(index)).generation() == 1
    with sqlite3.connect(index / "hoidap.sqlite") as connection:
        assert connection.execute("select count(*) from articles").fetchone() == (1,)


def test_changes_that_come_together_are_all_kept(service: TestClient[Litestar]) -> None:
    with ThreadPoolExecutor(8) as threads:
        responses = list(threads.map(lambda number: put(service, f"{number}.txt", f"{TEXT} {number}"), range(16)))
    assert {response.status_code for response in responses} == {201}
    assert service.get("/articles").json()["total"] == 17
