"""One message as it is kept and sent: a title, parts of lines, and the same for programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from html import escape
from typing import Any, Literal

Kind = Literal["digest", "urgent", "clear", "deadman", "test"]


@dataclass(frozen=True, slots=True)
class Row:
    """One line. `weight` is how many faults it tells of: what is cut off is counted by it."""

    text: str
    weight: int = 0


@dataclass(frozen=True, slots=True)
class Part:
    heading: str
    rows: tuple[Row, ...]
    is_kept: bool = False  # stays when a message is cut


@dataclass(frozen=True, slots=True)
class Message:
    """`marks` are what has been told once this is sent: no mark is told twice to one channel.

    `rest` words how many faults were left out; `{count}` stands for the figure.
    """

    kind: Kind
    school: str
    made: datetime
    title: str
    parts: tuple[Part, ...]
    marks: tuple[str, ...]
    rest: str
    facts: Mapping[str, Any]
    sheet: str = ""


def to_json(message: Message) -> dict[str, Any]:
    """Return the message as values that JSON can hold."""
    return {**asdict(message), "made": message.made.isoformat()}


def from_json(kept: Mapping[str, Any]) -> Message:
    parts = tuple(Part(**{**one, "rows": tuple(Row(**row) for row in one["rows"])}) for one in kept["parts"])
    made = datetime.fromisoformat(kept["made"])
    return Message(**{**kept, "made": made, "parts": parts, "marks": tuple(kept["marks"])})


def as_text(message: Message) -> str:
    return "\n".join([message.title, *_lines(message.parts, heading="\n{}", row="{}")])


def as_markdown(message: Message) -> str:
    title, *_ = plain_markdown([message.title])
    shown = [_marked(part) for part in message.parts]
    return "\n".join([f"**{title}**", *_lines(shown, heading="\n**{}**", row="{}  ")])


def as_html(message: Message) -> str:
    """Return the message as a page that needs nothing from outside and reads well on a phone."""
    parts = "".join(
        f"<h3>{escape(part.heading)}</h3>" * bool(part.heading)
        + "".join(f"<p>{escape(row.text)}</p>" for row in part.rows)
        for part in message.parts
    )
    style = "body{font:16px/1.6 sans-serif;margin:1em;max-width:40em}h3{margin:1em 0 .2em}p{margin:.2em 0}"
    return (
        '<!doctype html><html lang="zh"><meta charset="utf-8"><meta name="viewport" '
        f'content="width=device-width"><style>{style}</style><h2>{escape(message.title)}</h2>{parts}</html>'
    )


def cut_rows(message: Message, most: int) -> Message:
    """Return the message with at most so many rows beside those that are kept.

    The last of them says how many faults were left out.
    """
    if loose_rows(message) <= most:
        return message
    parts: list[Part] = []
    left, lost, place = max(most - 1, 0), 0, 0
    for part in message.parts:
        if part.is_kept:
            parts.append(part)
            continue
        kept, cut = part.rows[:left], part.rows[left:]
        left -= len(kept)
        lost += sum(row.weight for row in cut)
        if kept:
            parts.append(replace(part, rows=kept))
        place = len(parts)
    if lost:
        parts.insert(place, Part("", (Row(message.rest.format(count=lost), lost),)))
    return replace(message, parts=tuple(parts))


def loose_rows(message: Message) -> int:
    """Return how many rows may be cut."""
    return sum(len(part.rows) for part in message.parts if not part.is_kept)


def plain_markdown(texts: Sequence[str]) -> list[str]:
    """Take from device text what markdown would read as a link, a heading, a picture or colour."""
    return [text.translate(_HARMLESS) for text in texts]


# The full-width twins look the same to a reader and mean nothing to a markdown parser.
_HARMLESS = str.maketrans(
    {"[": "［", "]": "］", "<": "＜", ">": "＞", "*": "＊", "_": "＿", "`": "＇", "#": "＃"}
)


def _marked(part: Part) -> Part:
    heading, *texts = plain_markdown([part.heading, *(row.text for row in part.rows)])
    return replace(part, heading=heading, rows=tuple(Row(text) for text in texts))


def _lines(parts: Sequence[Part], heading: str, row: str) -> list[str]:
    lines: list[str] = []
    for part in parts:
        if part.heading or lines:  # parts are set apart by an empty line; the first follows the title
            lines.append(heading.format(part.heading) if part.heading else "")
        lines += [row.format(one.text) for one in part.rows]
    return lines
