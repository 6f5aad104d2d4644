"""Articles that contradict each other, through the whole pipeline."""

import json
from pathlib import Path

from index.config import IndexConfig
from index.pipeline import build
from qa.config import AskConfig
from qa.pipeline import open_asker

ARTICLES = [
    ("1", "2024-07-01", "Vụ cháy chợ Đông Ba ở Huế làm 24 người bị thương. Lửa bùng lên lúc sáng sớm."),
    ("2", "2024-07-03", "Vụ cháy chợ Đông Ba ở Huế làm 30 người bị thương. Bệnh viện nhận thêm nạn nhân."),
    ("3", "2024-07-02", "Miền Trung nắng nóng kéo dài. Nhiệt độ tại Huế lên đến 39 độ C vào trưa nay."),
]


def test_two_figures_for_one_question_stand_side_by_side_the_newest_first(tmp_path: Path) -> None:
    rows = (json.dumps({"id": name, "published": day, "text": text}) for name, day, text in ARTICLES)
    (tmp_path / "a.jsonl").write_text("\n".join(rows), encoding="utf-8")
    build([tmp_path / "a.jsonl"], str(tmp_path / "index"), IndexConfig())
    asker = open_asker(str(tmp_path / "index"), AskConfig())
    reply = asker.ask("Vụ cháy chợ Đông Ba làm bao nhiêu người bị thương?")
    asker.close()
    assert [answer.text for answer in reply.answers if answer.disputed] == ["30 người", "24 người"]
    assert reply.answer == "30 người"
    assert reply.confidence == reply.answers[0].confidence
