"""The 依据 sheet: for every filled cell its source, for every blank one why, and how the form was made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from config.sheet_words import SheetWords
from reports.retention_sheet import SPANS, retention_lines, retention_remarks
from reports.sheet import Missing, Origin, Sheet, cell_name

Line = tuple[str, ...]
Item = TypeVar("Item")

_MOST = 20


@dataclass(frozen=True, slots=True)
class Part:
    """A heading, the names of its columns (none: plain sentences), and its lines."""

    title: str
    columns: Line
    spans: tuple[int, ...]  # how many of the page's eight columns each takes
    lines: tuple[Line, ...]


def evidence_parts(sheet: Sheet) -> tuple[Part, ...]:
    """Return the parts of the 依据 sheet in the order of reading; one without lines is left out."""
    words = sheet.words
    titles, columns = words.parts, words.headings
    parts = (
        Part(titles.filled, columns.filled, (1,) * 8, tuple(_filled(sheet, words))),
        Part(titles.blank, columns.blank, (1, 1, 1, 2, 2, 1), tuple(_blank(sheet))),
        Part(titles.disagreements, columns.disagreements, (2, 1, 2, 1, 2), tuple(_disagreements(sheet))),
        Part(titles.left_out, columns.left_out, (2, 1, 1, 2, 2), tuple(_left_out(sheet, words))),
        Part(titles.retention, columns.retention, SPANS, tuple(retention_lines(sheet))),
        Part(titles.remarks, (), (8,), tuple((remark,) for remark in _remarks(sheet, words))),
    )
    return tuple(part for part in parts if part.lines)


def _filled(sheet: Sheet, words: SheetWords) -> Iterator[Line]:
    for number, row in enumerate(sheet.rows):
        for place, (column, cell) in enumerate(zip(sheet.form.columns, row.cells, strict=True)):
            for origin in cell.origins:
                for cameras in _portions(origin.cameras):
                    yield (
                        cell_name(sheet, number, place),
                        _flat(column.label),
                        origin.value,
                        _source(origin, words),
                        _by(origin, words),
                        _placed(sheet, cameras),
                        _when(origin, words),
                        origin.note,
                    )


def _blank(sheet: Sheet) -> Iterator[Line]:
    """One line for each reason in a column, so that what is mended once is read once."""
    reasons: dict[tuple[int, Missing], list[tuple[str, tuple[str, ...]]]] = {}
    for number, row in enumerate(sheet.rows):
        for place, cell in enumerate(row.cells):
            for missing in cell.missing:
                reason = Missing(missing.name, missing.why, missing.mend, missing.needed)
                found = (cell_name(sheet, number, place), missing.cameras)
                reasons.setdefault((place, reason), []).append(found)
    for (place, reason), found_in in sorted(reasons.items(), key=lambda item: item[0][0]):
        for portion in _portions(found_in):
            yield (
                " ".join(cell for cell, _ in portion),
                _flat(sheet.form.columns[place].label),
                reason.name,
                reason.why,
                reason.mend,
                _listed(sheet, tuple(camera for _, cameras in portion for camera in cameras)),
            )


def _disagreements(sheet: Sheet) -> Iterator[Line]:
    for one in sheet.disagreements:
        yield (one.name, one.typed, one.measured, one.taken, _named(sheet, [one.camera]))


def _left_out(sheet: Sheet, words: SheetWords) -> Iterator[Line]:
    for one in sheet.left_out:
        said = one.said
        why = "；".join(part for part in (_by(said, words), said.note) if part)
        yield (said.name, said.value, _source(said, words), _named(sheet, [one.camera]), why)


def _remarks(sheet: Sheet, words: SheetWords) -> Iterator[str]:
    form, say = sheet.form, words.remarks
    count = sum(len(row.cameras) for row in sheet.rows)
    yield say.form.format(name=form.name, issuer=form.issuer, document=form.document)
    if sheet.measured is None:
        yield say.not_measured
    else:
        yield say.measured.format(at=local_time(sheet.measured, words))
    yield say.made.format(at=local_time(sheet.made, words))
    yield say.total.format(rows=len(sheet.rows), count=count, rule=form.count_rule)
    yield say.grouped if sheet.grouped else say.per_camera
    if sheet.scope == "all":
        yield say.all
    elif form.scope is not None:
        said = say.in_scope if sheet.left_out else say.nothing_left_out
        yield said.format(why=form.scope.why, count=len(sheet.left_out))
    yield from _doubts(sheet, words)
    yield from retention_remarks(sheet.retention, words)
    yield from sheet.remarks
    yield say.verbatim


def _doubts(sheet: Sheet, words: SheetWords) -> Iterator[str]:
    say = words.remarks
    columns = range(len(sheet.form.columns))
    scope = sheet.form.scope
    decides = [place for place in columns if scope and scope.field in sheet.form.columns[place].fields]
    unplaced = [number for number, row in enumerate(sheet.rows) if not row.placed]
    if unplaced:
        cells = "、".join(cell_name(sheet, number, place) for number in unplaced for place in decides)
        yield say.unplaced.format(count=len(unplaced), cells=cells)
    odd = [
        cell_name(sheet, number, place)
        for number, row in enumerate(sheet.rows)
        for place in columns
        if row.cells[place].odd
    ]
    if odd:
        yield say.odd.format(cells="、".join(odd))
    if sheet.unanswered:
        yield say.unanswered.format(count=len(sheet.unanswered), cameras=_placed(sheet, sheet.unanswered))
    if sheet.unidentified:
        addresses = "、".join(sheet.unidentified)
        yield say.unidentified.format(count=len(sheet.unidentified), addresses=addresses)


def local_time(at: datetime, words: SheetWords) -> str:
    return at.astimezone(ZoneInfo(words.timezone)).strftime("%Y-%m-%d %H:%M:%S")


def _when(origin: Origin, words: SheetWords) -> str:
    first, last = local_time(origin.first, words), local_time(origin.last, words)
    return first if first == last else words.from_to.format(first=first, last=last)


def _source(origin: Origin, words: SheetWords) -> str:
    kind: str = getattr(words.sources, origin.source)
    return kind if origin.confirmed or origin.source == "suggested" else f"{kind}（{words.unconfirmed}）"


def _by(origin: Origin, words: SheetWords) -> str:
    """Name a probe in words; a person or a file is named as it stands."""
    if origin.source == "person":
        return origin.by
    return probe_words(origin.by, words) or origin.by


def probe_words(probe: str, words: SheetWords) -> str:
    """Return the name of the longest part, from the front and whole between dots, that has one."""
    parts = probe.split(".")
    heads = (".".join(parts[:count]) for count in range(len(parts), 0, -1))
    return next((words.probes[head] for head in heads if head in words.probes), "")


def _portions(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    """Cut what one line stands for so that it fits into a spreadsheet's tallest row."""
    yield from (items[start : start + _MOST] for start in range(0, max(1, len(items)), _MOST))


def _named(sheet: Sheet, cameras: Iterable[str]) -> str:
    return "\n".join(dict.fromkeys(sheet.cameras[camera].full for camera in cameras))


def _listed(sheet: Sheet, cameras: Sequence[str]) -> str:
    """Name cameras a line each while there are few, else by their place."""
    return _named(sheet, cameras) if len(cameras) <= _MOST else _placed(sheet, cameras)


def _placed(sheet: Sheet, cameras: Sequence[str]) -> str:
    """Name one camera in full, several by their place."""
    if len(cameras) == 1:
        return _named(sheet, cameras)
    return "、".join(sheet.cameras[camera].place for camera in cameras)


def _flat(label: str) -> str:
    return label.replace("\n", "")
