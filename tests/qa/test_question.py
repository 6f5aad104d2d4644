import pytest

from index.text import fold
from qa.question import understand


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("khi nào SCO Astana?", "time"),
        ("khi nao SCO Astana", "time"),
        ("ký hiệp ước năm nào", "time"),
        ("bao giờ họp", "time"),
        ("ai là ngoại trưởng Kazakhstan", "who"),
        ("Ông Tập gặp ai?", "who"),
        ("hội nghị họp ở đâu", "where"),
        ("ong Putin gap ong Tap o dau", "where"),
        ("nước nào mua vũ khí của Nga", "where"),
        ("kim ngạch đạt bao nhiêu", "num"),
        ("SCO có mấy thành viên", "num"),
        ("kim ngạch Nga Trung 2023", "num"),
        ("vì sao hai nước xích lại gần nhau", "why"),
        ("tai sao Nga xoay truc", "why"),
        ("quan hệ hai nước thế nào", "how"),
        ("THAAD là gì", "what"),
        ("When is the SCO summit in Astana?", "time"),
        ("Who warned how far it could go?", "who"),
        ("How many documents were signed?", "num"),
        ("上合组织峰会什么时候举行？", "time"),
        ("普京在哪里会见习近平", "where"),
        ("中国外交部长是谁？", "who"),
        ("Когда пройдёт саммит ШОС?", "time"),
        ("Кто глава МИД Казахстана?", "who"),
        ("Сколько документов подписали?", "num"),
    ],
)
def test_the_question_word_tells_the_type(question: str, kind: str) -> None:
    assert understand(question).question.type == kind


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("khi nào SCO Astana?", "vi"),
        ("khi nao SCO Astana", "vi"),
        ("When is the SCO summit in Astana?", "en"),
        ("上合组织峰会什么时候举行？", "zh"),
        ("Когда саммит ШОС в Астане?", "ru"),
        ("SCO Astana", "und"),
    ],
)
def test_a_short_question_shows_its_language(question: str, language: str) -> None:
    assert understand(question).question.language == language


def test_question_words_are_not_looked_for() -> None:
    query = understand("khi nào họp thượng đỉnh SCO?")
    assert [query.words[i].text for i in query.content] == ["họp", "thượng", "đỉnh", "sco"]


def test_without_accents_an_oil_question_does_not_ask_where() -> None:
    assert understand("gia dau tang bao nhieu").question.type == "num"


def test_a_question_of_stop_words_alone_still_has_content() -> None:
    assert understand("là gì").content


def test_decomposed_letters_read_like_composed_ones() -> None:
    assert understand("khi na\u0300o ho\u0323p").question == understand("khi nào họp").question


def test_a_question_without_words_has_none() -> None:
    assert understand("???").words == ()


def test_a_word_in_small_letters_is_no_abbreviation() -> None:
    assert understand("đầu tư công năm 2023").question.text == "đầu tư công năm 2023"


@pytest.mark.parametrize("text", ["Thời tiết Hà Nội hôm nay thế nào?", "thoi tiet ha noi hom nay the nao"])
def test_the_day_of_asking_is_not_looked_for_in_articles(text: str) -> None:
    query = understand(text)
    assert [fold(query.words[i].text) for i in query.content] == ["thoi", "tiet", "ha", "noi"]
