"""docs/accuracy.md: sections by heading, each made by one part of the benchmark; the others stay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from tests.bench.accuracy.card_looks import CardLook, card_table, verdict_table
from tests.bench.accuracy.lines_looks import LinesLook
from tests.bench.accuracy.lines_tables import enlarged_table, real_clip_table, real_table, still_table
from tests.bench.accuracy.score import Outcome
from tests.bench.accuracy.sources import BASES, CLIPS, STILLS, WHEELS, Base
from tests.bench.accuracy.tables import (
    class_table,
    false_alarms,
    healthy_table,
    low_texture_table,
    variant_table,
)

HEADINGS = (
    "Faults: test bases",
    "Faults: development bases",
    "TV lines: real frames",
    "TV lines: photos",
    "TV lines: enlarged pictures",
    "TV lines: chart cards",
    "Sources",
)


def write_sections(page: Path, made: Mapping[str, str]) -> None:
    """Put the sections into the page, in the order of HEADINGS."""
    before = page.read_text("utf-8") if page.is_file() else ""
    _, *parts = before.split("\n## ")
    sections = dict(part.split("\n", 1) for part in parts)
    sections |= {heading: f"\n{_dated(text)}\n" for heading, text in made.items()}
    body = "".join(f"\n## {one}\n{sections[one].rstrip()}\n" for one in HEADINGS if one in sections)
    page.write_text(_INTRO + body, "utf-8")


def fault_sections(test: Sequence[Outcome], dev: Sequence[Outcome]) -> dict[str, str]:
    return {
        HEADINGS[0]: "\n\n".join(
            [_COLUMNS, *_faults(test), "By variant: right clips of all.", variant_table(test)]
        )
        + "\n\nCommand: `poe accuracy --part faults`",
        HEADINGS[1]: "\n\n".join([_DEVELOPMENT, *_faults(dev)]) + "\n\nCommand: `poe accuracy --part faults`",
    }


def lines_sections(test: Sequence[LinesLook], dev: Sequence[LinesLook]) -> dict[str, str]:
    real = [_REAL, real_table(test), real_clip_table(test)]
    if dev:
        real += ["The same on the development clips:", real_table(dev), real_clip_table(dev)]
    command = "Command: `poe accuracy --part lines`"
    return {
        HEADINGS[2]: "\n\n".join([*real, command]),
        HEADINGS[3]: "\n\n".join([_STILL, still_table(test), command]),
        HEADINGS[4]: "\n\n".join([_ENLARGED, enlarged_table(test), command]),
    }


def card_sections(looks: Sequence[CardLook]) -> dict[str, str]:
    command = "Command: `poe accuracy --part cards`"
    return {HEADINGS[5]: "\n\n".join([_CARDS, card_table(looks), _VERDICTS, verdict_table(looks), command])}


def source_sections() -> dict[str, str]:
    rows = ["| split | base | package | file | used for |", "|---|---|---|---|---|"]
    used = sorted({*BASES, *STILLS, *CLIPS}, key=lambda one: (one.split != "test", one.package, one.name))
    rows += [
        f"| {one.split} | {one.name} | {one.package}{' (wheel)' if one.package in WHEELS else ''} "
        f"| {one.file} | {_used_for(one)} |"
        for one in used
    ]
    return {HEADINGS[6]: "\n\n".join([_SOURCES, "\n".join(rows), "Command: `poe accuracy --part sources`"])}


def _faults(looked: Sequence[Outcome]) -> list[str]:
    return [class_table(looked), healthy_table(looked), false_alarms(looked), low_texture_table(looked)]


def _used_for(base: Base) -> str:
    uses = ["faults"] if base in BASES else []
    uses += ["TV lines"] if base in STILLS or base in CLIPS else []
    return ", ".join(uses) + (", little texture" if base.low_texture else "")


def _dated(text: str) -> str:
    return f"{text} · {datetime.now(UTC):%Y-%m-%d}"


_INTRO = """# How truly pictures are judged

Every figure is measured on coded keyframes through the shipped checks and rules: scenes cut out of photos and
clips that Debian packages and wheels ship, given sensor noise, a clock and a fault, coded by x264, x265 or as
JPEG at 12.5 fps with a keyframe every 2 s, and read as our client takes a stream: two keyframes 4 s apart.
Thresholds were set on the development bases; the test bases share neither picture nor clip with them and were
looked at once. 24 of the development bases had been test bases before: at the first look 5-6 % of their
healthy clips were given a false fault (by a rule for casts without a baseline, by brightness, by a thing that
was moved before a bare wall), these rules were mended or dropped, and other pictures were taken for the test.

What it is not: camera encoders, real tampering (all faults are made), real infrared light (simulated from
colour), classrooms. Clips of one base resemble each other, so the counts are less independent than they look.

Everything: `poe accuracy`. It makes what is missing, in a cache folder outside the repository, and says which
packages it lacks and how to get them. On the development bases alone, listing every miss:
`poe accuracy --split dev --verbose`.
"""
_COLUMNS = """P/R: precision and recall. In brackets: found, false alarms, missed, not judged. A fault that is
there and for which the program said why it cannot judge counts as *not judged* and lowers the
recall like a miss. *aim*: what was measured on held-out clips when the checks were designed; what
falls short of it is bold. Each clip is judged three times: with nothing remembered, with a baseline
by day, and with baselines of day and infrared night."""
_DEVELOPMENT = (
    "On these the thresholds were set: they say what the checks can do at best, not how well they do."
)
_REAL = """Frames of real clips blurred to a share of the lines needed (0.55 of what the format can carry),
coded H.264 QP 26 and 32 and H.265 QP 32. FAIL for want of sharp structure counts as if a second
night had agreed. A source that is soft itself has fewer lines than the share says, as has `bikes`,
where things move: what is called a false FAIL there at 1 may be none."""
_STILL = """Photos averaged down to the format at least 1.7 times, blurred to .5-2 of 380 lines, noise 1.5,
coded H.264 QP 24 and 32 and H.265 QP 32. A photo with a shallow focus has fewer lines than its blur
says: what is called a false FAIL there may be none. At the first look `bridge`, cables before the
sky, had 7 false PASS; edges with a faint line beside them have been refused since, so that this one
photo is no longer held out."""
_ENLARGED = """Photos reduced to a size, enlarged to 1920x1080 and coded. *Found*: share of looks in which the
picture was taken for enlarged, by filter. *PASS though below*: the source carries fewer than 380
lines."""
_CARDS = """Bias % / 95 % of the absolute error % / not read %, by the side of the square, for 240 lines up to
0.8 of what the format carries. Two usual bit rates each, 25 fps, the second keyframe; noise 1.5;
the card's place is known."""
_VERDICTS = (
    "What follows at 380 lines from squares of 47 px and more, with a margin of 10 % (H.264) or 17 % (H.265):"
)
_SOURCES = "None of these bytes lies in the repository."
