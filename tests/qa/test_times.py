"""Which days an answer means."""

import pytest

from index.records import Range
from qa.times import answer_time


def when(sentence: str, words: str, published: str | None = None) -> tuple[str, str, bool] | None:
    """First and last day of the words of a sentence, and whether the article's date was needed."""
    start = sentence.index(words)
    found = answer_time(sentence, Range(start, start + len(words)), published)
    return found and (found.first, found.last, found.resolved)


@pytest.mark.parametrize(
    ("sentence", "words", "published", "days"),
    [
        ("Họ gặp nhau ngày 20/5/2024.", "20/5/2024", None, ("2024-05-20", "2024-05-20", False)),
        ("Họ gặp nhau năm 2001.", "năm 2001", None, ("2001-01-01", "2001-12-31", False)),
        ("Họ gặp nhau hôm qua.", "hôm qua", "2024-05-21", ("2024-05-20", "2024-05-20", True)),
        ("Họ gặp nhau hôm 20/5.", "hôm 20/5", "2024-05-21", ("2024-05-20", "2024-05-20", True)),
        ("Họ gặp nhau vào tháng 7.", "tháng 7", "2024-05-21", ("2024-07-01", "2024-07-31", True)),
    ],
)
def test_the_days_are_known(sentence: str, words: str, published: str | None, days: tuple[str, str, bool]) -> None:
    assert when(sentence, words, published) == days


def test_without_the_date_of_the_article_nothing_is_made_up() -> None:
    assert when("Họ gặp nhau hôm qua.", "hôm qua") is None
    assert when("Họ gặp nhau ở Astana.", "Astana") is None
