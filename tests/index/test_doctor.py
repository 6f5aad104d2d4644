from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from index.config import IndexConfig
from index.doctor import Example, Finding, Report, doctor, examine
from index.doctor.duplicates import Duplicates
from index.doctor.letters import legacy_font, mojibake
from index.errors import SourceError
from index.read import NO_TEXT, OTHER_FORMAT
from index.records import Document, Skipped

SEEDS = Path(__file__).parents[2] / "seeds"
TODAY = date(2024, 5, 20)
TITLE = "Khánh thành cầu mới ở Cần Thơ"
BODY = (
    "Sáng nay, cây cầu mới bắc qua sông Hậu được khánh thành sau ba năm xây dựng, với sự có mặt của đông người.\n"
    "Cây cầu dài hơn hai ki-lô-mét, có bốn làn xe và giúp người dân miền Tây đi lại nhanh hơn trong ngày lễ tết.\n"
)
SOUND = f"{TITLE}\n19/05/2024 08:00\n{BODY}"
"""An article of 57 syllables with nothing wrong."""


def document(text: str, source: str = "a.txt", published: str | None = None) -> Document:
    return Document(source=source, text=text, sha256="0" * 64, published=published)


def report(*items: Document | Skipped, examples: int = 5) -> Report:
    return examine(items, frozenset(), TODAY, examples=examples)


def found(*items: Document | Skipped) -> dict[str, Finding]:
    return {finding.kind: finding for finding in report(*items).findings}


def evidence(text: str, kind: str) -> str:
    (example,) = found(document(text))[kind].examples
    return example.detail


def garbled(text: str) -> str:
    """UTF-8 read as Windows-1252, as browsers do it."""
    return "".join(
        bytes([byte]).decode("latin-1" if byte in b"\x81\x8d\x8f\x90\x9d" else "cp1252") for byte in text.encode()
    )


def test_nothing_is_found_in_a_sound_article() -> None:
    assert found(document(SOUND)) == {}


@pytest.mark.parametrize(
    ("kind", "text", "detail"),
    [
        ("decomposed", unicodedata.normalize("NFD", TITLE) + SOUND.removeprefix(TITLE), "7 letters, the first in “"),
        (
            "mojibake",
            SOUND + garbled("Theo báo Việt Nam.\n"),
            "“ngày lễ tết. Theo bÃ¡o Viá»‡t Nam.” was “ngày lễ tết. Theo báo",
        ),
        ("legacy_font", SOUND + "Khi Êy ng\xadêi d©n ®\xadîc mêi ®Õn dù lÔ.\n", "TCVN3: “"),
        ("legacy_font", SOUND + "Ngöôøi daân ñöôïc môøi ñeán döï leã vaø haùt.\n", "VNI: “"),
        ("lost_letters", SOUND + "Ng\ufffd\ufffdi dân vui.\n", "2 letters, the first in “"),
        ("future_date", SOUND.replace("2024", "2042"), "2042-05-19, passed over"),
        ("undated", SOUND.replace("19/05/2024 08:00\n", ""), TITLE),
        ("tiny", f"{TITLE}\n19/05/2024 08:00\nCầu đã thông xe.\n", "14 syllables"),
        ("giant", SOUND + "Xe qua cầu. " * 7000, "21057 syllables"),
        ("line_ends", SOUND.replace("\n", "\r\n", 1), "1 CRLF, 3 LF"),
        ("byte_order_mark", "\ufeff" + SOUND, "U+FEFF before the first letter"),
    ],
)
def test_each_thing_that_is_wrong_is_found_with_evidence(kind: str, text: str, detail: str) -> None:
    assert set(found(document(text))) - {"undated"} == {kind} - {"undated"}
    assert evidence(text, kind).startswith(detail)
    assert found(document(text), document(SOUND, "b.txt"))[kind].count == 1


def test_a_page_with_more_boilerplate_than_text_is_named() -> None:
    menu = "Trang chủ | Thời sự | Thế giới | Kinh tế | Thể thao | Giải trí\n" * 12
    assert evidence(menu + SOUND, "mostly_boilerplate").endswith("%")
    assert "mostly_boilerplate" not in found(document(menu[:63] + SOUND))


@pytest.mark.parametrize(
    ("published", "is_late"), [("2024-05-20", False), ("2024-05-21", False), ("2024-05-22", True), ("2999-01-01", True)]
)
def test_a_declared_date_after_tomorrow_lies_in_the_future(published: str, *, is_late: bool) -> None:
    assert ("future_date" in found(document(SOUND, published=published))) == is_late


def test_a_future_day_that_the_text_tells_of_dates_no_article() -> None:
    assert set(found(document(f"{TITLE}\n{BODY}Cầu thứ hai sẽ xong ngày 2/9/2030, theo chủ đầu tư.\n"))) == {"undated"}


