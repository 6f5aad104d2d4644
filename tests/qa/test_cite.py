from index.records import Article, Range
from qa.answer.cite import cite

TEXT = "Đầu. Hội nghị họp vào tháng 7, ông nói. Cuối."


def article(text: str) -> Article:
    return Article(
        id="a" * 16,
        source="a.txt",
        sha256="0",
        title="T",
        published=None,
        publisher=None,
        url=None,
        language="vi",
        text=text,
    )


def test_a_citation_quotes_its_range_and_what_stands_around() -> None:
    start = TEXT.index("tháng 7")
    cited = cite(article(TEXT), Range(start, start + 7), Range(5, 39))
    assert (cited.quote, cited.prefix, cited.suffix) == ("tháng 7", TEXT[:start], TEXT[start + 7 :])
    assert TEXT[cited.sentence_start : cited.sentence_end] == "Hội nghị họp vào tháng 7, ông nói."


def test_the_link_names_the_range_and_the_words_with_their_neighbours() -> None:
    cited = cite(article(TEXT), Range(22, 29), Range(5, 39))
    assert cited.link == (
        "/articles/aaaaaaaaaaaaaaaa?start=22&end=29#:~:text="
        "ngh%E1%BB%8B%20h%E1%BB%8Dp%20v%C3%A0o-,th%C3%A1ng%207,-%2C%20%C3%B4ng%20n%C3%B3i."
    )


def test_a_long_quote_is_linked_by_its_ends_and_hyphens_are_escaped() -> None:
    text = "một-hai ba bốn năm sáu bảy tám chín mười"
    assert cite(article(text), Range(0, len(text)), Range(0, len(text))).link.endswith(
        "m%E1%BB%99t%2Dhai%20ba%20b%E1%BB%91n%20n%C4%83m,b%E1%BA%A3y%20t%C3%A1m%20ch%C3%ADn%20m%C6%B0%E1%BB%9Di"
    )
