import pytest

from train.passages import NEVER, line, ranked

PASSAGES = ["Mưa lớn ở Hà Nội.", "Hội nghị thượng đỉnh họp tại Astana vào tháng 7."]


def test_the_passage_that_holds_the_words_comes_first_in_every_search_that_knows_them() -> None:
    found = list(ranked((["hội nghị Astana", "gathering in Astana"], PASSAGES, [1, 1])))
    assert found[0] == {"dense": 1, "words": 1, "pairs": 1, "fused": 1}
    assert (found[1]["words"], found[1]["pairs"], found[1]["fused"]) == (1, NEVER, 1)


@pytest.mark.parametrize(("right", "expected"), [([1], "fused 1.000 / 1.000"), ([0], "fused 0.000 / 1.000")])
def test_recall_counts_the_questions_whose_passage_is_among_the_first(right: list[int], expected: str) -> None:
    assert expected in line((["hội nghị Astana"], PASSAGES, right))
