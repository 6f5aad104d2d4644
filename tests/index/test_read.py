from __future__ import annotations

import hashlib
import importlib.util
import json
import os
from pathlib import Path

import pytest

from index.errors import SourceError
from index.read import read
from index.records import Document, Skipped

MEGABYTE = 1_000_000
NEEDS_CLEANER = pytest.mark.xfail(
    importlib.util.find_spec("lxml_html_clean") is None,
    strict=True,
    reason="pip before 23.3 does not see justext's lxml[html_clean]; pyproject has to name lxml_html_clean itself",
)
PAGE = """<!doctype html><html lang="vi"><head>
<title>Cầu mới thông xe</title>
<meta property="og:site_name" content="Báo Ví dụ">
<meta property="article:published_time" content="2024-05-20T08:00:00+07:00">
<link rel="canonical" href="https://vidu.vn/cau-moi.html">
</head><body>
<nav><a href="/">Trang chủ</a> <a href="/the-thao">Thể thao</a></nav>
<article><h1>Cầu mới thông xe</h1>
<p>Cầu Mỹ Thuận 2 thông xe ngày 24/12/2023 sau ba năm xây dựng, dài 6,6 km, tổng vốn hơn 5.000 tỷ đồng.</p>
<p>Cầu giúp người dân miền Tây đi lại nhanh hơn, nhất là trong những ngày lễ tết đông xe.</p></article>
<footer>Bản quyền Báo Ví dụ</footer>
</body></html>"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a good file, whose name comes last, so that whatever happens before must not stop the reading."""
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "zz.txt").write_text("Ổn", encoding="utf-8")
    return folder


def found(folder: Path, max_file_mb: float = 50.0) -> list[Document | Skipped]:
    """What is read; the good file has to be among it, and is left out."""
    items = list(read([folder], max_file_mb))
    assert [item.text for item in items if isinstance(item, Document) and item.source == "zz.txt"] == ["Ổn"]
    return [item for item in items if item.source != "zz.txt"]


def texts(folder: Path, max_file_mb: float = 50.0) -> dict[str, str]:
    items = found(folder, max_file_mb)
    assert not [item for item in items if isinstance(item, Skipped)]
    return {item.source: item.text for item in items if isinstance(item, Document)}


def skipped(folder: Path, max_file_mb: float = 50.0) -> dict[str, str]:
    items = found(folder, max_file_mb)
    assert not [item for item in items if isinstance(item, Document)]
    return {item.source: item.reason for item in items if isinstance(item, Skipped)}


# Formats


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.markdown", "a.text", "A.TXT"])
def test_a_text_file_is_its_decoded_text_unchanged(folder: Path, name: str) -> None:
    (folder / name).write_bytes("\ufeffMột\r\nha\u0309i \n".encode())
    assert texts(folder) == {name: "\ufeffMột\r\nha\u0309i \n"}


@pytest.mark.parametrize(
    "data", ["Một".encode("utf-16"), b"\xfe\xff" + "Một".encode("utf-16-be"), b"\xff\xfe" + "Một".encode("utf-16-le")]
)
def test_utf_16_is_known_by_its_bom(folder: Path, data: bytes) -> None:
    (folder / "a.txt").write_bytes(data)
    assert texts(folder) == {"a.txt": "Một"}


def test_a_file_has_the_sha256_of_its_bytes(folder: Path) -> None:
    (folder / "a.txt").write_bytes(b"\xef\xbb\xbfabc\r\n")
    (document,) = found(folder)
    assert isinstance(document, Document)
    assert document.sha256 == hashlib.sha256(b"\xef\xbb\xbfabc\r\n").hexdigest()


@NEEDS_CLEANER
@pytest.mark.parametrize("name", ["a.html", "a.htm", "a.xhtml"])
def test_of_a_page_the_article_is_taken_and_what_its_head_declares(folder: Path, name: str) -> None:
    (folder / name).write_text(PAGE, encoding="utf-8")
    (page,) = found(folder)
    assert isinstance(page, Document)
    assert (page.title, page.published, page.publisher, page.url) == (
        "Cầu mới thông xe",
        "2024-05-20",
        "Báo Ví dụ",
        "https://vidu.vn/cau-moi.html",
    )
    assert "dài 6,6 km, tổng vốn hơn 5.000 tỷ đồng." in page.text
    assert "Thể thao" not in page.text
    assert "Bản quyền" not in page.text


@NEEDS_CLEANER
@pytest.mark.parametrize(
    "day", ["", '<meta property="article:published_time" content="2999-05-20">'], ids=["none", "future"]
)
def test_a_page_without_a_date_has_none(folder: Path, day: str) -> None:
    (folder / "a.html").write_text(
        PAGE.replace('<meta property="article:published_time" content="2024-05-20T08:00:00+07:00">', day), "utf-8"
    )
    (page,) = found(folder)
    assert isinstance(page, Document)
    assert page.published is None


