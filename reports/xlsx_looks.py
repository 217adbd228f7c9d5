"""The looks of a form's cells: typeface, borders, number formats, tints."""

from __future__ import annotations

from xlsxwriter import Workbook
from xlsxwriter.format import Format

from config.form import Typeface
from reports.paper import Cell

SUGGESTED_TINT = "#FFF2CC"
WANTED_TINT = "#FCE4EC"
_SAMPLE_INK = "#808080"


class Looks:
    """The cell formats of one book, each made once."""

    def __init__(self, book: Workbook, typeface: Typeface) -> None:
        self._book = book
        self._typeface = typeface
        self._made: dict[tuple[tuple[str, object], ...], Format] = {}
        self.filled_in = book.add_format({"bg_color": "#FFFFFF"})

    def plain(self, *, tint: str = "") -> Format:
        return self._format(font_size=self._typeface.body_pt, align="left", bg_color=tint)

    def of(self, cell: Cell, *, at_top: bool = False) -> Format:
        pt = size_of(cell, self._typeface)
        valign = "top" if at_top else ""
        match cell.look:
            case "title" | "subtitle":
                return self._format(font_size=pt, bold=True, align=cell.align)
            case "above" | "note" | "sign":
                return self._format(font_size=pt, align=cell.align, bg_color=_tint(cell))
            case "head":
                return self._format(font_size=pt, bold=True, align="center", border=_border(cell))
            case "label" | "sample":
                ink = _SAMPLE_INK if cell.look == "sample" else ""
                return self._format(
                    font_size=pt,
                    align=cell.align,
                    border=_border(cell),
                    font_color=ink,
                    num_format="@",
                    valign=valign,
                )
            case "value" | "sum":
                return self._format(
                    font_size=pt,
                    bold=cell.look == "sum",
                    align=cell.align,
                    indent=1 if cell.align == "left" else "",
                    border=_border(cell),
                    num_format={"text": "@", "integer": "0", "number": "General"}[cell.kind],
                    bg_color=_tint(cell),
                    valign=valign,
                )

    def _format(self, **look: object) -> Format:
        key = tuple(sorted((name, value) for name, value in look.items() if value not in ("", False)))
        if key not in self._made:
            always = {"font_name": self._typeface.family, "valign": "vcenter", "text_wrap": True}
            self._made[key] = self._book.add_format(always | dict(key))
        return self._made[key]


def size_of(cell: Cell, typeface: Typeface) -> float:
    """Return the cell's type size in points."""
    match cell.look:
        case "title":
            return typeface.title_pt
        case "above" | "sign" | "subtitle":
            return typeface.body_pt + 1.5
        case _:
            return typeface.body_pt


def _border(cell: Cell) -> object:
    return 1 if cell.border else ""


def _tint(cell: Cell) -> str:
    if cell.filled.wanted:
        return WANTED_TINT
    return "" if cell.filled.confirmed else SUGGESTED_TINT
