"""A story that many sites took over: read once, never lost."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.config import IndexConfig
from index.pipeline import build
from index.records import Chunk, Range
from qa.config import AskConfig
from qa.pipeline import Asker, open_asker
from qa.retrieve.copies import MOST_COPIES, Apart, place_in

SEEDS = Path(__file__).parents[2] / "seeds"
STORY = "000_b1bbe682103b1e53.txt"
COPIES = [f"site{number}.txt" for number in range(10)]
EDITS = [("hội nghị", "cuộc họp"), ("khẳng định", "nói rõ"), ("thông tin", "loan tin"), ("cam kết", "hứa hẹn")]
CROWDED_OUT = "Khi sang thăm Nga, ông Tập hội đàm với Tổng thống Putin ở đâu?"
FIRE = "Vụ cháy chợ Đông Ba ở Huế làm {} người bị thương. Lửa bùng lên lúc sáng sớm và lan sang dãy phố bên cạnh chợ."


def chunk(text: str, article: str, number: int = 0, start: int = 0) -> Chunk:
    return Chunk(id=number, article=article, start=start, end=start + len(text), text=text, title="")


def apart(*texts: str) -> Apart:
    """The passages, each of an article of its own, told apart."""
    found = Apart()
    for number, text in enumerate(texts):
        found.add(chunk(text, f"article{number}", number))
    return found


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The five articles and ten copies of the first: another site's name, another date line, one word changed."""
    folder = tmp_path_factory.mktemp("crowd")
    for path in SEEDS.glob("*.txt"):
        (folder / path.name).write_bytes(path.read_bytes())
    story = (SEEDS / STORY).read_bytes().decode()
    for number, name in enumerate(COPIES):
        edited = story.replace(*EDITS[number % len(EDITS)], 1)
        assert edited != story
        line = f"Báo Số {number}\n\nHà Nội, {number + 1}/6/2024, 08:30\n\n"
        (folder / name).write_bytes((line + edited).encode())
    return folder


@pytest.fixture(scope="module")
def crowded(crowd: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asker]:
    index = str(tmp_path_factory.mktemp("crowd_index"))
    build([crowd], index, IndexConfig())
    opened = open_asker(index, AskConfig())
    yield opened
    opened.close()


def opened_on(tmp_path: Path, *texts: str) -> Asker:
    """Asks articles with these texts, which appeared on the first days of July 2024, one each day."""
    rows = (
        json.dumps({"id": str(day), "published": f"2024-07-0{day}", "text": text}) for day, text in enumerate(texts, 1)
    )
    (tmp_path / "a.jsonl").write_text("\n".join(rows), encoding="utf-8")
    build([tmp_path / "a.jsonl"], str(tmp_path / "index"), IndexConfig())
    return open_asker(str(tmp_path / "index"), AskConfig(threshold=0.0))


def test_copies_do_not_crowd_out_another_article(crowded: Asker) -> None:
    reply = crowded.ask(CROWDED_OUT)
    assert reply.answer == "Điện Kremlin"
    assert reply.answers[0].citation.source == "001_11cc2ca7f4bdb1c9.txt"


def test_an_answer_names_every_copy_with_the_place_in_it(crowded: Asker, crowd: Path) -> None:
    answer = crowded.ask("SCO thành lập năm nào?").answers[0]
    named = [answer.citation.source, *(place.source for place in answer.also)]
    assert set(named) >= {STORY, *COPIES}
    assert len(set(answer.also)) == len(answer.also)
    for place in answer.also:
        text = (crowd / place.source).read_bytes().decode()
        assert text[place.start : place.end] == place.quote


def test_passages_are_shown_once_with_their_copies(crowded: Asker, crowd: Path) -> None:
    first, *others = crowded.search("SCO thành lập năm nào?", top=5).passages
    assert {first.source, *(copy.source for copy in first.also)} == {STORY, *COPIES}
    assert not any(copy.article == first.article for copy in first.also)
    assert len(others) == 4
    assert all(one.text != first.text for one in others)
    for copy in first.also:
        text = (crowd / copy.source).read_bytes().decode()
        assert "năm 2001" in text[copy.start : copy.end]


def test_so_many_passages_as_before_are_found(crowded: Asker) -> None:
    found = crowded.search("SCO", top=12).passages
    assert len(found) == 12
    assert len({one.text for one in found}) == 12


def test_the_same_question_gets_the_same_order(crowded: Asker) -> None:
    assert crowded.ask("SCO thành lập năm nào?").answers == crowded.ask("SCO thành lập năm nào?").answers