@pytest.mark.parametrize(
    "text",
    [
        "“Há há!” – ông cười: «Á»… rồi nói ‘đÁnh giá’ 25 °C, 3 m², £5, ñ là một chữ của tiếng Tây Ban Nha: año.",
        "Le même été à Nîmes, où l’on mange des pâtés; Málaga, São Paulo, Zürich, Ångström, naïve.",
        "Китай и Россия подписали соглашение. 中国与俄罗斯签署协议。 Việt Nam 🇻🇳",
        "ĐÃ NẴNG, HÀ NỘI, XÃ HỘI: «TÃ», ÂU CƠ, “Ê”! “HỢP TÁC XÃ” VÀ ‘TỔNG XÃ’: THÔI ĐÃ… XÃ–PHƯỜNG",
    ],
)
def test_unusual_letters_are_not_taken_for_garbled_ones(text: str) -> None:
    assert (mojibake(text), legacy_font(text)) == (None, None)


@pytest.mark.parametrize(
    "text", ["Việt Nam", "Cộng hòa xã hội chủ nghĩa", "Đường Nguyễn Huệ", "ông nói “được”", "VIỆT NAM", "HỢP TÁC XÃ"]
)
def test_garbled_vietnamese_is_found_alone_and_within_sound_text(text: str) -> None:
    assert mojibake(garbled(text))
    assert mojibake(f"{BODY}{garbled(text)}\n{BODY}")


def test_stress_marks_that_unicode_has_no_letter_for_are_not_decomposed() -> None:
    assert "decomposed" not in found(document(SOUND + "за\u0301мок"))


def test_near_duplicates_come_in_groups_with_their_similarity() -> None:
    long = "\n".join(f"Câu thứ {n} kể về việc số {n} của tỉnh trong năm, khác hẳn câu {n + 1}." for n in range(40))
    other = "\n".join(f"Đội {n} thắng trận {n} trước đội {n * 3} với {n} bàn, khán giả vỗ tay." for n in range(40))
    items = [
        document(long, "first.txt"),
        document(other, "other.txt"),
        document(long.replace("số 7 ", "số bảy "), "edited.txt"),
        document(long, "same.txt"),
    ]
    (group,) = report(*items).duplicates
    assert (group.source, [copy.source for copy in group.copies]) == ("first.txt", ["edited.txt", "same.txt"])
    edited, same = (copy.similarity for copy in group.copies)
    assert 0.9 < edited < same == 1.0
    finding = found(*items)["near_duplicates"]
    assert finding.count == 2
    assert finding.examples == (Example("first.txt", f"edited.txt ({edited:.2f}), same.txt (1.00)"),)


def test_many_copies_are_one_group_and_only_some_are_named() -> None:
    finding = found(*(document(SOUND, f"{n:03}.txt") for n in range(300)))["near_duplicates"]
    assert finding.count == 299
    assert finding.examples[0].detail == "001.txt (1.00), 002.txt (1.00), 003.txt (1.00) and 296 more"


def test_articles_without_words_are_no_copies_of_each_other() -> None:
    assert report(document("…", "a.txt"), document("!", "b.txt")).duplicates == ()


def test_what_cannot_be_read_is_counted_by_reason_apart_from_files_of_another_kind() -> None:
    skips = [Skipped(f"{n}.txt", f"not UTF-8 (byte {n}); save it as UTF-8") for n in range(3)]
    rows = [Skipped("d.jsonl:9", f"not a row: {NO_TEXT}"), Skipped("e.jsonl", f"its first row has {NO_TEXT}")]
    kinds = found(*skips, Skipped("b.txt", "binary"), Skipped("c.jpg", f".jpg {OTHER_FORMAT}"), *rows)
    assert kinds["unreadable"].count == 5
    assert kinds["unreadable"].examples == (
        Example("0.txt", "not UTF-8 (byte 0); save it as UTF-8 (3 like it)"),
        Example("b.txt", "binary"),
        Example("d.jsonl:9", f"not a row: {NO_TEXT}"),
    )
    assert (kinds["unreadable"].level, kinds["no_articles"].level) == ("problem", "advice")
    assert kinds["no_articles"].count == 2


def test_a_second_article_of_one_name_is_left_out_as_a_build_leaves_it_out() -> None:
    read = report(document(SOUND), document(SOUND))
    assert (read.articles, read.skipped) == (1, 1)
    assert "another file of that name" in read.findings[0].examples[0].detail


def test_problems_come_before_advice_and_examples_are_as_many_as_asked() -> None:
    items = [document(f"{TITLE} {n} \ufffd", f"{n}.txt") for n in range(4)]
    findings = report(*items, examples=2).findings
    assert [finding.level for finding in findings] == sorted((f.level for f in findings), reverse=True)
    assert [(finding.kind, finding.count, len(finding.examples)) for finding in findings[:2]] == [
        ("lost_letters", 4, 2),
        ("undated", 4, 2),
    ]


