"""From what is known to a filled form: what it is filled for, which cameras, block after block."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from config.blocks import Block, GridBlock, LinesBlock, ListBlock, RecordsBlock
from config.form import Form
from config.schema import Catalogue
from config.site import Site
from inventory.in_use import BUILT, REBUILT
from inventory.ledger import Ledger
from inventory.record import FieldValue, View
from reports.forms import draft as drafts
from reports.forms.desk import Choices, Desk, known, words_of
from reports.forms.draft import Draft
from reports.forms.listing import as_list, listing, order_on, placed
from reports.forms.subject import Item, Subject, subject_of, systems_of
from reports.forms.table import chunks, grid, records
from reports.paper import Page, Paper
from reports.retention import retention_of
from reports.sheet import Disagreement, LeftOut


def fill(form: Form, ledger: Ledger, catalogue: Catalogue, choices: Choices | None = None) -> Paper:
    """Return the form as it can be filled for one unit.

    A camera whose scope field is unknown is listed, in a row of its own, so that a person can fill it in.
    """
    view = ledger.view
    choices = replace(choices or Choices(), edition=edition_of(form))
    wanted = as_list(form) if choices.as_list else form
    desk = Desk(wanted, catalogue, choices, ledger.made, view.run.finished if view.run else None)
    whole = subject_of(ledger, catalogue)
    listed = tuple(item for item in whole.items if desk.choices.scope == "all" or belongs(desk, item))
    chosen = {item.id for item in listed}
    inside = replace(whole, items=listed)
    paper = fill_subjects(desk, systems_of(inside) if form.per in ("system", "network") else (inside,))
    # A district's form filled for one unit is its own affair: nobody asked for it.
    internal = catalogue.sheet_words.internal if form.per in ("district", "county") else ""
    return replace(
        paper,
        mark=internal,
        undecided=tuple(item.id for item in listed if form.scope is not None and not placed(desk, item)),
        cameras={item.id: item.name for item in (*whole.items, *whole.recorders)},
        left_out=tuple(
            _left_out(desk, item) for item in sorted(whole.items, key=order_on(desk)) if item.id not in chosen
        ),
        unidentified=_unidentified(view),
        disagreements=_disagreements(view, catalogue, listed),
        retention=retention_of(
            view, catalogue.settings.zone, [one for one in ledger.cameras if one.id in chosen]
        ),
    )


def fill_subject(
    form: Form, subject: Subject, catalogue: Catalogue, *, made: datetime, choices: Choices | None = None
) -> Paper:
    """Return the form filled for a district or county, whose items are lines of other people's sheets."""
    return fill_subjects(Desk(form, catalogue, choices or Choices(), made), (subject,))


def fill_subjects(desk: Desk, subjects: Sequence[Subject]) -> Paper:
    """Return the form with a page for each subject."""
    form, words = desk.form, desk.catalogue.sheet_words
    count = len(subjects)
    made = [_draft(desk, form.blocks, subject, number) for number, subject in enumerate(subjects)]
    if form.supplement:
        made += [
            _draft(desk, form.supplement, subject, count + number, titled=False)
            for number, subject in enumerate(subjects)
        ]
    hd = desk.catalogue.settings.hd
    items = {item.id: item for subject in subjects for item in subject.items}
    recorders = {item.id: item for subject in subjects for item in subject.recorders}
    shown = [items[one] for draft in made for one in draft.shown if one in items]
    school = known(subjects[0].unit.get("school")) if subjects else None
    block = form.listing
    chosen = desk.choices.grouped
    return Paper(
        form=form,
        words=words,
        school="" if school is None else words_of(school),
        pages=tuple(_pages(form, made, count, words.supplement)),
        made=desk.made,
        zone=desk.zone,
        rows=tuple(row for draft in made for row in draft.rows),
        blank_rows=sum(draft.blank_rows for draft in made),
        grouped=block is not None and block.row_for == "group" and chosen is not False,
        scope=desk.choices.scope,
        measured=desk.measured,
        cameras={item.id: item.name for item in (*items.values(), *recorders.values())},
        counted=sum(item.number for item in shown),
        channels=sum(item.number * item.channels for item in shown),
        unanswered=tuple(item.id for item in shown if not item.answered),
        remarks=(
            *_states(desk),
            *(note.format(hd_width=hd.width, hd_height=hd.height) for note in form.evidence_notes),
        ),
        warnings=desk.choices.warnings,
        meta=_meta(desk, subjects),
    )


