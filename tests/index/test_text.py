from __future__ import annotations

import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text import (
    accented_terms,
    fold,
    folded_terms,
    has_accents,
    language,
    normal,
    pairs,
    sentences,
    word_texts,
    words,
)

ZERO_WIDTH = "\u200b\ufeff"
KNOWN_BLANKS = " \t\r\n\u00a0\u3000\u2028\u2029"
ODD_BLANKS = [chr(code) for code in range(0x3001) if chr(code).isspace() and chr(code) not in KNOWN_BLANKS]
PIECES = [
    "Hà Nội",
    unicodedata.normalize("NFD", "hoà thuỷ Đằng"),
    "TP. Hồ Chí Minh",
    "GS.TS. An",
    "28.6",
    "240,1 tỷ",
    "“Tôi đi. Anh ở.”",
    '"',
    "“",
    "”",
    ". ",
    "... ",
    "?!",
    "。",
    "中国",
    "Москва ",
    "\ufeff",
    "\u200b",
    "\r\n",
    "\n",
    "\r",
    "\u2028",
    "\u00a0",
    "🙂",
    "👩‍👩‍👧",
    "\u0301",
    "một dòng rất dài không có dấu chấm nên có thể đã bị ngắt\nở giữa",
]
ANY_TEXT = st.one_of(
    st.lists(st.sampled_from(PIECES), max_size=20).map("".join),
    st.text(st.characters(exclude_categories=("Cs",), exclude_characters=ODD_BLANKS), max_size=80),
)
VIETNAMESE = st.text("aăâeêioôơuưyáàảãạậộửýbcdđghklmnpqrstvxAĐÔƠÝQ 0123456789.,", max_size=60)


def cut(text: str) -> list[str]:
    return [text[sentence.start : sentence.end] for sentence in sentences(text)]


def texts(text: str) -> list[str]:
    return [word.text for word in words(text)]


# Words


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("hoà", "hòa"),
        ("Hoà", "hòa"),
        ("HÒA", "hòa"),
        ("thuỷ", "thủy"),
        ("xoè", "xòe"),
        ("hoạ", "họa"),
        ("khoẻ", "khỏe"),
        ("quý", "quý"),
        ("Quỹ", "quỹ"),
        ("hoàn", "hoàn"),
        ("toán", "toán"),
        ("ngoài", "ngoài"),
        ("thúy", "thúy"),
        ("Ý", "ý"),
    ],
)
def test_tones_stand_where_newspapers_put_them(written: str, read: str) -> None:
    assert normal(written) == read
    assert normal(unicodedata.normalize("NFD", written)) == read


@pytest.mark.parametrize(
    ("written", "bare"),
    [("Đằng", "dang"), ("đ", "d"), ("Ý", "y"), ("thuỷ", "thuy"), ("USD", "usd"), ("Ё", "е"), ("中", "中")],
)
def test_folding_takes_accents_and_the_bar_of_d(written: str, bare: str) -> None:
    assert fold(written) == bare
    assert fold(unicodedata.normalize("NFD", written)) == bare


def test_single_letters_and_digits_are_words() -> None:
    assert texts("Ý thắng bão số 3.") == ["ý", "thắng", "bão", "số", "3"]


@pytest.mark.parametrize("number", ["28.6", "240,1", "20/5", "29/06/2021", "1.000.000", "2017"])
def test_a_number_keeps_its_separators(number: str) -> None:
    assert texts(f"hôm {number}, ông") == ["hôm", number, "ông"]


def test_a_stop_after_a_number_is_not_part_of_it() -> None:
    assert texts("hôm 28.6. Ông") == ["hôm", "28.6", "ông"]


def test_han_characters_are_words_of_their_own() -> None:
    assert texts("中国和Nga") == ["中", "国", "和", "nga"]


def test_letters_and_digits_of_a_name_stay_together() -> None:
    assert texts("G7, COVID-19, S-400") == ["g7", "covid", "19", "s", "400"]


def test_words_of_nfd_text_stand_in_the_raw_text() -> None:
    raw = unicodedata.normalize("NFD", "Hoà bình")
    assert [(word.text, raw[word.start : word.end]) for word in words(raw)] == [
        ("hòa", unicodedata.normalize("NFD", "Hoà")),
        ("bình", unicodedata.normalize("NFD", "bình")),
    ]


def test_start_moves_every_offset() -> None:
    assert [(word.start, word.end) for word in words("xin chào", 100)] == [(100, 103), (104, 108)]
    assert [tuple(sentence) for sentence in sentences(" Xin chào. Đi!", 100)] == [(101, 110), (111, 114)]