@NEEDS_CLEANER
@pytest.mark.parametrize(
    "page",
    [
        "<html></html>",
        "<div>" * 20_000 + "xin chào" + "</div>" * 20_000,
    ],
    ids=["empty", "deep"],
)
def test_a_page_without_an_article_is_skipped(folder: Path, page: str) -> None:
    (folder / "a.html").write_text(page, encoding="utf-8")
    assert skipped(folder) == {"a.html": "no article text found in the page"}


@NEEDS_CLEANER
@pytest.mark.parametrize("entity", ["&#xD800;", "&#55357;&#56832;", "&#0;"])
def test_the_text_of_a_page_can_be_encoded_whatever_its_entities(folder: Path, entity: str) -> None:
    (folder / "a.html").write_text(PAGE.replace("ba năm", f"ba {entity} năm"), encoding="utf-8")
    assert b"Long" not in texts(folder)["a.html"].encode()


def test_a_row_of_jsonl_is_an_article(folder: Path) -> None:
    rows = [
        {
            "id": "x-1",
            "text": "Một",
            "title": " Tựa ",
            "published": "2024-05-20",
            "publisher": "Báo",
            "url": "https://a.vn",
        },
        {"title": "Tựa", "abstract": "Tóm tắt", "body": "Thân"},
        {"title": "Tựa", "body": ["Đoạn 1", "Đoạn 2"]},
        {"text": "Bốn", "date": "2024-05-21", "more": {"any": "thing"}},
    ]
    (folder / "a.jsonl").write_text("\n\r\n".join(map(json.dumps, rows)), encoding="utf-8")
    items = found(folder)
    assert [(item.source, item.text, item.title, item.published) for item in items if isinstance(item, Document)] == [
        ("a.jsonl#x-1", "Một", "Tựa", "2024-05-20"),
        ("a.jsonl#3", "Tựa\n\nTóm tắt\n\nThân", "Tựa", None),
        ("a.jsonl#5", "Tựa\n\nĐoạn 1\nĐoạn 2", "Tựa", None),
        ("a.jsonl#7", "Bốn", None, "2024-05-21"),
    ]


def test_a_row_has_the_sha256_of_its_bytes(folder: Path) -> None:
    (folder / "a.ndjson").write_bytes(b'{"text": "a"}\r\n{"text": "b"}')
    hashes = [item.sha256 for item in found(folder) if isinstance(item, Document)]
    assert hashes == [hashlib.sha256(b'{"text": "a"}').hexdigest(), hashlib.sha256(b'{"text": "b"}').hexdigest()]


def test_a_bom_and_windows_line_ends_belong_to_no_row(folder: Path) -> None:
    (folder / "a.jsonl").write_bytes(b'\xef\xbb\xbf{"text": "a"}\r\n\r\n{"text": "b"}\r\n')
    assert texts(folder) == {"a.jsonl#1": "a", "a.jsonl#3": "b"}


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("{bad", "not a row"),
        ("[1]", "a list, not an object"),
        ("null", "a NoneType, not an object"),
        ('{"title": "no text"}', 'no "text" and no "body"'),
        ('{"text": "  "}', "empty"),
        ('{"text": "a\\u0000b"}', "binary"),
        ('{"text": "\\ud800"}', "surrogate"),
        ('{"text": "a", "id": "\\ud800"}', "surrogate"),
        ("[" * 100_000, "recursion"),
        ('{"text": "a", "n": ' + "9" * 5000 + "}", "not a row"),
    ],
)
def test_a_bad_row_is_skipped_by_number_and_the_others_are_read(folder: Path, row: str, reason: str) -> None:
    (folder / "a.jsonl").write_text(f'{{"text": "first"}}\n{row}\n{{"text": "last"}}\n', encoding="utf-8")
    first, bad, last = found(folder)
    assert isinstance(bad, Skipped)
    assert bad.source == "a.jsonl:2"
    assert reason in bad.reason
    assert [first.source, last.source] == ["a.jsonl#1", "a.jsonl#3"]


def test_a_row_that_is_not_utf_8_is_skipped_and_the_others_are_read(folder: Path) -> None:
    (folder / "a.jsonl").write_bytes(b'{"text": "caf\xe9"}\n{"text": "last"}\n')
    assert [item.source for item in found(folder)] == ["a.jsonl:1", "a.jsonl#2"]


def test_jsonl_of_something_else_is_left_at_its_first_row(folder: Path) -> None:
    (folder / "a.jsonl").write_text('{"question": "ai?"}\n' * 100, encoding="utf-8")
    assert skipped(folder) == {"a.jsonl": 'its first row has no "text" and no "body"'}