def choices_of(site: Site) -> Choices:
    """Return what the site's profile says about how forms are written."""
    return Choices(
        grouped=False if site.form.one_row_per_camera else None,
        scope=site.form.scope,
        note_offline=site.form.note_offline,
        rebuild_counts_as_built=site.form.rebuild_counts_as_built,
        drafts=site.form.propose_points,
        ticked=site.form.ticked,
    )


def belongs(desk: Desk, item: Item) -> bool:
    """Say whether the form asks for this camera."""
    scope = desk.form.scope
    if scope is None:
        return True
    place = known(item.fields.get(scope.field))
    return scope.include_unknown if place is None else desk.text(scope.field, place) in scope.values


def edition_of(form: Form) -> str:
    """Return a short hash of what stands in which cell: by it a sheet of an older form is recognised."""
    cells = {"id", "title", "subtitle", "above_title", "figures", "blocks", "supplement"}
    return hashlib.sha256(form.model_dump_json(include=cells, exclude_defaults=True).encode()).hexdigest()[
        :12
    ]


def _draft(
    desk: Desk, blocks: Sequence[Block], subject: Subject, number: int, *, titled: bool = True
) -> Draft:
    """Lay out one page: where records need several printed pages, the whole form is repeated on each."""
    draft = drafts.new_draft(desk, blocks, number)
    split = {block.id: chunks(desk, block, subject) for block in blocks if isinstance(block, RecordsBlock)}
    for turn in range(max((len(pages) for pages in split.values()), default=1)):
        if turn:
            draft.breaks.append(draft.line)
        if titled:
            drafts.head(draft, desk.form)
        for block in blocks:
            match block:
                case ListBlock():
                    listing(draft, block, subject)
                case GridBlock():
                    grid(draft, block, subject)
                case RecordsBlock():
                    records(draft, block, split[block.id][turn])
                case LinesBlock():
                    drafts.lines(draft, block, subject)
    return draft


def _pages(form: Form, made: Sequence[Draft], count: int, supplement: str) -> Iterator[Page]:
    """Name the sheets after the form, what is added to them by its own word, several by their number."""
    plain = re.sub(r"[\[\]:*?/\\]", " ", form.name).strip("' ")
    for number, draft in enumerate(made):
        name = plain if number < count else supplement
        tail = "" if count == 1 else f" {number % count + 1}"
        yield draft.page(name[: 31 - len(tail)].strip() + tail)


def _meta(desk: Desk, subjects: Sequence[Subject]) -> dict[str, str]:
    unit = subjects[0].unit if subjects else {}
    code = known(unit.get("unit_code")) or known(unit.get("school"))
    about = {subject.about for subject in subjects}
    return {
        "edition": desk.choices.edition or edition_of(desk.form),
        "unit": "" if code is None else words_of(code),
        "network": " ".join(
            sorted(one.removeprefix("system:") for one in about if one.startswith("system:"))
        ),
        "workspace": desk.choices.workspace,
    }


def _states(desk: Desk) -> Iterator[str]:
    """Say whether a rebuilt camera counts as a built one, where the form tells the two apart."""
    say = desk.catalogue.sheet_words.remarks
    named = {name for _, content in desk.form.contents for name in content.figures}
    figures = (desk.form.figures[name] for name in named if name in desk.form.figures)
    counted = {figure.where.get("build_state") for figure in figures}
    if desk.choices.rebuild_counts_as_built:
        yield say.rebuilt_as_built
    elif "build_state" in named or {(BUILT,), (REBUILT,)} <= counted:
        yield say.states_apart


def _left_out(desk: Desk, item: Item) -> LeftOut:
    name = desk.form.scope.field if desk.form.scope else ""
    place = known(item.fields.get(name)) or FieldValue("", "derived", "sheet", desk.made, confirmed=False)
    return LeftOut(item.id, desk.origin(name, place, item))


def _unidentified(view: View) -> tuple[str, ...]:
    with_cameras = {camera.device_id for camera in view.cameras}
    bare = (
        device.address
        for device in view.devices
        if device.kind == "unknown" and device.id not in with_cameras
    )
    return tuple(dict.fromkeys((*(silent.address for silent in view.silent), *bare)))


def _disagreements(view: View, catalogue: Catalogue, items: Iterable[Item]) -> tuple[Disagreement, ...]:
    listed = {item.id: item for item in items}
    found = []
    for conflict in view.conflicts:
        item = listed.get(conflict.camera_id)
        if item is not None:
            taken = item.fields.get(conflict.field)
            found.append(
                Disagreement(
                    camera=item.id,
                    name=catalogue.fields[conflict.field].name,
                    typed=words_of(conflict.typed),
                    measured=words_of(conflict.measured),
                    taken="" if taken is None else words_of(taken),
                )
            )
    return tuple(found)
