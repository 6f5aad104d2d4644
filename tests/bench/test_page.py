from __future__ import annotations

import re

import msgspec
from rows import gold, row
from test_run_and_compare import HEADER, run

from bench.asking import Row
from bench.compare import compared
from bench.gold import GoldQuestion
from bench.outcome import Given
from bench.page import report_page
from bench.ranking import MEASURES
from bench.summary import summary

EVIL = '<script>alert("x")</script>'
LOST = {"lost_by": "retrieval", "right_sentence": 0.0, "f1_mlqa": 0.0}


def page(*rows: Row, notes: tuple[str, ...] = ()) -> str:
    made = run(list(rows))
    made = msgspec.structs.replace(made, header=msgspec.structs.replace(made.header, notes=notes))
    return report_page(made, summary(made.rows))


def evil_row() -> Row:
    given = Given(text=EVIL, sentence=f"a {EVIL} b", source=f"{EVIL}.txt", start=2, end=2 + len(EVIL))
    return row(gold(EVIL, EVIL, source=EVIL, kind=EVIL, variant=EVIL), given=given, **LOST)


def test_what_comes_from_questions_and_articles_is_text() -> None:
    html = page(evil_row(), row(gold("khi nào?", "tháng 7")), notes=(EVIL,))
    assert EVIL not in html
    assert "&lt;script&gt;" in html


def test_the_cited_words_are_marked_in_their_sentence() -> None:
    assert "a <mark>&lt;script&gt;alert(&#34;x&#34;)&lt;/script&gt;</mark> b" in page(evil_row())


def test_every_question_that_is_not_right_is_listed_and_no_other() -> None:
    html = page(
        row(gold("đúng?", "tháng 7")), row(gold("sai?", "tháng 7"), **LOST), row(gold("ai?"), lost_by="answering")
    )
    assert len(re.findall('<article class="question"', html)) == 2
    assert "sai?" in html
    assert "đúng?" not in html


def test_the_page_needs_nothing_from_elsewhere() -> None:
    html = page(evil_row())
    assert not re.findall(r"""(?:src|href)=["'](?!#)""", html)
    assert "@import" not in html
    assert "url(" not in html.replace("url(#", "")


def test_every_chart_has_words_for_who_cannot_see_it() -> None:
    html = page(row(gold("khi nào?", "tháng 7", kind="time")), row(gold("ai?", "Bình", kind="who"), **LOST))
    alts = re.findall(r'role="img" aria-label="([^"]+)"', html)
    assert len(alts) == len(re.findall("<svg", html)) >= 3
    assert all(re.search(r"\d", alt) for alt in alts)


def test_names_that_look_like_formulas_are_drawn_as_they_are() -> None:
    odd = gold("khi nào?", "tháng 7", kind="$\\\\foo$" + "dài" * 100)
    assert "<svg" in page(row(odd), row(gold("ai?", "Bình", kind="who")))


def test_ids_are_unique() -> None:
    ids = re.findall(r'\bid="([^"]+)"', page(evil_row(), row(gold("khi nào?", "tháng 7", kind="time"))))
    assert len(ids) == len(set(ids))


def test_the_run_before_is_laid_beside() -> None:
    before, after = run([row(gold("câu?", "tháng 7"))]), run([row(gold("câu?", "tháng 7"), answered=False, **LOST)])
    html = report_page(after, summary(after.rows), compared(before, after))
    assert "Compared with 2024-05-20 12:00 UTC, commit abc" in html
    assert "1 lost" in html
    assert "(declined)" in html


def test_a_set_of_judged_files_has_a_page_of_its_ranks() -> None:
    judged = [
        msgspec.structs.replace(row(), gold=GoldQuestion(question=question, answers=(), grades={"a.txt": 1}))
        for question in ("Khi nào họp?", "Ai đến Huế hôm qua để làm gì và ở đâu vậy?")
    ]
    missed = msgspec.structs.replace(judged[0], ranking={"fused": dict.fromkeys(MEASURES, 0.0)})
    html = page(*judged, missed)
    assert "Retrieval alone" in html
    assert "not on top" in html
    assert "By kind of question" not in html


def test_settings_and_versions_stand_below() -> None:
    assert "threshold" in page(row())
    assert HEADER.set_sha256 in page(row())
