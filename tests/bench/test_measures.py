"""The published scripts' behaviour on cases that can be checked by hand."""

from __future__ import annotations

import msgspec
import pytest
from rows import answer, gold

from bench.measures import exact, f1, is_right_place, is_right_sentence, mlqa, mlqa_tokens, says, squad_tokens
from qa.records import Place

VI = mlqa("vi")


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("The  Treaty of Paris!", ["treaty", "of", "paris"]),
        ("an apple, a day", ["apple", "day"]),
        ("Thea", ["thea"]),  # an article is a word of its own
        ("U.S.-led", ["usled"]),  # punctuation goes without a blank
        ("“tháng 7”", ["“tháng", "7”"]),  # ASCII punctuation only
        ("của anh", ["của", "anh"]),  # English articles only
        ("1,5 %", ["15"]),
    ],
)
def test_squad_normalisation(text: str, tokens: list[str]) -> None:
    assert squad_tokens(text) == tokens


@pytest.mark.parametrize(
    ("text", "language", "tokens"),
    [
        ("“Tháng 7”", "vi", ["tháng", "7"]),
        ("những nước của ASEAN", "vi", ["nước", "asean"]),
        ("the Hague", "en", ["hague"]),
        ("the Hague", "vi", ["the", "hague"]),
        ("在2024年7月。", "zh", ["在", "2024", "年", "7", "月"]),
        ("普京 Putin", "zh", ["普", "京", "putin"]),
        ("普京", "vi", ["普京"]),
        ("Владимир Путин", "ru", ["владимир", "путин"]),
        ("1,5 %", "vi", ["15"]),
    ],
)
def test_mlqa_normalisation(text: str, language: str, tokens: list[str]) -> None:
    assert mlqa_tokens(text, language) == tokens


def test_f1_is_the_harmonic_mean_of_precision_and_recall() -> None:
    # "tháng 7" against "vào tháng 7": precision 2/2, recall 2/3
    assert f1("tháng 7", ["vào tháng 7"], VI) == pytest.approx(4 / 5)


def test_f1_counts_a_repeated_word_as_often_as_both_have_it() -> None:
    # "a b b" against "b b c": 2 shared of 3 and 3
    assert f1("x b b", ["b b y"], VI) == pytest.approx(2 / 3)


def test_the_best_accepted_answer_counts() -> None:
    assert f1("tháng 7", ["Astana", "tháng 7"], VI) == 1.0
    assert exact("tháng 7", ["Astana", "Tháng 7."], VI) == 1.0


def test_one_word_more_is_not_exact() -> None:
    assert exact("vào tháng 7", ["tháng 7"], VI) == 0.0


def test_the_two_normalisations_differ_where_their_scripts_do() -> None:
    assert exact("“tháng 7”", ["tháng 7"], squad_tokens) == 0.0
    assert exact("“tháng 7”", ["tháng 7"], VI) == 1.0


@pytest.mark.parametrize("accepted", [["tháng 7"], ["..."], ["của"], []])
def test_an_answer_that_was_not_given_scores_zero(accepted: list[str]) -> None:
    assert f1("", accepted, VI) == exact("", accepted, VI) == 0.0


def test_nothing_shared_scores_zero() -> None:
    assert f1("Astana", ["tháng 7"], VI) == 0.0


def test_a_right_sentence_holds_an_accepted_answer_in_a_file_that_answers() -> None:
    asked = gold("khi nào?", "tháng 7", "tháng Bảy")
    assert is_right_sentence(asked, answer("Astana"))
    assert not is_right_sentence(asked, answer("Astana", source="b.txt"))
    assert not is_right_sentence(asked, answer("Astana", sentence="Họ gặp nhau tại Astana."))


@pytest.mark.parametrize(
    ("source", "quote", "right"),
    [("a.txt", "Tháng 7", True), ("a.txt", "vào tháng 7", True), ("b.txt", "tháng 7", False), ("a.txt", "2017", False)],
)
def test_another_place_is_right_when_it_says_the_same_in_a_file_that_answers(
    source: str, quote: str, *, right: bool
) -> None:
    place = Place(article="x", title="", source=source, start=0, end=len(quote), quote=quote)
    assert is_right_place(gold("khi nào?", "tháng 7"), place, VI) is right


def test_where_the_answer_stands_is_known_the_sentence_must_hold_that_place() -> None:
    asked = msgspec.structs.replace(gold("khi nào?", "tháng 7"), starts=(21,))
    assert is_right_sentence(asked, answer("Astana"))
    assert not is_right_sentence(msgspec.structs.replace(asked, starts=(200,)), answer("tháng 7"))


@pytest.mark.parametrize(
    ("text", "accepted", "stands"),
    [
        ("năm 2023", "2", False),
        ("số 2, năm 2023", "2", True),
        ("chuyến bay", "bay", True),
        ("máy bayy", "bay", False),
        ("tăng 26,3% so với", "26,3%", True),
        ("在2024年7月举行", "7月", True),
        ("“điểm cao nhất”", '"điểm', False),
        ("tha\u0301ng 7", "tháng 7", True),
    ],
)
def test_an_answer_stands_in_a_text_as_words_of_its_own(text: str, accepted: str, *, stands: bool) -> None:
    assert says(text, [accepted]) is stands
