"""Rough vectors are near for texts about the same thing, whatever stands beside them."""

from __future__ import annotations

import numpy as np

from sediment.index.e5 import E5

TEXTS = [
    "2026-04-08 09:04\n小鹿：打印机卡纸了怎么办\n老段：把后盖打开，慢慢抽出来",
    "2026-04-08 12:10\n阿钟：中午吃什么\n小鹿：食堂的红烧肉不错",
    "2026-04-09 20:00\nanna: how do I mount an ntfs drive?\nben: sudo mount -t ntfs /dev/sda1 /mnt",
]


def test_a_question_is_nearest_to_what_is_about_it(e5: E5) -> None:
    asked = ["打印机坏了谁会修", "午饭去哪里吃", "disk cannot be mounted"]
    cosines = e5.rough(asked).astype(np.float32) @ e5.rough(TEXTS).T
    assert cosines.argmax(axis=1).tolist() == [0, 1, 2]


def test_vectors_are_of_one_length_and_depend_on_their_text_alone(e5: E5) -> None:
    together = e5.rough([*TEXTS, ""])
    assert together.shape == (4, 384)
    assert together.dtype == np.int8
    np.testing.assert_allclose(np.linalg.norm(together.astype(float), axis=1), [508, 508, 508, 0], rtol=0.01)
    assert np.array_equal(together, np.concatenate([e5.rough([text]) for text in [*TEXTS, ""]]))
    assert e5.rough([]).shape == (0, 384)
