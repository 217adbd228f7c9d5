"""What people put into a sheet where nothing is read: columns of their own, sums, figures that we count."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from config.blocks import ListBlock, RecordsBlock
from config.form import Form
from config.schema import Catalogue
from config.words import say
from inventory.sheet_meta import SheetMeta
from inventory.sheet_survey import At
from inventory.sheets import Opened, SheetPage, address, place_of
from reports.importing.places import Table, flat
from reports.importing.values import Refused, same, shown, whole_number


def columns_unread(table: Table, form: Form, catalogue: Catalogue) -> Iterator[str]:
    """Yield the columns of a list that are none of the form's and hold something."""
    if table.turned:
        return
    words = catalogue.sheet_words
    ours = {flat(one) for one in (*_labels(form), words.suggested, words.wanted)}
    lines = sorted({*table.added, *(line for many in table.lines.values() for line in many)})
    read = {*table.columns.values(), table.mark[1]}
    for place in range(max((len(row) for row in table.page.rows), default=0)):
        head = flat(table.page.at(table.mark[0], place))
        texts = [flat(table.page.at(line, place)) for line in lines]
        if place not in read and head not in ours and any(text and text not in ours for text in texts):
            yield say("importing.own_column", column=address((0, place))[:-1], label=head[:20])


def lines_unread(table: Table, totals: Sequence[int]) -> Iterator[str]:
    """Yield the lines of sums that people typed below their list."""
    for line in totals:
        yield say("importing.own_sum", cell=address(table.corner(line)))


def counted(
    opened: Opened, meta: SheetMeta, form: Form, catalogue: Catalogue
) -> Iterator[tuple[str, str, str]]:
    """Yield where, label and text of each number of ours that somebody typed over.

    Such a cell means no field, so the hidden page does not name it; the page of the sources does.
    """
    for (name, cell), (label, values) in _numbers(opened, meta, form, catalogue).items():
        page = opened.pages[name]
        at = _now(page, place_of(cell) or (0, 0), label)
        text = shown(page.at(*at)).strip() if at else ""
        if at and not isinstance(whole_number(text), Refused) and not any(same(text, one) for one in values):
            yield f"{name}!{address(at)}", label, text


def _numbers(
    opened: Opened, meta: SheetMeta, form: Form, catalogue: Catalogue
) -> Mapping[tuple[str, str], tuple[str, list[str]]]:
    """Return by page and cell the label and what was written, for the numbers that are counted."""
    sources = opened.pages.get(catalogue.sheet_words.evidence_tab)
    meant = {(one.page, one.cell) for one in meta.written}
    first = meta.written[0].page if meta.written else ""
    ours = {one.name for one in form.figures.values() if one.field is None and one.edits is None}
    parts = catalogue.sheet_words.parts
    found: dict[tuple[str, str], tuple[str, list[str]]] = {}
    part = ""
    for row in sources.rows if sources else ():
        where, label, value = (shown(one) for one in (*row, "", "", "")[:3])
        part = where if where in (parts.filled, parts.blank) or not label else part
        name, _, cell = where.rpartition("!")
        spot = (name or first, cell)
        if spot in meant or spot[0] not in opened.pages or place_of(cell) is None:
            continue
        if part == parts.filled and not isinstance(whole_number(value), Refused):
            found.setdefault(spot, (label, []))[1].append(value)
        elif part == parts.blank and value in ours:
            found.setdefault(spot, (label, []))
    return found


def _now(page: SheetPage, at: At, label: str) -> At | None:
    """Return where a cell is now: on the line of its label, where that stands on the page once."""
    lines = [line for line, row in enumerate(page.rows) for text in row[: at[1]] if flat(text) == flat(label)]
    return (lines[0], at[1]) if len(lines) == 1 else None


def _labels(form: Form) -> Iterator[str]:
    for block in form.blocks:
        if isinstance(block, ListBlock):
            yield from (column.label for column in block.columns)
        elif isinstance(block, RecordsBlock):
            yield from (f"{line.group}{line.label}" for line in block.lines)
