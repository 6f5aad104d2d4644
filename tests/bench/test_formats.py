from __future__ import annotations

import gzip
import json
import lzma
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from bench.formats import read_gold
from bench.gold import GoldError

if TYPE_CHECKING:
    from collections.abc import Callable

ROW = {"question": "khi nào?", "answers": ["tháng 7"], "source": "a.txt|b.txt", "kind": "time", "variant": ""}
QUESTION = {"question": "Ai đến?", "answers": [{"text": "Bình", "answer_start": 0}]}
FLAT = {"context": "Bình đến.", "question": "Ai đến?", "answers": [{"text": "Bình", "answer_start": 0}]}


def file(folder: Path, name: str, content: object) -> Path:
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def squad(*questions: dict[str, Any], context: str = "Bình đến.") -> dict[str, Any]:
    return {"version": "2.0", "data": [{"title": "T", "paragraphs": [{"context": context, "qas": list(questions)}]}]}


def beir(folder: Path, qrels: str = "query-id\tcorpus-id\tscore\nq1\td2\t2\nq1\td1\t0\n") -> Path:
    (folder / "qrels").mkdir()
    file(folder, "corpus.jsonl", '{"_id": "d1", "title": "A", "text": "một"}\n{"_id": "d2", "text": "hai"}\n')
    file(folder, "queries.jsonl", '{"_id": "q1", "text": "hai?"}\n{"_id": "q2", "text": "ba?", "metadata": {}}\n')
    file(folder / "qrels", "test.tsv", qrels)
    return folder


def test_a_row_names_every_file_that_answers(tmp_path: Path) -> None:
    question = read_gold(file(tmp_path, "questions.jsonl", ROW)).questions[0]
    assert question.sources == {"a.txt", "b.txt"}
    assert not question.must_decline


def test_a_row_without_answers_must_be_declined(tmp_path: Path) -> None:
    path = file(tmp_path, "questions.jsonl", {"question": "ai?", "answers": [], "kind": "none"})
    assert read_gold(path).questions[0].must_decline


@pytest.mark.parametrize("line", ["{", "[]", '{"question": 1, "answers": []}', json.dumps(ROW | {"colour": "red"})])
def test_a_broken_row_names_file_and_line(tmp_path: Path, line: str) -> None:
    path = file(tmp_path, "questions.jsonl", f"{json.dumps(ROW)}\n\n{line}\n")
    with pytest.raises(GoldError, match=r"questions\.jsonl:3: .*A row is"):
        read_gold(path)


@pytest.mark.parametrize("content", [b"", b"  \n", b"\xef\xbb\xbf"])
def test_a_file_without_questions_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_bytes(content)
    with pytest.raises(GoldError, match="is empty"):
        read_gold(path)


def test_a_file_that_is_not_utf8_names_the_line(tmp_path: Path) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_bytes(json.dumps(ROW).encode() + b"\n\xff\xfe\n")
    with pytest.raises(GoldError, match=r"gold\.jsonl:2: not UTF-8"):
        read_gold(path)


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(GoldError, match="cannot be read"):
        read_gold(tmp_path / "nowhere.jsonl")


def test_a_squad_file_brings_its_passages_as_articles(tmp_path: Path) -> None:
    gold = read_gold(file(tmp_path, "gold.json", squad(QUESTION, {"question": "Khi nào?", "answers": []})))
    assert gold.name == "gold"
    (article,) = gold.articles
    assert (article["title"], article["text"]) == ("T", "Bình đến.")
    assert [question.kind for question in gold.questions] == ["", "none"]
    assert gold.questions[0].source == f"squad.jsonl#{article['id']}"
    assert gold.questions[0].starts == (0,)


def test_an_article_goes_by_what_it_says_whatever_stands_before_it(tmp_path: Path) -> None:
    first = read_gold(file(tmp_path, "a.jsonl", FLAT))
    other = json.dumps(FLAT | {"context": "Huế xa.", "answers": []})
    second = read_gold(file(tmp_path, "b.jsonl", other + "\n" + json.dumps(FLAT)))
    assert first.questions[0] == second.questions[1]


def test_plausible_answers_of_an_impossible_question_are_none(tmp_path: Path) -> None:
    asked = QUESTION | {"is_impossible": True, "plausible_answers": [{"text": "Bình", "answer_start": 0}]}
    assert read_gold(file(tmp_path, "gold.json", squad(asked))).questions[0].must_decline


