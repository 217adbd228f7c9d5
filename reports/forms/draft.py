"""A page in the making: cells are set line by line on columns that all blocks of the form share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from config.blocks import Align, Block, Content, LinesBlock, printed_widths
from config.form import Form
from reports.forms.content import Told, tell
from reports.forms.desk import Desk
from reports.forms.subject import Subject
from reports.paper import Cell, Look, Page, Row
from reports.sheet import Filled

Place = tuple[int, int]  # first column, how many

OUTSIDE = "#"  # the key of a line that belongs to no table, so that it is never taken for an added one


@dataclass(slots=True)
class Draft:
    """One page. `line` is the next free line."""

    desk: Desk
    widths: tuple[float, ...]
    edges: tuple[float, ...]
    number: int = 0  # of the page in the workbook, from 0
    line: int = 0
    cells: list[Cell] = field(default_factory=list)
    heights: dict[int, float] = field(default_factory=dict)
    keys: dict[str, tuple[str, ...]] = field(default_factory=dict)
    key_cells: list[tuple[int, int, str]] = field(default_factory=list)
    hidden: list[int] = field(default_factory=list)
    breaks: list[int] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    header: int | None = None
    blank_rows: int = 0
    new: int = 0  # how many columns of records stand ready for new ones
    shown: dict[str, None] = field(default_factory=dict)  # the cameras on this page

    def places(self, widths: Sequence[float]) -> list[Place]:
        """Return where a block's columns stand among those of the page."""
        ends = [self.edges.index(edge) + 1 for edge in edges_of(widths)]
        return [(start, end - start) for start, end in zip([0, *ends[:-1]], ends, strict=True)]

    def across(
        self, told: Told, look: Look, align: Align, height: float = 0.0, label: str = "", pattern: str = ""
    ) -> None:
        """Set one cell over the whole width and go to the next line."""
        self.cells.append(
            Cell(
                self.line,
                0,
                told.filled,
                look,
                align,
                columns=len(self.widths),
                border=False,
                label=label,
                about=told.about,
                pattern=pattern,
            )
        )
        if height:
            self.heights[self.line] = height
        self.key_cells.append((self.line, len(self.widths), OUTSIDE))
        self.line += 1

    def page(self, name: str) -> Page:
        listed = bool(self.rows or self.header is not None)
        return Page(
            name=name,
            widths=self.widths,
            cells=tuple(self.cells),
            heights=self.heights,
            keys=self.keys,
            key_cells=tuple(one for one in self.key_cells if listed or one[2] != OUTSIDE),
            hidden_lines=tuple(self.hidden),
            header=self.header,
            frozen=0 if self.header is None else self.header + 1,
            breaks=tuple(self.breaks),
            last_line=self.line - 1,
        )


def new_draft(desk: Desk, blocks: Sequence[Block], number: int) -> Draft:
    """Return an empty page whose columns are cut where any block has an edge."""
    edges = sorted({edge for block in blocks for edge in edges_of(printed_widths(block))})
    starts = (0.0, *edges[:-1])
    widths = tuple(round(end - start, 2) for start, end in zip(starts, edges, strict=True))
    return Draft(desk, widths, tuple(edges), number)


def edges_of(widths: Sequence[float]) -> list[float]:
    edges, edge = [], 0.0
    for width in widths:
        edge += width
        edges.append(round(edge, 2))
    return edges


def head(draft: Draft, form: Form) -> None:
    """Set the lines above the first block."""
    if form.above_title:
        draft.across(_printed(form.above_title), "above", "left", 20)
    draft.across(_printed(form.title), "title", "center", form.typeface.title_pt * 2.2)
    if form.subtitle:
        draft.across(_printed(form.subtitle), "subtitle", "center", form.typeface.body_pt * 2.2)


def lines(draft: Draft, block: LinesBlock, subject: Subject) -> None:
    """Set single lines outside the border."""
    for one in block.lines:
        label = one.name or flat(one.verbatim)
        look: Look = "sign" if one.look == "sign" else "note"
        draft.across(
            tell(draft.desk, one, subject, label), look, one.align or "left", one.height, label, one.text
        )


def cell(
    draft: Draft,
    place: Place,
    content: Content,
    told: Told,
    *,
    look: Look,
    label: str,
    rows: int = 1,
    border: bool = True,
    key: str = "",
    prompt: str = "",
) -> Cell:
    """Return the cell of a table at the draft's line."""
    return Cell(
        draft.line,
        place[0],
        told.filled,
        look,
        content.align or "center",
        columns=place[1],
        rows=rows,
        kind=content.kind,
        border=border,
        label=content.name or label,
        allowed=content.allowed,
        open=content.open,
        prompt=prompt,
        about=told.about,
        key=key,
        pattern=content.text,
        join=content.join,
    )


def flat(label: str) -> str:
    return label.replace("\n", "")


def _printed(text: str) -> Told:
    return Told(Filled(text))
