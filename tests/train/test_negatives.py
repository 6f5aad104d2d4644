from train.negatives import KEPT, passage_of, with_near, wrong

ROWS = [
    {"question": "Hà Nội ở đâu?", "context": "Hà Nội ở miền Bắc.", "answers": [{"text": "miền Bắc"}]},
    {"question": "Huế ở đâu?", "context": "Huế ở miền Trung, xa Hà Nội.", "answers": [{"text": "miền Trung"}]},
    {"question": "?", "context": "Hà Nội thuộc Miền Bắc.", "answers": [{"text": "Hà Nội"}]},
]


def test_near_passages_share_words_and_are_not_the_right_one() -> None:
    near = [row["near"] for row in with_near(ROWS)]
    assert near[0] == [ROWS[1]["context"]]
    assert ROWS[1]["context"] not in near[1]


def test_a_passage_that_holds_the_answer_is_no_wrong_one() -> None:
    assert wrong(ROWS[0], [ROWS[2]["context"], "Hà Nội"]) == ["Hà Nội"]


def test_so_many_are_kept_at_most() -> None:
    rows = [{"question": "mưa", "passage": f"mưa {number}"} for number in range(20)]
    assert {len(row["near"]) for row in with_near(rows)} == {KEPT}


def test_a_passage_goes_by_either_name() -> None:
    assert [passage_of({"context": "a"}), passage_of({"passage": "b"})] == ["a", "b"]
