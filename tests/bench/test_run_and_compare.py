from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from rows import gold, row

from bench.asking import Row
from bench.compare import Difference, compared
from bench.gold import GoldError
from bench.outcome import Given
from bench.run import Header, Run, newest_before, read_run, written

HEADER = Header(
    set="seeds",
    set_sha256="0",
    when="20240520T120000",
    seconds=1.0,
    commit="abc",
    python="3.11",
    versions={},
    machine={},
    settings={"threshold": 0.11},
    articles=5,
    chunks=72,
)
HEADER_WITH_ANOTHER_TIME = msgspec.json.encode({"run": msgspec.structs.replace(HEADER, when="yesterday")}).decode()
QUESTIONS = [gold(f"câu {number}?", "tháng 7") for number in range(5)]
DECLINED = {"answered": False, "right_sentence": 0.0, "f1_mlqa": 0.0}


def run(rows: list[Row], when: str = HEADER.when, name: str = "seeds") -> Run:
    return Run(header=msgspec.structs.replace(HEADER, when=when, set=name), rows=tuple(rows))


def difference(before: list[Row], after: list[Row], measure: str) -> Difference:
    return next(found for found in compared(run(before), run(after)).differences if found.measure == measure)


def test_a_run_is_read_as_it_was_written(tmp_path: Path) -> None:
    made = run([row(QUESTIONS[0]), row(gold("ai?"), passage_rank=None, alone_f1=None)])
    assert read_run(written(made, tmp_path)) == made


@pytest.mark.parametrize("content", ["", "{}", "[]\n", '{"run": 5}', HEADER_WITH_ANOTHER_TIME])
def test_another_file_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "run.jsonl"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(GoldError, match="is not a run"):
        read_run(path)


def test_the_newest_earlier_run_of_the_same_set_is_the_one_before(tmp_path: Path) -> None:
    for when, name in (("20240101T000000", "seeds"), ("20240301T000000", "seeds"), ("20240401T000000", "other")):
        written(run([], when, name), tmp_path)
    (tmp_path / "20240402T000000.jsonl").write_text("cut o", encoding="utf-8")
    now = run([])
    written(now, tmp_path)
    found = newest_before(tmp_path, now)
    assert found is not None
    assert found.header.when == "20240301T000000"


def test_the_first_run_has_none_before_it(tmp_path: Path) -> None:
    assert newest_before(tmp_path / "empty", run([])) is None


def test_questions_are_won_lost_and_changed() -> None:
    other = Given(text="tháng Bảy", sentence="", source="a.txt")
    before = [row(QUESTIONS[0], **DECLINED), row(QUESTIONS[1]), row(QUESTIONS[2]), row(QUESTIONS[3])]
    after = [row(QUESTIONS[0]), row(QUESTIONS[1], **DECLINED), row(QUESTIONS[2], given=other), row(QUESTIONS[3])]
    found = compared(run(before), run(after))
    assert [change.after.gold.question for change in found.won] == ["câu 0?"]
    assert [change.after.gold.question for change in found.lost] == ["câu 1?"]
    assert [change.after.gold.question for change in found.changed] == ["câu 2?"]


def test_a_question_that_must_be_declined_is_won_by_declining() -> None:
    found = compared(run([row(gold("ai?"), answered=True)]), run([row(gold("ai?"), answered=False)]))
    assert len(found.won) == 1


def test_only_questions_of_both_runs_are_compared() -> None:
    found = compared(run([row(QUESTIONS[0]), row(QUESTIONS[1])]), run([row(QUESTIONS[1]), row(QUESTIONS[2])]))
    assert found.alone == 2
    assert not found.won
    assert not found.lost


def test_a_question_asked_twice_is_compared_twice() -> None:
    twice = [row(QUESTIONS[0]), row(QUESTIONS[0], **DECLINED)]
    found = compared(run(twice), run(twice))
    assert (found.alone, found.won, found.lost) == (0, (), ())


def test_differences_are_means_over_pairs_with_their_chance() -> None:
    before = [row(asked, **DECLINED) for asked in QUESTIONS[:3]] + [row(QUESTIONS[3])]
    found = difference(before, [row(asked) for asked in QUESTIONS[:4]], "right_sentence")
    assert (found.before, found.after) == (1 / 4, 1.0)
    assert found.p == pytest.approx(2 / 8)


def test_a_question_with_another_answer_is_another_question() -> None:
    before, after = run([row(gold("a?", "x")), row(QUESTIONS[0])]), run([row(gold("a?", "y")), row(QUESTIONS[0])])
    assert compared(before, after).alone == 2


def test_runs_without_a_common_question_are_not_compared() -> None:
    with pytest.raises(GoldError, match="no question in common"):
        compared(run([row(QUESTIONS[0])]), run([row(QUESTIONS[1])]))


def test_two_runs_of_one_second_are_two_files(tmp_path: Path) -> None:
    assert written(run([row()]), tmp_path) != written(run([row()]), tmp_path)


def test_equal_runs_do_not_differ() -> None:
    rows = [row(asked) for asked in QUESTIONS]
    assert {(found.before - found.after, found.p) for found in compared(run(rows), run(rows)).differences} == {
        (0.0, 1.0)
    }
