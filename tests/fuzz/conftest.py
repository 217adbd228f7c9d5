"""How an answer is bent."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

import pytest

Bend = Callable[..., bytes]


@pytest.fixture
def bent() -> Bend:
    """Return bytes with a few of them changed, doubled, left out, filled in or replaced by one of `parts`.

    `cuts` is the share of them that also end early.
    """

    def bend(chance: random.Random, seed: bytes, parts: Sequence[bytes], cuts: float = 0.0) -> bytes:
        raw = bytearray(seed)
        for _ in range(chance.randint(1, 8)):
            at, size = chance.randint(0, len(raw)), chance.randint(1, 24)
            match chance.randint(0, 8):
                case 0:
                    raw[at : at + 1] = chance.randbytes(1)
                case 1:
                    del raw[at : at + size]
                case 2:
                    raw[at:at] = raw[at : at + size] * chance.randint(1, 4)
                case 3:
                    raw[at:at] = chance.randbytes(size)
                case 4 if b">" in raw[at:]:  # the inside of an element
                    start = raw.find(b">", at) + 1
                    raw[start : raw.find(b"<", start)] = chance.choice(parts)
                case _:
                    raw[at : at + size] = chance.choice(parts)
        if chance.random() < cuts:
            del raw[chance.randint(0, len(raw)) :]
        return bytes(raw)

    return bend
