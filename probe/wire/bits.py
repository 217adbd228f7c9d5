"""Reads bits and Exp-Golomb numbers out of a NAL unit."""

from __future__ import annotations

from probe.errors import Malformed


class Bits:
    """A place in a bit string. Every read past its end raises Malformed."""

    def __init__(self, raw: bytes) -> None:
        self._value = int.from_bytes(raw)
        self._left = 8 * len(raw)

    def read(self, count: int) -> int:
        if count > self._left:
            raise Malformed("it ends in the middle of a number")
        self._left -= count
        return (self._value >> self._left) & ((1 << count) - 1)

    def skip(self, count: int) -> None:
        self.read(count)

    def flag(self) -> bool:
        return bool(self.read(1))

    def golomb(self) -> int:
        """Return an unsigned Exp-Golomb number. H.264 §9.1"""
        zeros = 0
        while not self.flag():
            zeros += 1
            if zeros > 32:
                raise Malformed("a number of more than 32 bits")
        return (1 << zeros) - 1 + self.read(zeros)

    def signed_golomb(self) -> int:
        number = self.golomb()
        return (number + 1) // 2 if number & 1 else -(number // 2)
