"""Every form's sheets as text, held fast: address, value, number format, look, merges, print set-up.

UPDATE_GOLDEN=1 writes the snapshots anew; the change is then reviewed like any other.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from inventory.ledger import Ledger
from reports.paper import Paper

GOLDEN = Path(__file__).resolve().parents[2] / "golden"
FORMS = (
    "guannan-2018-application",
    "guannan-2018-rubric",
    "guannan-2018-rubric-county",
    "chuzhou-2019-survey",
    "ruian-2018-survey",
    "huoqiu-2023-platform",
    "huoqiu-2023-cameras",
    "huoqiu-2023-internal",
    "huoqiu-2023-wanted",
    "huoqiu-2023-zero",
    "camera-places",
)

UNSEEN = {"huoqiu-2023-cameras": ("依据",)}  # long, and made as the others are

MakePaper = Callable[..., Paper]
Open = Callable[[Paper], Workbook]


@pytest.mark.parametrize("form", FORMS)
def test_a_filled_form_is_as_it_was(filled_form: MakePaper, opened: Open, form: str) -> None:
    book = opened(filled_form(form))
    _hold(
        f"{form}.txt",
        book,
        pages=[page for page in book.worksheets if page.title not in UNSEEN.get(form, ())],
    )


@pytest.mark.parametrize("form", FORMS)
def test_an_empty_form_is_as_it_was(filled_form: MakePaper, opened: Open, nothing: Ledger, form: str) -> None:
    book = opened(filled_form(form, nothing))
    _hold(f"{form}.empty.txt", book, pages=[page for page in book.worksheets if page.title != "依据"])


def test_a_transposed_form_as_a_list_is_as_it_was(filled_form: MakePaper, opened: Open) -> None:
    book = opened(filled_form("huoqiu-2023-cameras", as_list=True))
    _hold("huoqiu-2023-cameras.list.txt", book, pages=book.worksheets[:1])


def _hold(name: str, book: Workbook, pages: Sequence[Worksheet] | None = None) -> None:
    shown = book.worksheets if pages is None else pages
    text = "\n".join(line for page in shown for line in snapshot(page)) + "\n"
    path = GOLDEN / name
    if os.environ.get("UPDATE_GOLDEN") == "1":
        path.write_text(text, "utf-8")
    assert text == path.read_text("utf-8")


def snapshot(page: Worksheet) -> Iterator[str]:
    yield f"=== {page.title} ({page.sheet_state})"
    setup = page.page_setup
    yield f"paper {setup.paperSize} {setup.orientation} area {page.print_area} rows {page.print_title_rows}"
    yield f"breaks {[one.id for one in page.row_breaks.brk]}"
    hidden = [key for key, one in page.row_dimensions.items() if one.hidden]
    yield f"hidden lines {hidden} header {_header(page)}"
    for row in page.iter_rows():
        for cell in row:
            if isinstance(cell, Cell) and (cell.value is not None or cell.fill.fill_type):
                yield f"{cell.coordinate} | {_value(cell)} | {cell.number_format} | {_look(cell)}"
    for merged in sorted(str(one) for one in page.merged_cells.ranges):
        yield f"merge {merged}"
    for rule in page.data_validations.dataValidation:
        yield f"list {rule.sqref} | {rule.formula1} | {rule.errorStyle or 'stop'} | {rule.prompt or '-'}"


def _header(page: Worksheet) -> str:
    texts = (getattr(getattr(page.oddHeader, side), "text", None) for side in ("left", "right"))
    return " ".join(text or "-" for text in texts)


def _value(cell: Cell) -> str:
    return "(blank)" if cell.value is None else str(cell.value).replace("\n", "⏎")


def _look(cell: Cell) -> str:
    tint = cell.fill.fgColor.rgb if cell.fill.fill_type else "-"
    weight = "bold" if cell.font.bold else "plain"
    border = "boxed" if cell.border.left.style else "bare"
    return f"{weight} {border} {cell.alignment.horizontal or '-'} {tint}"
