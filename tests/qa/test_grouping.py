import msgspec

from qa.answer.grouping import chosen
from qa.records import Answer, Citation, Place


def answer(text: str, confidence: float, article: str = "a", published: str | None = None) -> Answer:
    citation = Citation(
        article=article,
        source=f"{article}.txt",
        title="",
        url=None,
        published=published,
        sha256="",
        start=0,
        end=len(text),
        quote=text,
        sentence_start=0,
        sentence_end=len(text),
        prefix="",
        suffix="",
        link="",
    )
    return Answer(text=text, confidence=confidence, sentence=text, citation=citation)


def test_what_says_the_same_is_one_answer_with_its_other_places() -> None:
    found = chosen([answer("28/6", 0.9), answer("ngày 28 tháng 6", 0.5, "b"), answer("28/6", 0.1, "c")], "time", 3)
    assert [one.text for one in found] == ["28/6"]
    assert [place.source for place in found[0].also] == ["b.txt"]  # the third is too unsure to be about the same


def test_no_more_answers_than_wanted() -> None:
    ranked = [answer(text, 0.5) for text in ("Putin", "Lavrov", "Tập Cận Bình")]
    assert [one.text for one in chosen(ranked, "who", 2)] == ["Putin", "Lavrov"]
    assert chosen([], "who", 2) == []


def test_other_figures_of_other_articles_are_marked_and_the_newest_comes_first() -> None:
    ranked = [
        answer("24 người", 0.9, "a", "2024-07-01"),
        answer("11 xe", 0.9, "b", "2024-07-02"),
        answer("30 người", 0.8, "c", "2024-07-03"),
        answer("31 người", 0.1, "d", "2024-07-04"),
    ]
    found = chosen(ranked, "num", 4)
    assert [(one.text, one.disputed) for one in found] == [
        ("30 người", True),
        ("24 người", True),
        ("11 xe", False),
        ("31 người", False),
    ]


def test_an_article_does_not_contradict_itself() -> None:
    ranked = [answer("24 người", 0.9), answer("30 người", 0.8)]
    assert not any(one.disputed for one in chosen(ranked, "num", 3))


def test_without_all_dates_the_order_stays() -> None:
    ranked = [answer("năm 2016", 0.9, "a"), answer("năm 2017", 0.8, "b", "2024-01-01")]
    found = chosen(ranked, "time", 3)
    assert [(one.text, one.disputed) for one in found] == [("năm 2016", True), ("năm 2017", True)]


def test_how_many_are_wanted_does_not_change_which_is_first() -> None:
    ranked = [answer("24 người", 0.9, "a", "2024-07-01"), answer("30 người", 0.8, "c", "2024-07-03")]
    assert chosen(ranked, "num", 1) == chosen(ranked, "num", 3)[:1]


def test_a_vague_date_does_not_hide_that_others_differ() -> None:
    ranked = [answer("tháng 7", 0.9), answer("3/7", 0.9, "b"), answer("10/7", 0.9, "c")]
    found = chosen(ranked, "time", 3)
    assert [one.text for one in found] == ["tháng 7", "10/7"]
    assert [place.source for place in found[0].also] == ["b.txt"]


def test_copies_of_all_places_are_named_once_behind_the_places() -> None:
    copies = [Place(article=name, source=f"{name}.txt", title="", start=0, end=4, quote="28/6") for name in "bcd"]
    best, other = answer("28/6", 0.9), answer("28/6", 0.5, "b")
    ranked = [
        msgspec.structs.replace(best, also=tuple(copies[:2])),
        msgspec.structs.replace(other, also=tuple(copies[1:])),
    ]
    assert [place.source for place in chosen(ranked, "time", 3)[0].also] == ["b.txt", "c.txt", "d.txt"]
