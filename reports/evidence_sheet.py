"""The 依据 sheet: for every filled cell its source, for every blank one why, and how the form was made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from config.sheet_words import SheetWords
from reports.local_time import to_the_second
from reports.paper import Cell, Paper, address, cell_name
from reports.retention_sheet import SPANS, retention_lines, retention_remarks
from reports.sheet import Missing, Origin

Line = tuple[str, ...]
Item = TypeVar("Item")

_MOST = 20
_MANY_CELLS = 4000  # from here on like cells are told together


@dataclass(frozen=True, slots=True)
class Part:
    """A heading, the names of its columns (none: plain sentences), and its lines."""

    title: str
    columns: Line
    spans: tuple[int, ...]  # how many of the page's eight columns each takes
    lines: tuple[Line, ...]


def evidence_parts(paper: Paper) -> tuple[Part, ...]:
    """Return the parts of the 依据 sheet in the order of reading; one without lines is left out."""
    words = paper.words
    titles, columns = words.parts, words.headings
    filled = _filled_together if _is_large(paper) else _filled
    warnings = tuple((warning,) for warning in paper.warnings)
    parts = (
        Part(titles.filled, columns.filled, (1,) * 8, tuple(filled(paper, words))),
        Part(titles.blank, columns.blank, (1, 1, 1, 2, 2, 1), tuple(_blank(paper))),
        Part(titles.disagreements, columns.disagreements, (2, 1, 2, 1, 2), tuple(_disagreements(paper))),
        Part(titles.left_out, columns.left_out, (2, 1, 1, 2, 2), tuple(_left_out(paper, words))),
        Part(titles.retention, columns.retention, SPANS, tuple(retention_lines(paper))),
        Part(titles.warnings, (), (8,), warnings),
        Part(titles.remarks, (), (8,), tuple((remark,) for remark in _remarks(paper, words))),
    )
    return tuple(part for part in parts if part.lines)


def _is_large(paper: Paper) -> bool:
    return sum(len(page.cells) for page in paper.pages) > _MANY_CELLS


def _cells(paper: Paper) -> Iterator[tuple[str, Cell]]:
    """Yield every cell with its address."""
    for number, page in enumerate(paper.pages):
        for cell in page.cells:
            yield address(paper, number, cell.line, cell.column), cell


def _filled(paper: Paper, words: SheetWords) -> Iterator[Line]:
    for name, cell in _cells(paper):
        for origin in cell.filled.origins:
            for cameras in _portions(origin.cameras):
                yield (
                    name,
                    cell.label,
                    _named_value(cell, origin),
                    _source(origin, words),
                    _by(origin, words),
                    _placed(paper, cameras),
                    _when(paper, origin),
                    origin.note,
                )


def _named_value(cell: Cell, origin: Origin) -> str:
    """Say which part of a composed text is meant."""
    composed = len(cell.filled.origins) > 1 and bool(cell.pattern)
    return f"{origin.name}：{origin.value}" if composed and origin.name else origin.value


@dataclass(slots=True)
class _Run:
    """Neighbouring cells of one column whose values have the same source."""

    page: int
    column: int
    label: str
    first: int
    last: int
    origin: Origin
    cameras: int
    differ: bool = False

    def takes(self, line: int, origin: Origin) -> bool:
        """Take the next line's cell in, if it is the next line's."""
        if line != self.last + 1:
            return False
        told = self.origin
        self.origin = replace(told, first=min(told.first, origin.first), last=max(told.last, origin.last))
        self.differ = self.differ or told.value != origin.value
        self.cameras += len(origin.cameras)
        self.last = line
        return True


def _filled_together(paper: Paper, words: SheetWords) -> Iterator[Line]:
    """As `_filled`, with the cells of a column that have the same source on one line."""
    runs: dict[tuple[object, ...], list[_Run]] = {}
    for number, page in enumerate(paper.pages):
        for cell in page.cells:
            for origin in cell.filled.origins:
                key = (
                    number,
                    cell.column,
                    cell.label,
                    origin.name,
                    origin.source,
                    origin.by,
                    origin.confirmed,
                )
                same = runs.setdefault(key, [])
                if not (same and same[-1].takes(cell.line, origin)):
                    count = len(origin.cameras)
                    same.append(_Run(number, cell.column, cell.label, cell.line, cell.line, origin, count))
    for run in (one for many in runs.values() for one in many):
        start = address(paper, run.page, run.first, run.column)
        origin, alone = run.origin, run.cameras <= 1
        yield (
            start if run.first == run.last else f"{start}:{cell_name(run.last, run.column)}",
            run.label,
            words.many_values if run.differ else origin.value,
            _source(origin, words),
            _by(origin, words),
            _placed(paper, origin.cameras) if alone else words.many_cameras.format(n=run.cameras),
            _when(paper, origin),
            "" if run.differ else origin.note,
        )


def _blank(paper: Paper) -> Iterator[Line]:
    """One line for each reason in a column, so that what is mended once is read once."""
    reasons: dict[tuple[int, str, Missing], list[tuple[str, tuple[str, ...]]]] = {}
    for name, cell in _cells(paper):
        for missing in cell.filled.missing:
            reason = Missing(missing.name, missing.why, missing.mend, missing.needed)
            reasons.setdefault((cell.column, cell.label, reason), []).append((name, missing.cameras))
    for (_, label, reason), found_in in sorted(reasons.items(), key=lambda item: item[0][0]):
        for portion in _portions(found_in):
            yield (
                " ".join(dict.fromkeys(name for name, _ in portion)),
                label,
                reason.name,
                reason.why,
                reason.mend,
                _listed(paper, tuple(camera for _, cameras in portion for camera in cameras)),
            )


def _disagreements(paper: Paper) -> Iterator[Line]:
    for one in paper.disagreements:
        yield (one.name, one.typed, one.measured, one.taken, _named(paper, [one.camera]))


def _left_out(paper: Paper, words: SheetWords) -> Iterator[Line]:
    for one in paper.left_out:
        said = one.said
        why = "；".join(part for part in (_by(said, words), said.note) if part)
        yield (said.name, said.value, _source(said, words), _named(paper, [one.camera]), why)


def _remarks(paper: Paper, words: SheetWords) -> Iterator[str]:
    form, say = paper.form, words.remarks
    yield say.form.format(name=form.name, issuer=form.issuer, document=form.document)
    if paper.measured is not None:
        yield say.measured.format(at=to_the_second(paper.measured, paper.zone))
    elif not paper.joined:
        yield say.not_measured
    yield say.made.format(at=to_the_second(paper.made, paper.zone))
    if paper.joined:
        yield from paper.remarks
        if form.verbatim:
            yield say.verbatim
        return
    if form.listing is not None:
        yield say.total.format(rows=len(paper.rows), count=paper.counted, rule=form.count_rule)
        yield say.grouped if paper.grouped else say.per_camera
    elif form.count_rule:
        yield form.count_rule
    if paper.channels != paper.counted:
        yield say.channels.format(n=paper.channels)
    if paper.scope == "all":
        yield say.all
    elif form.scope is not None:
        said = say.in_scope if paper.left_out else say.nothing_left_out
        yield said.format(why=form.scope.why, count=len(paper.left_out))
    yield from _doubts(paper, words)
    yield from retention_remarks(paper.retention, words)
    yield from paper.remarks
    if _is_large(paper):
        yield say.summed_up
    if form.typos:
        yield say.typos.format(words="、".join(f"“{word}”" for word in form.typos))
    if form.verbatim:
        yield say.verbatim


def _doubts(paper: Paper, words: SheetWords) -> Iterator[str]:
    say = words.remarks
    unplaced = [row for row in paper.rows if not row.placed]
    if unplaced and paper.form.scope is not None:
        scope, block = paper.form.scope, paper.form.listing
        decides = [
            place
            for place, column in enumerate(block.columns if block else ())
            if scope.field in column.figures
        ]
        cells = "、".join(address(paper, row.page, row.line, place) for row in unplaced for place in decides)
        yield say.unplaced.format(count=len(unplaced), cells=cells)
    elif paper.undecided:
        yield say.undecided.format(count=len(paper.undecided), cameras=_placed(paper, paper.undecided))
    odd = [name for name, cell in _cells(paper) if cell.filled.odd]
    if odd:
        yield say.odd.format(cells="、".join(odd))
    if paper.unanswered:
        yield say.unanswered.format(count=len(paper.unanswered), cameras=_placed(paper, paper.unanswered))
    if paper.unidentified:
        addresses = "、".join(paper.unidentified)
        yield say.unidentified.format(count=len(paper.unidentified), addresses=addresses)


def _when(paper: Paper, origin: Origin) -> str:
    first, last = to_the_second(origin.first, paper.zone), to_the_second(origin.last, paper.zone)
    return first if first == last else paper.words.from_to.format(first=first, last=last)


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


def _named(paper: Paper, cameras: Iterable[str]) -> str:
    return "\n".join(dict.fromkeys(paper.cameras[camera].full for camera in cameras))


def _listed(paper: Paper, cameras: Sequence[str]) -> str:
    """Name cameras a line each while there are few, else by their place."""
    return _named(paper, cameras) if len(cameras) <= _MOST else _placed(paper, cameras)


def _placed(paper: Paper, cameras: Sequence[str]) -> str:
    """Name one camera in full, several by their place."""
    if len(cameras) == 1:
        return _named(paper, cameras)
    return "、".join(paper.cameras[camera].place for camera in cameras)