def test_a_row_that_is_too_long_is_skipped_and_the_others_are_read(folder: Path) -> None:
    rows = ['{"text": "' + "x" * 300 + '"}', '{"text": "b"}', '{"text": "' + "y" * 300 + '"}', '{"text": "d"}']
    (folder / "a.jsonl").write_text("\n".join(rows), encoding="utf-8")
    assert [item.source for item in found(folder, 100 / MEGABYTE)] == [
        "a.jsonl:1",
        "a.jsonl#2",
        "a.jsonl:3",
        "a.jsonl#4",
    ]


def test_jsonl_may_be_larger_than_a_file_as_long_as_its_rows_are_not(folder: Path) -> None:
    (folder / "a.jsonl").write_text('{"text": "a"}\n' * 50, encoding="utf-8")
    assert len(texts(folder, 100 / MEGABYTE)) == 50


def test_a_row_whose_id_is_null_is_named_by_its_number(folder: Path) -> None:
    (folder / "a.jsonl").write_text('{"id": null, "text": "a"}\n{"id": null, "text": "b"}\n', encoding="utf-8")
    assert texts(folder) == {"a.jsonl#1": "a", "a.jsonl#2": "b"}


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2024-05-20T10:00:00Z", "2024-05-20"),
        ("20/05/2024", "2024-05-20"),
        ("May 20, 2024", "2024-05-20"),
        ("hôm qua", None),
    ],
)
def test_the_date_of_a_row_is_an_iso_date_or_none(folder: Path, written: str, expected: str | None) -> None:
    (folder / "a.jsonl").write_text(json.dumps({"text": "a", "published": written}), encoding="utf-8")
    assert [item.published for item in found(folder) if isinstance(item, Document)] == [expected]


@pytest.mark.parametrize("written", ["Cầu\u00a0mới", "Cầu mới\n"])
def test_the_title_of_a_row_may_hold_any_blank(folder: Path, written: str) -> None:
    (folder / "a.jsonl").write_text(json.dumps({"text": "a", "title": written}), encoding="utf-8")
    (row,) = found(folder)
    assert isinstance(row, Document)
    assert row.title is not None
    assert row.title.split() == ["Cầu", "mới"]


# What cannot be read is skipped with name and reason, and the rest goes on


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b" \r\n\t\xc2\xa0\xef\xbb\xbf", "empty"),
        ("caf\u00e9".encode("latin-1"), "not UTF-8 (byte 3); save it as UTF-8"),
        (b"Ti\xea\xecng Vi\xea\xf2t", "not UTF-8 (byte 2); save it as UTF-8"),
        (b"\xed\xa0\x80", "not UTF-8 (byte 0); save it as UTF-8"),
        (b"\xff\xfea", "not UTF-8 (byte 2); save it as UTF-8"),
        (b"\xff\xfe\x00\xd8", "not UTF-8 (byte 2); save it as UTF-8"),
        (b"\x89PNG\r\n\x1a\n", "not UTF-8 (byte 0); save it as UTF-8"),
        (b"a\x00b", "binary"),
        (b"\x01\x02\x03abc", "binary"),
        ("abc".encode("utf-32"), "binary"),
    ],
    ids=[
        "empty",
        "blanks",
        "latin-1",
        "cp1258",
        "surrogate",
        "half utf-16",
        "surrogate utf-16",
        "png",
        "nul",
        "controls",
        "utf-32",
    ],
)
def test_what_is_no_text_is_skipped_with_the_reason(folder: Path, data: bytes, reason: str) -> None:
    (folder / "a.txt").write_bytes(data)
    assert skipped(folder) == {"a.txt": reason}


@pytest.mark.parametrize("blanks", ["\f", "\u2003\u200b", "\u2028"])
def test_any_blanks_alone_are_empty(folder: Path, blanks: str) -> None:
    (folder / "a.txt").write_text(blanks, encoding="utf-8")
    assert skipped(folder) == {"a.txt": "empty"}


def test_a_file_over_the_limit_is_skipped_with_both_sizes(folder: Path) -> None:
    (folder / "a.txt").write_text("x" * 3_000_000, encoding="utf-8")
    (folder / "b.txt").write_text("x" * 2_000_000, encoding="utf-8")
    assert [item.source for item in found(folder, 2) if isinstance(item, Document)] == ["b.txt"]
    (folder / "b.txt").unlink()
    assert skipped(folder, 2) == {"a.txt": "3 MB; at most 2 MB are read (max_file_mb)"}


@pytest.mark.parametrize(("name", "said"), [("a.png", ".png"), ("a.pdf", ".pdf"), ("a", "no ending")])
def test_another_format_is_skipped(folder: Path, name: str, said: str) -> None:
    (folder / name).write_bytes(b"abc")
    assert skipped(folder) == {name: f"{said} is not a format that can be read (txt, md, html, jsonl)"}


