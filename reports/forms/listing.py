"""The list of a form: which cameras share a line, in which order, and the line of sums."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from config.blocks import Column, ListBlock, RecordsBlock
from config.form import Form
from reports.forms.content import Told, tell, typed
from reports.forms.desk import Desk, known
from reports.forms.draft import OUTSIDE, Draft, Place, cell, flat
from reports.forms.subject import Item, Subject
from reports.paper import About, Cell, Row, cell_name
from reports.sheet import Filled, Origin

_KEY_HEADER = "_key"


def listing(draft: Draft, block: ListBlock, subject: Subject) -> None:
    """Set the header, a line for each group of the subject's cameras, blank lines, sums."""
    desk = draft.desk
    places = draft.places(block.widths)
    beside = len(draft.widths)
    draft.header = draft.line
    for place, column in zip(places, block.columns, strict=True):
        draft.cells.append(
            Cell(
                draft.line,
                place[0],
                Filled(column.label),
                "head",
                columns=place[1],
                label=flat(column.label),
                about=tuple(About("new", name, "", "") for name in typed(desk, column)),
            )
        )
    draft.key_cells.append((draft.line, beside, _KEY_HEADER))
    draft.line += 1
    first = draft.line
    items = sorted((one for one in subject.items if desk.fits(block.where, one, subject)), key=order_on(desk))
    groups = _groups(items, desk, block, subject)
    for number, members in enumerate(groups, start=1):
        _row(draft, block, places, subject, members, number)
    draft.blank_rows = max(0, block.minimum_rows - len(groups))
    for _ in range(draft.blank_rows):
        for place, column in zip(places, block.columns, strict=True):
            draft.cells.append(
                cell(draft, place, column, Told(Filled(None)), look="value", label=flat(column.label))
            )
        draft.line += 1
    if block.totals:
        sums(draft, block, places, first)


def order_on(desk: Desk) -> Callable[[Item], tuple[object, ...]]:
    """Return how cameras are ordered: as the form names the places, unknown ones last; then by address."""
    scope = desk.form.scope
    values = scope.values if scope else ()

    def key(item: Item) -> tuple[object, ...]:
        said = known(item.fields.get(scope.field)) if scope else None
        word = "" if said is None or scope is None else desk.text(scope.field, said)
        rank = values.index(word) if word in values else len(values) + (not word)
        return (rank, word, item.order)

    return key


def _groups(items: Iterable[Item], desk: Desk, block: ListBlock, subject: Subject) -> list[tuple[Item, ...]]:
    chosen = desk.choices.grouped
    grouped = block.row_for == "group" if chosen is None else chosen and bool(block.group_by)
    fields = [name for column in block.columns if column.id in block.group_by for name in column.figures]
    groups: dict[tuple[object, ...], list[Item]] = {}
    for item in items:
        # An unplaced camera within a group could not be given a place of its own by a person.
        alone = not grouped or not placed(desk, item)
        key = (item.id,) if alone else ("", *(_said(desk, name, item, subject) for name in fields))
        groups.setdefault(key, []).append(item)
    return [tuple(members) for members in groups.values()]


def as_list(form: Form) -> Form:
    """Return a transposed form as a plain list, one line for each record, for a platform to read in."""
    blocks = [block for block in form.blocks if isinstance(block, RecordsBlock)]
    if not blocks:
        return form
    columns = tuple(
        Column.model_validate(
            {
                **line.model_dump(exclude={"group", "sample"}),
                "id": f"c{number}",
                "label": "\n".join(part for part in (line.group, line.label) if part),
                "width": 16.0 if line.kind == "text" else 9.0,
            }
        )
        for block in blocks
        for number, line in enumerate(block.lines, start=1)
    )
    plain = ListBlock(
        kind="list", id="list", row_for="camera", where=blocks[0].where, minimum_rows=1, columns=columns
    )
    page = form.page.model_copy(update={"orientation": "landscape", "repeat_header": True})
    return form.model_copy(update={"blocks": (plain,), "page": page})


def placed(desk: Desk, item: Item) -> bool:
    """Say whether the field that decides the scope is known."""
    return desk.form.scope is None or known(item.fields.get(desk.form.scope.field)) is not None


def _said(desk: Desk, name: str, item: Item, subject: Subject) -> str:
    value = desk.of_item(name, item, subject)
    return "" if value is None else desk.text(name, value)


def _row(
    draft: Draft,
    block: ListBlock,
    places: Sequence[Place],
    subject: Subject,
    members: tuple[Item, ...],
    number: int,
) -> None:
    desk = draft.desk
    key = f"r{number}"
    ids = tuple(item.id for item in members)
    about = members[0].about if len(members) == 1 else f"group:{key}"
    own = subject.narrowed(about, members, number)
    sure = all(placed(desk, item) for item in members)
    prompt = "" if sure else "\n".join(item.name.full for item in members)
    scope = desk.form.scope
    filled: list[Filled] = []
    for place, column in zip(places, block.columns, strict=True):
        told = _with_offline(desk, column, tell(desk, column, own, flat(column.label)), members)
        asked = prompt if scope is not None and scope.field in column.figures else ""
        filled.append(told.filled)
        draft.cells.append(
            cell(draft, place, column, told, look="value", label=flat(column.label), key=key, prompt=asked)
        )
    draft.keys[key] = ids
    draft.key_cells.append((draft.line, len(draft.widths), key))
    draft.rows.append(Row(tuple(filled), ids, sure, key, draft.number, draft.line))
    draft.shown.update(dict.fromkeys(ids))
    draft.line += 1


def _with_offline(desk: Desk, column: Column, told: Told, members: Sequence[Item]) -> Told:
    gone = tuple(item.id for item in members if not item.answered)
    if not (gone and desk.choices.note_offline and column.offline_words):
        return told
    text = column.offline_words.format(n=len(gone))
    at = desk.measured or desk.made
    origin = Origin(flat(column.label), text, "derived", "sheet", at, at, True, "", gone)
    said = [] if told.filled.value is None else [str(told.filled.value)]
    filled = Filled(column.join.join([*said, text]), (*told.filled.origins, origin), (), told.filled.odd)
    return Told(filled, (*told.about, About("", "", "", text)))


def sums(draft: Draft, block: ListBlock, places: Sequence[Place], first: int) -> None:
    """Set the line of sums: formulas that go on counting while people type, with what they come to now."""
    for place, column in zip(places, block.columns, strict=True):
        if column.id not in block.total_columns:
            text = block.totals if column is block.columns[0] else None
            draft.cells.append(Cell(draft.line, place[0], Filled(text), "sum", columns=place[1]))
            continue
        start, end = cell_name(first, place[0]), cell_name(draft.line - 1, place[0])
        at = block.columns.index(column)
        values = [row.cells[at].value for row in draft.rows]
        total = sum(value for value in values if isinstance(value, int | float))
        draft.cells.append(
            Cell(
                draft.line,
                place[0],
                Filled(total),
                "sum",
                columns=place[1],
                kind=column.kind,
                label=f"{block.totals} {flat(column.label)}",
                formula=f"=SUM({start}:{end})",
            )
        )
    draft.key_cells.append((draft.line, len(draft.widths), OUTSIDE))
    draft.line += 1
