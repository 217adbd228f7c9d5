"""What TV lines are in samples: dark and light lines over a width as long as the picture is high."""

from __future__ import annotations

from collections.abc import Sequence


def samples_per_height(width: int, height: int, sar: float | None, shown_as: Sequence[str]) -> float:
    """Return the stored samples along a width that is shown as long as the picture is high.

    One cycle is two lines, so that no picture has more TV lines than this. `sar` is a sample's width over its
    height as the stream signals it; `shown_as` lists sizes that are not stored square, as "704x576=4:3".
    """
    if sar is not None and sar != 1.0 and _LEAST_SAR <= sar <= _MOST_SAR:
        return height / sar
    # 1:1 is also what an encoder writes that was never told: a listed size knows better.
    for entry in shown_as:
        size, _, aspect = entry.partition("=")
        across, _, down = aspect.partition(":")
        if size == f"{width}x{height}":
            return width * int(down) / int(across)
        if size == f"{height}x{width}":  # turned upright
            return width * int(across) / int(down)
    return float(height)


def lines_of(cycles: float, samples: float) -> float:
    """Return cycles per stored pixel as TV lines."""
    return 2.0 * cycles * samples


def cycles_of(lines: float, samples: float) -> float:
    """Return TV lines as cycles per stored pixel."""
    return lines / (2.0 * samples)


# Half the lines or half the columns left out, on 4:3 or 16:9, and nothing beyond: the rest is damage.
_LEAST_SAR, _MOST_SAR = 0.45, 2.3