def test_pairs_join_neighbours() -> None:
    assert pairs(["hội", "nghị", "thượng"]) == ["hội_nghị", "nghị_thượng"]
    assert pairs(["một"]) == []


def test_terms_of_both_fields_are_words_then_pairs() -> None:
    assert accented_terms(["hòa", "bình"]) == ["hòa", "bình", "hòa_bình"]
    assert folded_terms(["hòa", "bình"]) == ["hoa", "binh", "hoa_binh"]


@given(VIETNAMESE)
def test_composed_and_decomposed_text_have_the_same_words(text: str) -> None:
    assert texts(unicodedata.normalize("NFD", text)) == texts(unicodedata.normalize("NFC", text))


@given(ANY_TEXT)
def test_the_texts_of_the_words_alone_are_the_same(text: str) -> None:
    assert word_texts(text) == texts(text)


@given(ANY_TEXT)
def test_words_lie_in_the_text_in_order_without_blanks(text: str) -> None:
    last = 0
    for word in words(text):
        assert last <= word.start < word.end <= len(text)
        piece = text[word.start : word.end]
        assert normal(piece) == word.text
        assert not any(char.isspace() for char in piece)
        last = word.end


@given(ANY_TEXT)
def test_terms_can_be_split_at_blanks_again(text: str) -> None:
    singles = word_texts(text)
    for terms in (accented_terms(singles), folded_terms(singles)):
        assert " ".join(terms).split() == terms


# Sentences


@pytest.mark.parametrize(
    "whole",
    [
        "Ông sống ở TP. Hồ Chí Minh từ nhỏ.",
        "TP.HCM có chín triệu dân.",
        "GS.TS. Nguyễn Văn An phát biểu.",
        "PGS.TS. Lê Thị Bình và ThS. Trần Cường dự họp.",
        "Hôm 28.6 hai ông hội đàm.",
        "Kim ngạch đạt 240,1 tỷ USD, tăng 26,3% so với năm trước.",
        "Giá là 1.000.000 đồng.",
        "Ngày 29.6.2021 ông về.",
        "“Tôi đi. Anh ở lại”, ông nói.",
        'Ông nói "Tôi đi. Anh ở lại" rồi im.',
        "Họ gặp nhau... rồi chia tay.",
        "Nhà ở Q. 1, P. Bến Nghé.",
        "Mr. Smith met Dr. Lee in St. Petersburg.",
        "The U.S. Army left Iraq.",
        "J. K. Rowling wrote it.",
        "Он приехал в г. Москву.",
        "Bà Nguyễn Thị H. bị bắt.",
        "Xem www.vnexpress.net để biết thêm.",
    ],
)
def test_a_stop_inside_does_not_end_a_sentence(whole: str) -> None:
    assert cut(whole) == [whole]
    assert cut(f"{whole} Hết.") == [whole, "Hết."]


@pytest.mark.parametrize(
    "parts",
    [
        ["Ông đi.", "Bà ở lại!", "Thật sao?"],
        ["Ông đến năm 2001.", "Bà đến năm 2002."],
        ["Hôm 28.6 ông đến.", "Hôm 29.6 ông về."],
        ["Ông nói: “Tôi đi. Anh ở lại.”", "Rồi ông đi."],
        ["“Đi.”", "“Ở lại.”"],
        ["Thế à?!", "Ừ."],
        ["Встреча прошла в Москве.", "Стороны довольны."],
    ],
)
def test_sentences_end_at_stops(parts: list[str]) -> None:
    assert cut(" ".join(parts)) == parts


def test_chinese_sentences_need_no_blanks() -> None:
    assert cut("他来了。她走了！真的吗？“是的。”他说。") == ["他来了。", "她走了！", "真的吗？", "“是的。”", "他说。"]


def test_a_missing_blank_after_a_stop_is_forgiven() -> None:
    assert cut("Anh đến Mỹ.Ông ở lại.") == ["Anh đến Mỹ.", "Ông ở lại."]


def test_a_line_break_ends_a_sentence() -> None:
    assert cut("Đồng thuận lớn\n\nHai bên ký kết") == ["Đồng thuận lớn", "Hai bên ký kết"]
    assert cut("Một\r\nHai\rBa\u2028Bốn") == ["Một", "Hai", "Ba", "Bốn"]


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_wrapped_line_does_not_end_a_sentence(newline: str) -> None:
    wrapped = f"Hiệp ước được ký tại Moskva giữa ông Giang Trạch Dân và{newline}nhà lãnh đạo nước Nga."
    assert cut(f"{wrapped} Hết.") == [wrapped, "Hết."]


def test_a_short_line_is_not_taken_for_a_wrapped_one() -> None:
    assert cut("tre xanh\nxanh tự bao giờ") == ["tre xanh", "xanh tự bao giờ"]


