from bench.measures import exact, f1


def test_f1_counts_shared_words_of_both() -> None:
    # "tháng 7" against "vào tháng 7": 2 shared of 2 and 3 words, 2 * 2 / 5
    assert f1("tháng 7", "vào tháng 7") == 0.8


def test_f1_of_nothing_shared_is_zero() -> None:
    assert f1("Astana", "tháng 7") == 0.0


def test_punctuation_case_and_place_of_the_tone_do_not_matter() -> None:
    assert exact("“Hoà bình”", "hòa bình") == 1.0


def test_a_word_more_is_not_exact() -> None:
    assert exact("vào tháng 7", "tháng 7") == 0.0


def test_each_han_character_is_a_word() -> None:
    # 普京 against 普京总统: 2 shared of 2 and 4 characters, 2 * 2 / 6
    assert f1("普京", "普京总统") == 4 / 6