def test_an_answer_that_several_people_gave_counts_once(tmp_path: Path) -> None:
    asked = QUESTION | {"answers": [{"text": "Bình", "answer_start": 0}] * 3}
    assert read_gold(file(tmp_path, "gold.json", squad(asked))).questions[0].answers == ("Bình",)


@pytest.mark.parametrize(
    "answers", [[{"text": "Bình", "answer_start": 0}], {"text": ["Bình"], "answer_start": [0]}, {"text": ["Bình"]}]
)
def test_rows_that_repeat_the_context_share_one_article(tmp_path: Path, answers: object) -> None:
    rows = [FLAT | {"answers": answers}, FLAT | {"question": "Ai?", "answers": answers, "id": "7", "title": None}]
    gold = read_gold(file(tmp_path, "gold.jsonl", "\n".join(map(json.dumps, rows))))
    assert len(gold.articles) == 1
    assert [question.answers for question in gold.questions] == [("Bình",), ("Bình",)]


def test_a_json_list_of_rows_is_read_as_well(tmp_path: Path) -> None:
    assert len(read_gold(file(tmp_path, "gold.json", [FLAT, FLAT])).questions) == 2


@pytest.mark.parametrize(("ending", "pack"), [(".xz", lzma.compress), (".gz", gzip.compress)])
def test_packed_files_are_read(tmp_path: Path, ending: str, pack: Callable[[bytes], bytes]) -> None:
    path = tmp_path / f"gold.jsonl{ending}"
    path.write_bytes(pack(json.dumps(FLAT).encode()))
    gold = read_gold(path)
    assert (gold.name, len(gold.questions)) == ("gold", 1)


def test_a_packed_file_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "gold.jsonl.xz"
    path.write_bytes(lzma.compress(json.dumps(FLAT).encode())[:-8])
    with pytest.raises(GoldError, match="cannot be read"):
        read_gold(path)


def test_a_broken_question_of_a_squad_file_names_its_line_and_place(tmp_path: Path) -> None:
    text = json.dumps(squad(QUESTION, {"question": 5, "answers": []}), indent=1)
    line = next(number for number, row in enumerate(text.split("\n"), 1) if '"question": 5' in row) - 1
    with pytest.raises(GoldError, match=rf"gold\.json:{line} data\[0\]\.paragraphs\[0\]\.qas\[1\]: .*got `int`"):
        read_gold(file(tmp_path, "gold.json", text))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"question": "  "}, "the question is blank"),
        ({"answers": [" "]}, "an answer is blank"),
        ({"source": ""}, "go together"),
        ({"answers": []}, "go together"),
        ({"grades": {"a.txt": 1}}, "go without"),
        ({"answers": [], "source": "", "grades": {"a.txt": 0}}, "at least one relevant"),
        ({"answers": [], "source": "", "grades": {"a.txt": 10**30}}, "1000"),
    ],
)
def test_a_row_that_would_count_as_something_else_is_refused(
    tmp_path: Path, changes: dict[str, object], said: str
) -> None:
    with pytest.raises(GoldError, match=rf"questions\.jsonl:1: .*{said}"):
        read_gold(file(tmp_path, "questions.jsonl", ROW | changes))


@pytest.mark.parametrize("asked", [{"question": "Ai?"}, {"question": "Ai?", "answer": []}, QUESTION | {"question": ""}])
def test_a_question_of_a_squad_file_says_whether_it_has_answers(tmp_path: Path, asked: dict[str, Any]) -> None:
    with pytest.raises(GoldError, match=r"qas\[0\]"):
        read_gold(file(tmp_path, "gold.json", squad(asked)))


def test_no_answers_is_written_in_several_ways(tmp_path: Path) -> None:
    ways = [{"answers": []}, {"answers": None}, {"is_impossible": True}, {"answers": {"text": [], "answer_start": []}}]
    gold = read_gold(file(tmp_path, "gold.json", squad(*({"question": "Ai?"} | way for way in ways))))
    assert [question.must_decline for question in gold.questions] == [True] * 4


@pytest.mark.parametrize("content", ["{", '{"data": 5}', '{"data": []}', "[]", "[5]", '{"rows": []}', "[" * 100_000])
def test_json_of_another_shape_is_refused(tmp_path: Path, content: str) -> None:
    with pytest.raises(GoldError, match=r"gold\.json"):
        read_gold(file(tmp_path, "gold.json", content))


