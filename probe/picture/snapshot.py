"""A small JPEG of a decoded picture, for people to recognise the spot by. 快照"""

from __future__ import annotations

import av
import cv2


def snapshot(picture: av.VideoFrame, *, width: int, quality: int) -> bytes:
    """Return a JPEG at most `width` wide; a smaller picture keeps its size."""
    wide = min(width, picture.width)
    high = max(1, round(picture.height * wide / picture.width))
    pixels = picture.reformat(width=wide, height=high, format="bgr24").to_ndarray()
    written, jpeg = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return jpeg.tobytes() if written else b""
