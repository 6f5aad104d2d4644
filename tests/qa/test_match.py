import numpy as np
import pytest

from qa.question import understand
from qa.retrieve.match import compared, match
from qa.retrieve.vectors import WordVectors


@pytest.fixture(scope="module")
def vectors() -> WordVectors:
    return WordVectors()


def test_a_word_that_stands_there_fits_wholly(vectors: WordVectors) -> None:
    matches = match(understand("hội nghị Astana"), [compared(["hội", "nghị", "tại", "astana"])], vectors)
    assert matches.exact.tolist() == [[1, 1, 1]]
    assert matches.soft[0].tolist() == pytest.approx([1, 1, 1])


def test_without_accents_the_folded_fit_counts(vectors: WordVectors) -> None:
    matches = match(understand("hoi nghi o dau"), [compared(["hội", "nghị"])], vectors)
    assert matches.exact[0].tolist() == [0, 0]
    assert matches.folded[0].tolist() == [1, 1]


def test_accents_tell_words_apart(vectors: WordVectors) -> None:
    matches = match(understand("mã số"), [compared(["ma"])], vectors)
    assert matches.exact[0].tolist() == [0, 0]


@pytest.mark.parametrize("question", ["Beijing", "Пекин", "北京"])
def test_a_phrase_of_another_language_is_near(question: str, vectors: WordVectors) -> None:
    near, far = match(understand(question), [compared(["tại", "bắc", "kinh"]), compared(["nông", "sản"])], vectors).soft
    assert near.min() > far.max() + 0.2


def test_phrase_similarity_equals_the_cosine_of_the_summed_vectors(vectors: WordVectors) -> None:
    sentence = ["chủ", "tịch", "tập", "cận", "bình"]
    sums = vectors.sums(sentence)
    unit = vectors.phrases(["president"])[0]
    phrases = [sums[i : i + n].sum(axis=0) for n in (1, 2, 3) for i in range(5 - n + 1)]
    expected = max(float(phrase @ unit / np.linalg.norm(phrase)) for phrase in phrases)
    assert match(understand("president"), [compared(sentence)], vectors).soft[0, 0] == pytest.approx(expected, abs=1e-5)


def test_a_full_table_starts_anew_and_gives_the_same_vectors(monkeypatch: pytest.MonkeyPatch) -> None:
    small, large = WordVectors(), WordVectors()
    monkeypatch.setattr("qa.retrieve.vectors.MOST_WORDS", 3)
    for words in (["một", "hai"], ["hai", "ba", "bốn"], ["một", "bốn", "năm", "sáu", "hai"]):
        assert np.array_equal(small.sums(words), np.array([large.sums([word])[0] for word in words]))


def test_an_empty_sentence_fits_nothing(vectors: WordVectors) -> None:
    assert match(understand("Astana"), [compared([]), compared(["astana"])], vectors).soft[
        :, 0
    ].tolist() == pytest.approx([0, 1])
