from __future__ import annotations

import pytest

from qa.question import understand
from qa.wanted import wanted
from qa.which import asked_noun, of_kind


@pytest.mark.parametrize(
    ("question", "sentence", "named"),
    [
        (
            "Nhà máy điện hạt nhân nào bị tấn công?",
            "Ukraine tấn công nhà máy điện hạt nhân Zaporizhzhia do Nga kiểm soát.",
            ["Zaporizhzhia"],
        ),
        ("nha may dien nao bi tan cong", "Họ đến nhà máy điện Zaporizhzhia.", ["Zaporizhzhia"]),
        ("Đội tuyển nào vô địch?", "Đội tuyển Pháp mừng chức vô địch tại Nga.", ["Pháp"]),
        ("Hãng hàng không nào bị phạt?", "Cục phạt hãng hàng không Aeroflot và hãng Apple.", ["Aeroflot"]),
        ("Nạn nhân được đưa đến bệnh viện nào?", "Họ vào Bệnh viện Chợ Rẫy, ở Quận 5, TP HCM.", ["Chợ Rẫy"]),
        ("Cháy ở khu công nghiệp nào Bình Dương?", "Khu công nghiệp Mỹ Phước (Bình Dương) cháy.", ["Mỹ Phước"]),
    ],
)
def test_the_name_behind_the_noun_is_wanted(question: str, sentence: str, named: list[str]) -> None:
    assert [sentence[span.start : span.end] for span in wanted(understand(question), sentence).fitting] == named


@pytest.mark.parametrize(
    "question", ["Nước nào phản đối?", "Ai bị phạt?", "Putin nói gì?", "Ông ấy đến khi nào?", "Nào, đi đâu?"]
)
def test_other_questions_ask_for_none_of_a_kind(question: str) -> None:
    assert asked_noun(understand(question)) is None


def test_a_noun_of_which_nothing_stands_there_names_nothing() -> None:
    noun = asked_noun(understand("Bộ phim nào đoạt giải?"))
    assert noun == ("bo", "phim")
    assert of_kind(noun, "Đạo diễn Spike Lee đoạt giải Oscar.") == []
    assert of_kind(noun, "Hãng phim Marvel đoạt giải.") == []
