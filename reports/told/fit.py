"""Messages cut to what a robot takes, in bytes: whole lines first, and never within a character."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from reports.told.message import Message, cut_rows, loose_rows


def fitted(message: Message, render: Callable[[Message], str], most: int) -> str:
    """Return the message as text of at most `most` bytes of UTF-8.

    The first parts are the ones that matter; rows go from the end, and are counted. Where even the first row
    alone is too long it is cut in itself.
    """
    message = replace(message, parts=tuple(part for part in message.parts if part.rows))
    for kept in range(loose_rows(message), -1, -1):
        text = render(cut_rows(message, kept))
        if len(_utf8(text)) <= most:
            return _utf8(text).decode()
    return cut_bytes(render(cut_rows(message, 0)), most)


def cut_bytes(text: str, most: int) -> str:
    """Return the beginning of a text, at most `most` bytes of UTF-8, with … where something is missing.

    A base letter keeps the marks that follow it, and half a surrogate pair becomes a question mark.
    """
    whole = _utf8(text)
    if len(whole) <= most:
        return whole.decode()
    mark = "…" if most >= len("…".encode()) else ""
    kept = whole[: max(most - len(mark.encode()), 0)].decode(errors="ignore")
    return kept.rstrip("\u200d\ufe0f") + mark


def _utf8(text: str) -> bytes:
    return text.encode(errors="replace")
