from __future__ import annotations

from pathlib import Path

import pytest

from bench.formats import read_gold
from bench.gold import GoldError
from bench.suggest import suggestions, write_suggestions
from index.records import Article, Range


def article(text: str, source: str = "a.txt", language: str = "vi", boilerplate: tuple[Range, ...] = ()) -> Article:
    return Article(
        id=source,
        source=source,
        sha256="",
        title="",
        published=None,
        publisher=None,
        url=None,
        language=language,
        text=text,
        boilerplate=boilerplate,
    )


def questions(text: str, language: str = "vi") -> dict[str, tuple[str, str]]:
    """Question and answer by kind."""
    found = suggestions([article(text, language=language)], 20)
    return {row.kind: (row.question, row.answers[0]) for row in found if row.answers}


def test_a_question_word_takes_the_place_of_what_stood_there() -> None:
    found = questions("Đoàn đại biểu Quốc hội Lào đã đến thăm Hà Nội vào ngày 12/6.")
    assert found["time"] == ("Đoàn đại biểu Quốc hội Lào đã đến thăm Hà Nội vào thời gian nào?", "ngày 12/6")


def test_an_amount_keeps_its_unit_in_the_question() -> None:
    found = questions("Công ty Sông Hồng đã xây xong tất cả 25 cây cầu ở miền núi.")
    assert found["num"] == ("Công ty Sông Hồng đã xây xong tất cả bao nhiêu cây cầu ở miền núi?", "25")


def test_a_reason_is_asked_for_by_its_own_word() -> None:
    found = questions("Chuyến bay từ Hà Nội đi Đà Nẵng bị hoãn ba giờ vì trời có bão lớn.")
    assert found["why"] == ("Chuyến bay từ Hà Nội đi Đà Nẵng bị hoãn ba giờ vì sao?", "vì trời có bão lớn")


@pytest.mark.parametrize(
    "text",
    [
        "Ông này đã đến thăm Hà Nội vào ngày 12/6 vừa qua.",  # who?
        "“Tôi đã đến thăm Hà Nội vào ngày 12/6”, Bình nói với báo.",  # speech
        "Bình đến ngày 12/6.",  # too little is left
        "Đoàn đại biểu Lào đến Hà Nội ngày 12/6 và đi Huế ngày 14/6.",  # two dates
    ],
)
def test_what_cannot_be_asked_alone_is_passed_over(text: str) -> None:
    assert "time" not in questions(text)


def test_menus_and_teasers_are_not_asked_about() -> None:
    text = "Đoàn đại biểu Quốc hội Lào đã đến thăm Hà Nội vào ngày 12/6."
    assert suggestions([article(text, boilerplate=(Range(0, len(text)),))], 5) == []


def test_other_languages_are_asked_in_their_own_order() -> None:
    found = questions("The ministers of both countries met in Astana in 2017 to sign the treaty.", "en")
    assert found["time"] == ("When The ministers of both countries met in Astana to sign the treaty?", "in 2017")


def test_every_suggestion_is_marked_until_somebody_has_read_it() -> None:
    found = suggestions([article("Đoàn đại biểu Quốc hội Lào đã đến thăm Hà Nội vào ngày 12/6.")], 5)
    assert {row.variant for row in found} == {"suggested"}


def test_articles_take_turns() -> None:
    long = " ".join(
        f"Đoàn đại biểu Quốc hội nước {name} đã đến thăm Huế vào ngày {day}/6." for day, name in enumerate("ABCDEF", 10)
    )
    short = "Đoàn đại biểu Quốc hội Lào đã đến thăm Hà Nội vào ngày 12/7."
    found = suggestions([article(long, "long.txt"), article(short, "short.txt")], 2)
    assert {row.source for row in found} == {"long.txt", "short.txt"}


def test_the_same_articles_give_the_same_questions() -> None:
    articles = [
        article(f"Đoàn đại biểu Quốc hội Lào đã đến thăm Hà Nội vào ngày {day}/6.", f"{day}.txt")
        for day in range(10, 20)
    ]
    assert suggestions(articles, 5) == suggestions(articles, 5)


def test_one_in_six_asks_for_another_year() -> None:
    places = ("Huế", "Vinh", "Hội", "Sa", "Yên", "Lào", "Sơn", "Mỹ", "Nga", "Anh", "Bỉ", "Ý")
    articles = [
        article(f"Đoàn đại biểu Quốc hội Lào năm 2017 đã đến thăm {name} vì lời mời của chủ tịch.", f"{name}.txt")
        for name in places
    ]
    found = suggestions(articles, len(places))
    declined = [row for row in found if row.must_decline]
    assert (len(found), len(declined)) == (12, 2)
    assert not any("2017" in row.question for row in declined)


def test_what_is_written_is_gold(seeds_index: str, tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    assert write_suggestions(path, None, seeds_index, 12) == 12
    assert len(read_gold(path).questions) == 12


def test_a_corpus_that_was_never_built_can_be_asked_about(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    text = "Đoàn đại biểu Quốc hội Lào đã đến thăm Hà Nội vào ngày 12/6."
    (tmp_path / "corpus" / "a.txt").write_text(text, encoding="utf-8")
    write_suggestions(tmp_path / "out.jsonl", tmp_path / "corpus", "", 3)
    assert read_gold(tmp_path / "out.jsonl").questions[0].source == "a.txt"


def test_a_file_that_exists_is_never_overwritten(seeds_index: str, tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(GoldError, match="exists"):
        write_suggestions(path, None, seeds_index, 3)
    assert path.read_text(encoding="utf-8") == "mine"


def test_articles_without_anything_to_ask_for_are_named(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Không có gì.", encoding="utf-8")
    with pytest.raises(GoldError, match="No question could be made"):
        write_suggestions(tmp_path / "out.jsonl", tmp_path / "a.txt", "", 3)