def test_totals_count_files_articles_languages_and_dates() -> None:
    english = "The bridge was opened in the morning and it is the longest of the country, said the minister. " * 4
    rows = [
        document(SOUND, "x.jsonl#1"),
        document(english, "x.jsonl#2", "2020-01-02"),
        document(SOUND + "Vui.", "y.txt"),
    ]
    read = report(*rows, Skipped("z.txt", "empty"))
    assert (read.files, read.articles, read.skipped) == (3, 3, 1)
    assert read.languages == {"vi": 2, "en": 1}
    assert (read.dated, read.first, read.last) == (3, "2020-01-02", "2024-05-19")


def test_lines_that_the_whole_folder_shares_are_boilerplate(tmp_path: Path) -> None:
    for n in range(4):
        article = SOUND.replace("cây cầu", f"cây cầu số {n}")
        (tmp_path / f"{n}.txt").write_text(f"Báo Ví dụ điện tử hôm nay\n{article}", encoding="utf-8")
    alone = doctor([tmp_path / "0.txt"], IndexConfig()).boilerplate
    assert doctor([tmp_path], IndexConfig()).boilerplate >= alone > 0


def test_a_folder_with_everything_that_can_go_wrong_is_survived_and_left_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "picture.txt").write_bytes(bytes(range(256)) * 40)
    (tmp_path / "nul.txt").write_bytes(b"a\0b")
    (tmp_path / "blank.txt").write_text("\ufeff \n\u200b", encoding="utf-8")
    (tmp_path / "line.txt").write_text("a" * 300_000 + " Viá»‡t" * 30_000, encoding="utf-8")
    (tmp_path / "marks.txt").write_text("e" + "\u0301" * 100_000, encoding="utf-8")
    (tmp_path / "rows.jsonl").write_text('{"text": "Xong"}\n{"text"\n[]\n{"text": "\\ud800"}\n', encoding="utf-8")
    (tmp_path / "page.html").write_text("<html><body><p>" + "<div>" * 3000, encoding="utf-8")
    (tmp_path / "empty").mkdir()
    (tmp_path / "broken.txt").symlink_to(tmp_path / "nowhere")
    (tmp_path / "loop").symlink_to(tmp_path)
    before = sorted((str(path), path.lstat().st_mtime_ns) for path in tmp_path.rglob("*"))
    read = doctor([tmp_path], IndexConfig())
    assert sorted((str(path), path.lstat().st_mtime_ns) for path in tmp_path.rglob("*")) == before
    kinds = {finding.kind: finding.count for finding in read.findings}
    assert (read.articles, kinds["mojibake"], kinds["decomposed"]) == (3, 1, 1)
    assert read.skipped == 9


def test_an_empty_folder_holds_nothing_and_nothing_is_wrong_with_it(tmp_path: Path) -> None:
    read = doctor([tmp_path], IndexConfig())
    assert (read.files, read.articles, read.boilerplate, read.findings) == (0, 0, 0.0, ())


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="does not exist"):
        doctor([tmp_path / "nowhere"], IndexConfig())


def test_the_report_on_the_seeds_is_the_same_every_time() -> None:
    first, second = (msgspec.json.encode(doctor([SEEDS], IndexConfig())) for _ in range(2))
    assert first == second
    read = json.loads(first)
    assert (read["files"], read["articles"], read["languages"]) == (6, 5, {"vi": 5})
    assert {finding["kind"]: finding["count"] for finding in read["findings"]} == {
        "undated": 4,
        "mostly_boilerplate": 1,
        "no_articles": 1,
    }


def test_articles_of_tomorrow_are_not_late_anywhere(tmp_path: Path) -> None:
    tomorrow = (datetime.now(tz=UTC).date() + timedelta(days=1)).isoformat()
    (tmp_path / "a.jsonl").write_text(json.dumps({"text": BODY, "published": tomorrow}), encoding="utf-8")
    assert [finding.kind for finding in doctor([tmp_path], IndexConfig()).findings] == []


@pytest.mark.parametrize("unit", ["Viá»‡t Nam ", "đÁ ", "e\u0301", "vµ cña ", "1/2/2042 ", "a\r\nb\r"])
def test_the_time_grows_with_the_text_and_not_with_its_square(linear: Callable[..., bool], unit: str) -> None:
    assert linear(lambda text: report(document(text)), lambda length: unit * length, 4000)


def test_a_book_is_sketched_in_the_same_time_a_syllable(linear: Callable[..., bool]) -> None:
    assert linear(lambda words: Duplicates().add("a", words), lambda size: [str(n) for n in range(size)], 4000)