def test_one_number_apart_is_another_report() -> None:
    assert len(apart(FIRE.format(24), FIRE.format(30)).firsts) == 2
    assert len(apart(FIRE.format("ba"), FIRE.format("bốn")).firsts) == 2


def test_one_word_apart_is_a_copy_and_other_numbers_elsewhere_do_not_matter() -> None:
    found = apart(FIRE.format(24), FIRE.format(30), FIRE.format(24).replace("lan", "tràn"), FIRE.format(30))
    assert [one.id for one in found.firsts] == [0, 1]
    assert {first: [copy.id for copy in copies] for first, copies in found.copies.items()} == {0: [2], 1: [3]}


def test_what_adds_a_sentence_is_no_copy() -> None:
    more = FIRE.format(24) * 2 + " Thủ tướng chia buồn với gia đình các nạn nhân."
    found = apart(FIRE.format(24), more, "Theo VTV. " + FIRE.format(24))
    assert [one.id for one in found.firsts] == [0, 1]
    assert [copy.id for copy in found.copies[0]] == [2]  # a site's name adds nothing


def test_what_two_passages_of_another_article_hold_is_a_copy_of_them() -> None:
    parts = ["Cảnh sát bắt nghi phạm tại bến xe miền Đông.", "Nghi phạm khai đã trốn khỏi quê nhà từ mùa hè."]
    found = Apart()
    for number, text in enumerate(parts):
        found.add(chunk(text, "a", number))
    found.add(chunk(" ".join(parts), "b", 2))
    assert [one.id for one in found.firsts] == [0, 1]
    assert [copy.id for copies in found.copies.values() for copy in copies] == [2]


def test_an_article_is_no_copy_of_itself() -> None:
    found = Apart()
    found.add(chunk(FIRE.format(24), "a", 0))
    found.add(chunk(FIRE.format(24), "a", 1))
    assert len(found.firsts) == 2


@pytest.mark.parametrize("text", ["", "…", "24", "Nga"])
def test_hardly_any_words_are_told_apart_too(text: str) -> None:
    found = apart(text, text)
    assert len(found.firsts) + sum(map(len, found.copies.values())) == 2


def test_a_quote_is_found_where_it_stands_as_a_word_of_its_own() -> None:
    sentence = "Ngày 17/7, đoàn 7 người đến Huế."
    copy = chunk("Theo báo. Sáng ngày 17/7, đoàn 7 người đến Huế.", "b", start=100)
    found = place_in(copy, sentence, Range(sentence.index("7 người"), sentence.index("7 người") + 1))
    assert found == Range(131, 132)
    assert copy.text[31:33] == "7 "


def test_a_quote_is_not_found_in_a_sentence_with_other_numbers() -> None:
    there = chunk("Ngày 18/7, đoàn 7 người đến Huế.", "b")
    assert place_in(there, "Ngày 17/7, đoàn 7 người đến Huế.", Range(16, 17)) is None


def test_conflicting_figures_still_conflict_beside_their_copies(tmp_path: Path) -> None:
    opened = opened_on(tmp_path, *(FIRE.format(figure) for figure in (24, 24, 30, 30, 24)))
    reply = opened.ask("Vụ cháy chợ Đông Ba làm bao nhiêu người bị thương?")
    opened.close()
    disputed = [(answer.text.removesuffix(" người"), len(answer.also)) for answer in reply.answers if answer.disputed]
    assert sorted(disputed) == [("24", 2), ("30", 1)]
    assert len(reply.passages) == 2


def test_the_day_of_a_copy_is_as_good_as_that_of_the_first(tmp_path: Path) -> None:
    text = "Đoàn cứu hộ Đà Nẵng đã đến Huế, theo lời ông Nam, và ở lại cho đến hết tuần tại bệnh viện."
    opened = opened_on(tmp_path, text, text, text)
    days = [opened.ask(f"Ngày {day}/7 đoàn cứu hộ nào đến Huế?").answers[0].confidence for day in (1, 2, 3, 9)]
    opened.close()
    assert min(days[:3]) > 2 * days[3]


def test_no_more_places_are_named_than_the_limit(tmp_path: Path) -> None:
    opened = opened_on(tmp_path, *[FIRE.format(24)] * (MOST_COPIES + 5))
    reply = opened.ask("Vụ cháy chợ Đông Ba làm bao nhiêu người bị thương?")
    opened.close()
    assert len(reply.answers[0].also) == len(reply.passages[0].also) == MOST_COPIES
