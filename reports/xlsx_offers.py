"""What a spreadsheet does while a person fills the form in: drop-down lists, and a tint that goes away."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from xlsxwriter.worksheet import Worksheet

from config.sheet_words import SheetWords
from reports.paper import Cell, Page, cell_name
from reports.xlsx_cells import clean_text
from reports.xlsx_looks import Looks


def add_offers(sheet: Worksheet, page: Page, words: SheetWords, looks: Looks) -> None:
    """Give enumerated cells their lists, and blank ones that await a person the way to lose their tint."""
    for first, last, column, cell in _runs(page.cells, _list_key):
        _offer(sheet, first, last, column, cell, words)
    for first, last, column, cell in _runs(page.cells, _wanted_key):
        # Once a person has written something, the cell looks like any other.
        sheet.conditional_format(first, column, last, column, _written_on(first, column, cell, looks))


def _list_key(cell: Cell) -> object:
    return (cell.allowed, cell.open, cell.prompt) if cell.allowed and cell.look == "value" else None


def _wanted_key(cell: Cell) -> object:
    return (cell.filled.value or "",) if cell.filled.wanted else None


def _runs(cells: Iterable[Cell], key: Callable[[Cell], object]) -> Iterator[tuple[int, int, int, Cell]]:
    """Yield first line, last line, column and first cell of each run of like cells below each other."""
    runs: dict[int, tuple[int, int, object, Cell]] = {}
    for cell in cells:
        said = key(cell)
        first, last, same, top = runs.pop(cell.column, (0, -1, None, cell))
        if same is not None and (said != same or cell.line != last + 1):
            yield first, last, cell.column, top
            same = None
        if said is not None:
            runs[cell.column] = (
                (cell.line, cell.line, said, cell) if same is None else (first, cell.line, said, top)
            )
    for column, (first, last, _, top) in runs.items():
        yield first, last, column, top


def _offer(sheet: Worksheet, first: int, last: int, column: int, cell: Cell, words: SheetWords) -> None:
    rule: dict[str, object] = {
        "validate": "list",
        "source": list(cell.allowed),
        # An open list is only offered: Excel asks whether the other word is meant.
        "error_type": "warning" if cell.open else "stop",
    }
    if cell.prompt:
        rule["input_title"] = clean_text(words.prompt_title, 32)
        rule["input_message"] = clean_text(cell.prompt, 250)  # Excel holds 255
    sheet.data_validation(first, column, last, column, rule)


def _written_on(line: int, column: int, cell: Cell, looks: Looks) -> dict[str, object]:
    if cell.filled.value is None:
        return {"type": "no_blanks", "format": looks.filled_in}
    # A composed text is never blank: it has been written on when it is longer; □ does not count, ☑ does.
    place = cell_name(line, column)
    length = len(str(cell.filled.value).replace("□", ""))
    criteria = f'=LEN(SUBSTITUTE({place},"□",""))<>{length}'
    return {"type": "formula", "criteria": criteria, "format": looks.filled_in}
