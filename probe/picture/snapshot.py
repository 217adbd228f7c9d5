"""A small JPEG of a decoded picture, for people to recognise the spot by. 快照"""

from __future__ import annotations

from collections.abc import Sequence

import av
import cv2
import numpy as np

from probe.picture.frames import Frame, quarter_turns
from probe.picture.tvl.lines import samples_per_height


def snapshot(
    picture: av.VideoFrame, frame: Frame, shown_as: Sequence[str], *, width: int, quality: int
) -> bytes:
    """Return a JPEG at most `width` wide of what was judged: `frame` is this picture's, turned upright."""
    quarters = quarter_turns(picture)
    wide, high = shown_size(frame, shown_as, width)
    if quarters % 2:
        wide, high = high, wide
    # The range that the levels proved; RGB has none.
    levels = None if picture.format.is_rgb else 1 + frame.full_range
    small = picture.reformat(width=wide, height=high, format="bgr24", src_color_range=levels)
    upright = np.ascontiguousarray(np.rot90(small.to_ndarray(), quarters), np.uint8)
    written, jpeg = cv2.imencode(".jpg", upright, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return jpeg.tobytes() if written else b""


def shown_size(frame: Frame, shown_as: Sequence[str], width: int) -> tuple[int, int]:
    """Return the size to show a picture at: at most `width` wide, no higher than stored, in its aspect."""
    aspect = frame.width / samples_per_height(frame.width, frame.height, frame.sar, shown_as)
    wide = max(1, min(width, round(frame.height * aspect)))
    return wide, max(1, round(wide / aspect))
