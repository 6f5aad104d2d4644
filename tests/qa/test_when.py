"""Which days an answer means."""

import pytest

from index.records import Range
from qa.dates.when import answer_time, asked_days, days_of, is_of_another_day


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


@pytest.mark.parametrize(
    ("question", "article", "another"),
    [
        ("Ngày 17 tháng 5 giá xăng tăng bao nhiêu?", "Chiều 17/5, giá xăng tăng.", False),
        ("Ngày 17 tháng 5 giá xăng tăng bao nhiêu?", "Chiều 18/5, giá xăng tăng.", True),
        ("gia xang 17-5-2019", "Ngày 17/5, giá xăng tăng.", False),
        ("giá xăng 17/5/2019", "Ngày 17/5/2018, giá xăng tăng.", True),
        ("Mùng 3 tháng 7 tỷ giá thế nào?", "Từ 2 đến 4/7, tỷ giá tăng.", False),
        ("Tháng 7 tỷ giá thế nào?", "Ngày 17/5, tỷ giá tăng.", False),
        ("Năm 2019 tỷ giá thế nào?", "Ngày 17/5/2018, tỷ giá tăng.", False),
        ("Giá xăng tăng bao nhiêu?", "Ngày 17/5, giá xăng tăng.", False),
    ],
)
def test_an_article_that_speaks_of_no_day_that_was_asked_about_is_of_another_day(
    question: str, article: str, *, another: bool
) -> None:
    assert is_of_another_day(asked_days(question), days_of(article, None)) is another


def test_the_day_of_publication_counts_as_spoken_of() -> None:
    article = days_of("Sáng nay, giá xăng tăng.", "2019-05-17")
    assert not is_of_another_day(asked_days("Ngày 17/5/2019 giá xăng tăng bao nhiêu?"), article)
    assert is_of_another_day(asked_days("Ngày 17/5/2020 giá xăng tăng bao nhiêu?"), article)