def test_a_folder_with_the_name_of_a_file_is_skipped(folder: Path) -> None:
    (folder / "x.txt").mkdir()
    (folder / "x.txt" / "inside.txt").write_text("trong", encoding="utf-8")
    assert skipped(folder) == {"x.txt": "a folder with the name of a file"}


def test_a_loop_and_a_dangling_link_are_skipped(folder: Path) -> None:
    (folder / "loop.txt").symlink_to(folder / "loop.txt")
    (folder / "gone.txt").symlink_to(folder / "nowhere.txt")
    assert skipped(folder) == dict.fromkeys(["gone.txt", "loop.txt"], "not a regular file (a broken or looping link?)")


def test_linked_folders_are_not_followed(folder: Path) -> None:
    (folder / "up").symlink_to(folder)
    (folder / "up.txt").symlink_to(folder)
    assert skipped(folder) == dict.fromkeys(["up", "up.txt"], "a linked folder is not followed")


def test_a_linked_file_is_read(folder: Path) -> None:
    (folder / "a.txt").symlink_to(folder / "zz.txt")
    assert texts(folder) == {"a.txt": "Ổn"}


def test_a_pipe_is_not_waited_for(folder: Path) -> None:
    os.mkfifo(folder / "a.txt")
    assert skipped(folder) == {"a.txt": "not a regular file (a broken or looping link?)"}


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_skipped(folder: Path) -> None:
    (folder / "a.txt").write_text("kín", encoding="utf-8")
    (folder / "a.txt").chmod(0)
    assert skipped(folder) == {"a.txt": "cannot be read: Permission denied"}


def test_a_file_that_fails_while_it_is_read_is_skipped(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "a.txt").write_text("hỏng", encoding="utf-8")
    whole = Path.read_bytes

    def failing(path: Path) -> bytes:
        if path.name == "a.txt":
            raise PermissionError(13, "Permission denied")
        return whole(path)

    monkeypatch.setattr(Path, "read_bytes", failing)
    assert skipped(folder) == {"a.txt": "cannot be read: Permission denied"}


def test_a_folder_that_cannot_be_listed_is_skipped_by_name(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "closed").mkdir()
    listed = os.scandir

    def failing(place: str) -> object:
        if Path(place).name == "closed":
            raise PermissionError(13, "Permission denied", place)
        return listed(place)

    monkeypatch.setattr(os, "scandir", failing)
    assert list(skipped(folder)) == ["closed"]


def test_a_name_that_is_not_utf_8_is_skipped(folder: Path) -> None:
    raw = os.fsencode(folder)
    Path(os.fsdecode(raw + b"/\xff.txt")).write_bytes(b"abc")
    Path(os.fsdecode(raw + b"/\xfe")).mkdir()
    Path(os.fsdecode(raw + b"/\xfe/b.txt")).write_bytes(b"abc")
    assert skipped(folder) == dict.fromkeys(["?.txt", "?/b.txt"], "its name is not valid UTF-8")


# Names and order


def test_a_source_is_the_path_below_the_folder_that_was_given(folder: Path) -> None:
    (folder / "năm" / "tháng").mkdir(parents=True)
    (folder / "năm" / "tháng" / "ngày 1.txt").write_text("a", encoding="utf-8")
    assert list(texts(folder)) == ["năm/tháng/ngày 1.txt"]


def test_a_file_that_is_given_itself_is_called_by_its_name(folder: Path) -> None:
    assert [item.source for item in read([folder / "zz.txt"], 1)] == ["zz.txt"]


def test_a_linked_folder_that_is_given_itself_is_read(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(folder)
    assert [item.source for item in read([tmp_path / "link"], 1)] == ["zz.txt"]


def test_hidden_files_and_folders_are_passed_over(folder: Path) -> None:
    (folder / ".git").mkdir()
    (folder / ".git" / "a.txt").write_text("a", encoding="utf-8")
    (folder / ".a.txt").write_text("a", encoding="utf-8")
    assert found(folder) == []


def test_files_come_in_the_order_of_their_names(folder: Path) -> None:
    for name in ("b.txt", "c/a.txt", "a.txt", "b/z.txt"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("a", encoding="utf-8")
    assert [item.source for item in read([folder], 1)] == ["a.txt", "b.txt", "zz.txt", "b/z.txt", "c/a.txt"]


def test_a_source_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"nowhere does not exist\."):
        list(read([tmp_path / "nowhere"], 1))


def test_a_source_that_loops_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with pytest.raises(SourceError, match=r"loop does not exist\."):
        list(read([tmp_path / "loop"], 1))
