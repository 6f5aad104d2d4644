from __future__ import annotations

import sqlite3
import threading
from typing import TYPE_CHECKING

import msgspec
import pytest
from fake_collection import FakeAsker

from api.http.questions import AskedQuestions
from api.http.questions.asked import FILE, LONGEST, MOST_CALLERS

if TYPE_CHECKING:
    from pathlib import Path

    from qa.records import Reply


def reply(question: str, *, answered: bool = True, confidence: float = 0.9) -> Reply:
    made = FakeAsker().ask(question)
    return msgspec.structs.replace(made, answered=answered, confidence=confidence)


def test_a_question_is_suggested_once_enough_clients_have_asked_it(tmp_path: Path) -> None:
    asked = AskedQuestions(tmp_path, enough=3, clock=lambda: 0.0)
    for number in range(2):
        asked.note(reply("Khi nào họp?"), f"client {number}")
    asked.flush()
    assert asked.popular() == ()
    asked.note(reply(" Khi  nào họp "), "client 2")
    asked.flush()
    assert asked.popular() == ("Khi nào họp",)


def test_nobody_chooses_the_words_for_others(tmp_path: Path) -> None:
    asked = AskedQuestions(tmp_path, enough=3)
    for number, text in enumerate(
        ["khi nào họp?", "khi nào họp?", "KHI NÀO HỌP!!!", "khi nào họp ☠", "khi\u202e nào họp"]
    ):
        asked.note(reply(text), f"client {number}")
    asked.flush()
    assert asked.popular() == ()


def test_only_the_same_words_being_declined_forget_a_question(tmp_path: Path) -> None:
    asked = AskedQuestions(tmp_path, enough=1)
    asked.note(reply("Khi nào họp?"), "a")
    asked.note(reply("khi nao hop?", answered=False), "b")
    asked.flush()
    assert asked.popular() == ("Khi nào họp",)


def test_one_client_makes_no_suggestion_alone(tmp_path: Path) -> None:
    asked = AskedQuestions(tmp_path, enough=2)
    for _ in range(9):
        asked.note(reply("Khi nào họp?"), "client")
    asked.flush()
    assert asked.popular() == ()


def test_before_that_nothing_of_its_words_is_on_the_disk(tmp_path: Path) -> None:
    asked = AskedQuestions(tmp_path, enough=2)
    asked.note(reply("Bí mật của ông Ba?"), "10.0.0.7")
    asked.flush()
    kept = (tmp_path / FILE).read_bytes()
    for words in ("Bí mật", "bi mat", "10.0.0.7"):
        assert words.encode() not in kept


def test_two_collections_keep_unlike_marks_of_the_same_question(tmp_path: Path) -> None:
    marks = []
    for name in "ab":
        (tmp_path / name).mkdir()
        asked = AskedQuestions(tmp_path / name, enough=2)
        asked.note(reply("Khi nào họp?"), "client")
        asked.flush()
        with sqlite3.connect(tmp_path / name / FILE) as connection:
            marks += connection.execute("select key from questions").fetchall()
        connection.close()
    assert len(set(marks)) == 2


@pytest.mark.parametrize(
    "made",
    [reply("Khi nào?", answered=False), reply("Khi nào?", confidence=0.49), reply("a " * LONGEST), reply("?!")],
    ids=["declined", "unsure", "long", "no words"],
)
def test_what_is_no_good_suggestion_is_not_counted(tmp_path: Path, made: Reply) -> None:
    asked = AskedQuestions(tmp_path, enough=1)
    asked.note(made, "client")
    asked.flush()
    assert asked.popular() == ()


def test_a_question_that_is_declined_later_is_forgotten(tmp_path: Path) -> None:
    asked = AskedQuestions(tmp_path, enough=1)
    asked.note(reply("Khi nào họp?"), "client")
    asked.flush()
    assert asked.popular() == ("Khi nào họp",)
    asked.note(reply("Khi nào họp?", answered=False), "client")
    asked.flush()
    assert asked.popular() == ()


def test_the_most_asked_comes_first_and_processes_share_what_they_count(tmp_path: Path) -> None:
    first, second = AskedQuestions(tmp_path, enough=2), AskedQuestions(tmp_path, enough=2)
    for number in range(2):
        first.note(reply("Ở đâu?"), f"client {number}")
    first.flush()
    for number in range(3):
        second.note(reply("Khi nào?"), f"client {number}")
    second.flush()
    first.flush()
    assert first.popular() == second.popular() == ("Khi nào", "Ở đâu")


def test_counts_are_written_in_time_and_survive_a_restart(tmp_path: Path) -> None:
    now = [0.0]
    asked = AskedQuestions(tmp_path, enough=1, clock=lambda: now[0])
    asked.note(reply("Khi nào?"), "a")
    asked.note(reply("Ở đâu?"), "a")
    now[0] = 60.0
    assert set(asked.popular()) == {"Khi nào", "Ở đâu"}
    assert set(AskedQuestions(tmp_path, enough=1).popular()) == {"Khi nào", "Ở đâu"}


def test_nothing_is_kept_where_it_is_switched_off(tmp_path: Path) -> None:
    asked = AskedQuestions(tmp_path, enough=0)
    asked.note(reply("Khi nào?"), "client")
    asked.flush()
    assert asked.popular() == ()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_takes_nothing_costs_no_answer(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    asked = AskedQuestions(tmp_path, enough=1)
    asked.note(reply("Khi nào?"), "client")
    asked.flush()
    assert asked.popular() == ()


def test_threads_lose_no_count(tmp_path: Path) -> None:
    asked = AskedQuestions(tmp_path, enough=80)
    threads = [
        threading.Thread(target=lambda part=part: [asked.note(reply("Khi nào?"), f"{part} {n}") for n in range(20)])
        for part in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    asked.flush()
    assert asked.popular() == ("Khi nào",)


def test_the_memory_for_callers_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert MOST_CALLERS < 100_000
    monkeypatch.setattr("api.http.questions.asked.MOST_CALLERS", 3)
    asked = AskedQuestions(tmp_path, enough=8)
    for number in range(8):
        asked.note(reply("Khi nào?"), f"client {number}")
    asked.flush()
    assert asked.popular() == ("Khi nào",)
    assert len(asked._callers) <= 3  # noqa: SLF001 — what is bounded is inside


def test_the_least_asked_are_forgotten_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.http.questions.asked.MOST_QUESTIONS", 2)
    asked = AskedQuestions(tmp_path, enough=1)
    for question, clients in (("Một?", 3), ("Hai?", 1), ("Ba?", 2)):
        for number in range(clients):
            asked.note(reply(question), f"client {number}")
    asked.flush()
    assert asked.popular() == ("Một", "Ba")
