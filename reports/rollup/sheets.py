"""One exported sheet, as people filled it in, into submissions; or what is wrong with it, cell by cell."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path

import pandas as pd

from config.blocks import ListBlock
from config.errors import UsageError
from config.form import Form
from config.schema import Catalogue
from config.words import say
from inventory.sheet_meta import META_PAGE, SheetMeta, read_meta
from inventory.sheets import Opened, SheetPage, open_sheet
from reports.rollup.handed import Handed, Reader, doubts_on
from reports.rollup.saved import saved_at
from reports.rollup.submission import WORKSPACE, Key, Submission, Trouble, same_name

Said = tuple[str, str]
_SEVERAL = ("system", "network")  # such forms have pages for each network


@dataclass(frozen=True, slots=True)
class Read:
    """What came of one file: submissions without an error in them, and every trouble."""

    submissions: tuple[Submission, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    unit: str = ""  # whose it is, where that much could be read

    @property
    def is_broken(self) -> bool:
        return any(one.level == "error" for one in self.troubles)


def read_sheet(path: Path, catalogue: Catalogue, readers: Mapping[str, Reader]) -> Read:
    """Read one file. Sheets of other forms than `readers` has are refused with the reason."""
    try:
        opened = open_sheet(path)
        meta = read_meta(opened)
    except UsageError as error:
        said = re.sub(rf"^{re.escape(path.name)}[:：]\s*", "", str(error))
        what, _, mend = said.partition(say("rollup.full_stop"))
        return Read(troubles=(Trouble("error", str(path), "", "", what, mend.strip()),))
    unit = meta.keys.get("unit") or meta.keys.get("school", "")
    form = _form_of(meta, catalogue, readers)
    if not isinstance(form, Form):
        return Read(troubles=(Trouble("error", str(path), "", "", *form),), unit=unit)
    troubles: list[Trouble] = []
    found: list[Submission] = []
    networks: dict[str, bool] = {}
    for page, network in _pages(opened, meta, form):
        doubts = doubts_on(page.name, opened.pages, meta.doubts)
        handed = Handed(page, form, catalogue, str(path), doubts, troubles)
        rows = readers[form.id](handed)
        networks[network] = networks.get(network, False) or len(rows) > 0
        if form.per not in _SEVERAL or len(rows):
            found += _submissions(handed, rows, network, path, opened, meta)
    for network, has_rows in networks.items():
        if form.per in _SEVERAL and not has_rows:
            what = say("rollup.no_numbers", network=network or "1")
            troubles.append(Trouble("error", str(path), "", "", what, say("rollup.mend_columns")))
    if any(one.level == "error" for one in troubles):
        return Read((), tuple(troubles), unit or (found[0].name if found else ""))
    return Read(tuple(found), tuple(troubles), unit)


def _submissions(
    handed: Handed, rows: pd.DataFrame, network: str, path: Path, opened: Opened, meta: SheetMeta
) -> Iterator[Submission]:
    """Yield what each unit says on one page."""
    form, is_joined = handed.form, _is_joined(meta)
    unit = meta.keys.get("unit") or meta.keys.get("school", "")
    made = meta.made.astimezone(UTC)
    saved = max(made, saved_at(path) or made)
    if _is_listing(form) and rows.empty and not any(one.level == "error" for one in handed.troubles):
        _tell_empty(handed, meta)
    for name, own in _by_school(rows, meta, handed):
        # A district need not have typed its own name.
        whose = name or path.stem if is_joined else unit or name
        if not whose:
            handed.tell("error", "", say("rollup.nameless"), say("rollup.mend_nameless"))
        yield Submission(
            Key(form.campaign, same_name(whose), form.id, network),
            name,
            made,
            saved,
            str(path),
            opened.digest,
            own,
            "" if is_joined else meta.keys["workspace"],
            not is_joined,
            scope="" if is_joined or form.scope is None else meta.keys.get("scope", ""),
            district=unit if is_joined else "",
        )


def _is_listing(form: Form) -> bool:
    """Say whether every row of the form's list is of cameras."""
    return isinstance(form.listing, ListBlock) and form.listing.row_for != "record"


def _tell_empty(handed: Handed, meta: SheetMeta) -> None:
    """A school without a camera says so once; rows that were there and are gone prove nothing."""
    if meta.rows:
        what = say("rollup.emptied", rows=len(meta.rows))
        handed.tell("error", "", what, say("rollup.mend_emptied"))
    else:
        handed.tell("warn", "", say("rollup.no_rows"), say("rollup.mend_no_rows"))


def _form_of(meta: SheetMeta, catalogue: Catalogue, wanted: Collection[str]) -> Form | Said:
    """Return the form that the sheet is, or why it cannot be rolled up here, and the mend."""
    said = meta.keys["form"]
    names = "、".join(catalogue.forms[one].name for one in wanted)
    form = catalogue.forms.get(said)
    if form is None:
        return say("rollup.unknown_form", form=said), say("rollup.mend_version")
    campaign = meta.keys.get("campaign", form.campaign)
    if form.id not in wanted or campaign != form.campaign:
        what = say("rollup.other_form", form=form.name, campaign=campaign, wanted=names)
        return what, say("rollup.mend_form")
    return form


def _pages(opened: Opened, meta: SheetMeta, form: Form) -> Iterator[tuple[SheetPage, str]]:
    """Yield the form's own sheets with the network that each speaks of."""
    subjects: dict[str, str] = {meta.keys.get("sheet", ""): ""}
    for one in meta.written:
        said = one.subject.removeprefix("system:") if one.subject.startswith("system:") else ""
        subjects[one.page] = subjects.get(one.page) or said
    pages = {name: said for name, said in subjects.items() if name in opened.pages and name != META_PAGE}
    if not pages:
        pages = {page.name: "" for page in opened.pages.values() if page.visible}
    several = form.per in _SEVERAL
    for name, network in list(pages.items())[: None if several else 1]:
        yield opened.pages[name], network if several else ""


def _is_joined(meta: SheetMeta) -> bool:
    """Say whether the sheet is a district's, with the rows of many schools."""
    return meta.keys["workspace"] == WORKSPACE


def _by_school(rows: pd.DataFrame, meta: SheetMeta, handed: Handed) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield the rows of each unit with its name. A school's own sheet has one, and other names are told."""
    said = meta.keys.get("school") or meta.keys.get("unit", "")
    column = next((one for one in ("school", "unit") if one in rows), None)
    if column is None or rows[column].isna().all():
        yield said, rows
        return
    names = rows[column].fillna(said).map(str)
    spelt = names.map(same_name)
    if _is_joined(meta):
        for _, own in rows.groupby(spelt, sort=True):
            yield str(own[column].mode().iloc[0]), own.reset_index(drop=True)
        return
    if spelt.nunique() > 1:
        listed = "、".join(sorted(set(names)))
        what = say("rollup.names", names=listed, unit=said)
        handed.tell("warn", "", what, say("rollup.mend_names"))
    yield str(names.mode().iloc[0]), rows
