"""Any question gets a reply: quotes that stand in the article, and a probability."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.records import Filters
from qa.pipeline import Asker
from qa.records import Reply

GOLD = Path(__file__).parents[2] / "seeds" / "questions.jsonl"
QUESTIONS = [json.loads(line)["question"] for line in GOLD.read_text(encoding="utf-8").splitlines()]
USUAL = "Khi nào hội nghị thượng đỉnh SCO ở Astana diễn ra?"
MOST = 500
"""Code points of a question that the service takes."""

LETTERS = [
    *"?.,'\"“(/\\*%&@#0aÁ中ж\u0301\u200b\u00a0\u202e\t\n\r\0\x1b\ufeff\ufffd\ufffe\ue000²①٣½ﬁßİŉ",
    "😀", "👨‍👩‍👧‍👦", "🇻🇳", "𠀀", "𝟙", "\U000e0041", "\U0010ffff", "\u1112\u1161\u11ab", "\u0958", "ａ", "ㄱ", "ก็",
    "\u05d0\u05b7",
]  # fmt: skip
TABLE = [
    "", " ", "?", "...", "a", "ai", "ai?", "Ý?", "7", "năm", "SCO", "gì", "là", "có không?", "và", "??? !!! ???",
    *LETTERS,
    *(letter * MOST for letter in LETTERS[::2]),
    *(f"khi{letter}nào SCO{letter}Astana{letter}" for letter in LETTERS),
    unicodedata.normalize("NFD", USUAL), unicodedata.normalize("NFKD", USUAL), USUAL.upper(), USUAL[::-1],
    USUAL.encode().decode("latin-1"), USUAL.replace(" ", ""), " ".join(USUAL), f"\u202e{USUAL}", USUAL * 9,
    "khi nào khi nào khi nào", "ai " * 160, "không " * 80, "SCO " * 120, "Nga" * 160, "2023 " * 100, "1/1/1 " * 80,
    "ngày 0/0/0000", "ngày 31/2/2023", "ngày 99/99/99999", "năm 0", "năm 99999", "năm -1", "năm ²⁰²³", "ngày ٣/٤/٢٠٢٤",
    "tháng 13 năm 10000", "thế kỷ 999", "100 năm trước", "99999999 năm trước", "9999999999999999 ngày sau",
    "năm ngoái năm kia",
    "quý 9 năm 2023", "thứ tám tuần trước", "từ 9/4 đến 8/4", "2023-02-30", "30-2", "0h00", "25:61",
    "ngày mai của hôm qua",
    "in the year 0", "on February 30, 2023", "第十三月", "二〇二三年", "0 года", "thập niên 999990",
    "thur tuowngs", "w", "ddd", "aaa6666", "Vie65t67 Nam99", "aw" * 200, "s f r x j", "dd9",
    "uow" * 100, "1a2e3o4", "ươ" * 200,
    "còn Iran?", "còn?", "thế còn", "và ở đâu?", "nó là gì?", "ông ấy?", "tại sao?", "why", "谁？", "кто?", "ai/gì/đâu",
    "' or 1=1 --", "*", "a AND b OR NOT c", "field:value", '"unclosed', "(((", "a~2^5", "[1 TO 9]", "{{7*7}}",
    "%s%n", "\\x00",
    "<script>alert(1)</script>", "../../etc/passwd", "NaN", "null", "-0", "1e999", "${jndi:ldap://x}", "%F0%9F", "&#0;",
    "(SCO)", "Tổ chức (", ") SCO (", "A.B.C.D.E.F", "U.S.A?", "a-b-c-d", "--", "_" * 99, "O'Neil", "R&D", "C++",
    "24/7", "50%", "$5",
]  # fmt: skip


def check(asker: Asker, reply: Reply) -> None:
    """What a reply promises."""
    assert 0.0 <= reply.confidence <= 1.0
    assert reply.answered == bool(reply.answers) == (reply.answer is not None)
    for answer in reply.answers:
        cited = answer.citation
        article = asker.snapshot.article(cited.article)
        assert article is not None
        assert 0.0 <= answer.confidence <= 1.0
        assert 0 <= cited.start < cited.end <= len(article.text)
        assert article.text[cited.start : cited.end] == cited.quote == answer.text
        assert article.text[cited.sentence_start : cited.sentence_end] == answer.sentence
    for passage in reply.passages:
        found = asker.snapshot.article(passage.article)
        assert found is not None
        assert found.text[passage.start : passage.end] == passage.text
    msgspec.json.encode(reply)


def test_there_are_a_hundred_bad_questions_and_more() -> None:
    assert len(set(TABLE)) >= 100


@pytest.mark.parametrize("question", TABLE)
def test_a_bad_question_gets_a_reply(eager_asker: Asker, question: str) -> None:
    check(eager_asker, eager_asker.ask(question))


@pytest.mark.parametrize("question", TABLE[::8])
def test_a_bad_question_that_is_taken_as_typed_gets_twenty_answers_at_most(eager_asker: Asker, question: str) -> None:
    reply = eager_asker.ask(question, top=20, repair=False)
    check(eager_asker, reply)
    assert len(reply.answers) <= 20
    assert reply.understood.steps == ()


@pytest.mark.parametrize("before", TABLE[::16])
def test_a_question_after_a_bad_one_gets_a_reply(eager_asker: Asker, before: str) -> None:
    check(eager_asker, eager_asker.ask("còn Iran?", context=[before, USUAL, before]))


@given(
    question=st.text(max_size=MOST)
    | st.lists(st.sampled_from(TABLE).map(lambda text: text[:40]), max_size=9).map(" ".join),
    context=st.lists(st.text(max_size=40) | st.sampled_from(QUESTIONS), max_size=3),
    repair=st.booleans(),
)
def test_any_text_after_any_other_gets_a_reply(
    eager_asker: Asker, question: str, context: list[str], *, repair: bool
) -> None:
    check(eager_asker, eager_asker.ask(question, context=context, repair=repair))


@given(question=st.sampled_from(QUESTIONS), place=st.integers(0, 80), piece=st.sampled_from(LETTERS) | st.characters())
@settings(max_examples=30)
def test_a_real_question_with_something_odd_in_it_gets_a_reply(
    eager_asker: Asker, question: str, place: int, piece: str
) -> None:
    check(eager_asker, eager_asker.ask(question[:place] + piece + question[place:]))


@given(pattern=st.text(max_size=30) | st.sampled_from(["[", "[!", "*" * 200, "[a-", "\\", "**/..", "[]]", "?"]))
def test_any_pattern_of_sources_is_taken(eager_asker: Asker, pattern: str) -> None:
    filters = Filters(source=pattern.replace("\ud800", ""), language=pattern)
    check(eager_asker, eager_asker.ask(USUAL, filters=filters))


@pytest.mark.parametrize("unit", [f"{USUAL} ", "á", "Nga", "中", "aw6 ", "1/1/1 ", "(", "😀"])
def test_understanding_a_question_costs_no_more_than_its_length(
    eager_asker: Asker, unit: str, linear: Callable[..., bool]
) -> None:
    assert linear(eager_asker.understand, lambda length: unit * (length // len(unit)), 400)