def test_a_long_quotation_is_cut_at_its_stops() -> None:
    inside = "Chúng tôi đã nói. " * 30
    assert len(cut(f"“{inside}” Hết.")) > 30


@pytest.mark.parametrize("blank", ["\f", "\u2003", "\u2009", "\x85"])
def test_no_blank_of_unicode_stands_at_the_border_of_a_sentence(blank: str) -> None:
    assert cut(f"{blank}Xin chào.{blank}") == ["Xin chào."]


def test_blanks_alone_are_no_sentence() -> None:
    assert cut("\f") == []


@pytest.mark.parametrize("text", ["Anh đến Mỹ.Ông ở lại.", "Ông Ô. Nam đến."])
def test_composed_and_decomposed_text_have_the_same_sentences(text: str) -> None:
    decomposed = unicodedata.normalize("NFD", text)
    assert [unicodedata.normalize("NFC", piece) for piece in cut(decomposed)] == cut(text)


def test_a_line_that_ends_in_a_comma_goes_on() -> None:
    wrapped = "Hôm qua, tại thủ đô Moskva của nước Nga xa xôi lạnh giá,\nTổng thống Putin phát biểu."
    assert cut(wrapped) == [wrapped]


def test_a_wrapped_russian_line_goes_on() -> None:
    wrapped = "Президент России прибыл в столицу Казахстана, чтобы принять\nучастие в саммите."
    assert cut(wrapped) == [wrapped]


@pytest.mark.parametrize(
    "parts",
    [
        ["Họ bàn về an ninh ở châu Á.", "Đẩy mạnh hợp tác là sáng kiến của ông."],
        ["They left at 5 p.m.", "Then it rained."],
        ["Cam có vitamin C.", "Nó tốt."],
        ["Đội xếp hạng A.", "Họ vui."],
    ],
)
def test_a_closing_letter_can_end_a_sentence(parts: list[str]) -> None:
    assert cut(" ".join(parts)) == parts


@given(ANY_TEXT)
def test_sentences_lie_in_the_text_in_order_without_outer_blanks(text: str) -> None:
    last = 0
    for sentence in sentences(text):
        assert last <= sentence.start < sentence.end <= len(text)
        piece = text[sentence.start : sentence.end]
        assert piece == piece.strip().strip(ZERO_WIDTH)
        last = sentence.end


@given(ANY_TEXT)
def test_only_blanks_lie_between_sentences(text: str) -> None:
    rest = list(text)
    for sentence in sentences(text):
        rest[sentence.start : sentence.end] = " " * (sentence.end - sentence.start)
    assert not "".join(rest).translate(dict.fromkeys(map(ord, ZERO_WIDTH), " ")).strip()


@given(ANY_TEXT)
def test_every_word_lies_in_one_sentence(text: str) -> None:
    ranges = sentences(text)
    for word in words(text):
        assert sum(sentence.start <= word.start and word.end <= sentence.end for sentence in ranges) == 1


def test_a_row_of_dots_costs_no_more_than_its_length(linear: Callable[..., bool]) -> None:
    assert linear(sentences, lambda length: "." * length + "a", 5_000)


def test_many_quotations_on_one_line_cost_no_more_than_their_length(linear: Callable[..., bool]) -> None:
    assert linear(sentences, lambda count: 'Ông nói: "Tôi đi. Anh ở." Rồi về. ' * count, 300)


# Languages


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Kim ngạch thương mại đạt kỷ lục", "vi"),
        (unicodedata.normalize("NFD", "Kim ngạch thương mại đạt kỷ lục"), "vi"),
        ("khi nao SCO hop o Astana", "vi"),
        ("kim ngach Nga Trung nam 2023 la bao nhieu", "vi"),
        ("When is the summit in Astana?", "en"),
        ("who is the foreign minister of Kazakhstan", "en"),
        ("上海合作组织峰会什么时候举行？", "zh"),
        ("Когда пройдёт саммит ШОС?", "ru"),
        ("SCO 峰会在 Astana 哪一天", "zh"),
        ("2024 !!", "und"),
        ("", "und"),
    ],
)
def test_language_is_told(text: str, expected: str) -> None:
    assert language(text) == expected


def test_accents_are_seen_composed_and_decomposed() -> None:
    assert has_accents("đi")
    assert has_accents(unicodedata.normalize("NFD", "hòa"))
    assert not has_accents("hoa dam 2024")


@given(ANY_TEXT)
def test_folding_leaves_no_vietnamese_accent(text: str) -> None:
    assert not has_accents(fold(text).replace("đ", "d"))