def test_answers_that_do_not_stand_where_they_claim_to_are_named(tmp_path: Path) -> None:
    asked = [QUESTION, QUESTION | {"answers": [{"text": "Bình", "answer_start": 3}]}]
    notes = read_gold(file(tmp_path, "gold.json", squad(*asked))).notes
    assert len(notes) == 1
    assert "1 answers" in notes[0]
    assert "qas[1]" in notes[0]


def test_a_beir_folder_has_graded_files_and_no_answers(tmp_path: Path) -> None:
    gold = read_gold(beir(tmp_path))
    assert gold.file == "corpus.jsonl"
    assert gold.articles[0] == {"id": "d1", "title": "A", "text": "một"}
    (question,) = gold.questions  # q2 was never judged
    assert question.relevance == {"corpus.jsonl#d2": 2, "corpus.jsonl#d1": 0}
    assert question.sources == {"corpus.jsonl#d2"}
    assert not question.must_decline


def test_trec_judgements_are_read_as_well(tmp_path: Path) -> None:
    assert read_gold(beir(tmp_path, "q1 0 d2 1\n")).questions[0].relevance == {"corpus.jsonl#d2": 1}


@pytest.mark.parametrize("line", ["q1\td2", "q1\td2\tmuch", "q1\td2\t1.0", "q1\td2\t²", "q1\td2\t99999"])
def test_a_broken_judgement_names_file_and_line(tmp_path: Path, line: str) -> None:
    with pytest.raises(GoldError, match=r"test\.tsv:2: .*A line is query, document and grade"):
        read_gold(beir(tmp_path, f"q1\td1\t1\n{line}\n"))


@pytest.mark.parametrize(
    ("qrels", "said"), [("q1\td2\t1\nq1\td2\t0\n", "above already"), ("q1\td1\t1.0\nq1\td2\t1\n", "tsv:1")]
)
def test_judgements_are_not_guessed_at(tmp_path: Path, qrels: str, said: str) -> None:
    with pytest.raises(GoldError, match=said):
        read_gold(beir(tmp_path, qrels))


def test_ids_of_judgements_may_hold_blanks_between_tabs(tmp_path: Path) -> None:
    folder = beir(tmp_path, "q 1\td 2\t1\n")
    file(folder, "queries.jsonl", '{"_id": "q 1", "text": "hai?"}')
    assert read_gold(folder).questions[0].sources == {"corpus.jsonl#d 2"}


@pytest.mark.parametrize("row", ['{"_id": "d1", "text": "x"}', '{"_id": "", "text": "x"}'])
def test_an_id_is_there_and_stands_once(tmp_path: Path, row: str) -> None:
    file(beir(tmp_path), "corpus.jsonl", f'{{"_id": "d1", "text": "một"}}\n{row}\n')
    with pytest.raises(GoldError, match=r"corpus\.jsonl:2"):
        read_gold(tmp_path)


def test_a_document_with_nothing_but_a_title_has_it_for_text(tmp_path: Path) -> None:
    file(beir(tmp_path), "corpus.jsonl", '{"_id": "d2", "title": "Tít", "text": ""}')
    assert read_gold(tmp_path).articles[0]["text"] == "Tít"


def test_a_judged_document_that_the_corpus_lacks_is_named(tmp_path: Path) -> None:
    gold = read_gold(beir(tmp_path, "q1\td2\t1\nq1\td9\t1\n"))
    assert gold.notes == ("1 judged documents are not in corpus.jsonl",)


@pytest.mark.parametrize("name", ["corpus.jsonl", "queries.jsonl", "qrels/test.tsv"])
def test_a_beir_folder_that_is_not_whole_says_what_is_missing(tmp_path: Path, name: str) -> None:
    (beir(tmp_path) / name).unlink()
    with pytest.raises(GoldError, match=name):
        read_gold(tmp_path)


def test_a_broken_document_names_file_and_line(tmp_path: Path) -> None:
    file(beir(tmp_path), "corpus.jsonl", '{"_id": "d1", "text": "một"}\n{"_id": 2}\n')
    with pytest.raises(GoldError, match=r"corpus\.jsonl:2"):
        read_gold(tmp_path)
