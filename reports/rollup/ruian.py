"""Ruian: the schools' lists one below the other, and the survey worked out from exactly those rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pandas as pd

from config.blocks import Column
from config.form import Form
from config.schema import Brands, Catalogue, known_brand
from config.site import Site
from config.words import say
from inventory.ledger import Ledger
from inventory.record import FieldValue
from reports.form import fill, fill_subject
from reports.forms.desk import Choices
from reports.forms.subject import Item, Subject, System
from reports.paper import Paper
from reports.rollup.built import Built, Given, Total, joined
from reports.rollup.counts import whole
from reports.rollup.pages import frame
from reports.rollup.paper import Heading, list_paper, remarks_of
from reports.rollup.submission import OPEN, WORKSPACE, Extracted, Fact, Submission, Trouble, open_in
from reports.rollup.survey_check import differences
from reports.sheet import CameraName, Filled

LIST = "ruian-2018-list"
SURVEY = "ruian-2018-survey"

# Columns of the list whose words are those of a field; 品牌型号 is taken apart.
_FIELDS = ("position", "build_state", "hd", "access_network", "upper_network", "resource_class")
_COLUMN_OF = {"brand": "brand_model"}
_STATES = ("已建", "拟新建", "拟改建")


def extract(form: Form, ledger: Ledger, site: Site, catalogue: Catalogue) -> Mapping[str, Extracted]:
    """Return the list's rows as the school's own sheet has them, and what it says of its systems."""
    choices = Choices(grouped=False if site.form.one_row_per_camera else None, scope=site.form.scope)
    paper = fill(form, ledger, catalogue, choices)
    block = form.listing
    if block is None:
        raise ValueError(f"{form.id} has no list")
    columns = [column.id for column in block.columns]
    rows = frame(block, [_row(dict(zip(columns, row.cells, strict=True))) for row in paper.rows])
    said = {f"{one.id}/{name}": value for one in ledger.systems for name, value in one.fields.items()}
    facts: dict[str, Fact] = {name: value.value for name, value in said.items()}
    guessed = tuple(name for name, value in said.items() if not value.confirmed)
    return {"": Extracted(rows, facts, guessed, scope=site.form.scope)}


def build_list(given: Given) -> Built:
    """Return the schools' rows one below the other, numbered anew."""
    rows = joined(given)
    paper = list_paper(given.form, given.catalogue, rows, given.made, Heading(given.district, given.remarks))
    return Built(paper, totals(rows), tuple(_odd(given)))


def build_survey(given: Given) -> Built:
    """Return the survey of all rows: the form's own figures, over lines that stand for many cameras."""
    rows = joined(given)
    subject = Subject(
        "district", given.district, tuple(_systems(given)), tuple(_items(rows, given.catalogue, given))
    )
    paper = fill_subject(
        given.form, subject, given.catalogue, made=given.made, choices=Choices(workspace=WORKSPACE)
    )
    paper = by_unit(paper, {item.id: item.name.place for item in subject.items})
    remarks = remarks_of(given.form, given.catalogue, given.remarks)
    paper = replace(paper, joined=True, remarks=remarks)
    differing = () if rows.empty else differences(given.beside, rows)  # of no rows there is no sum
    return Built(paper, totals(rows), (*_odd(given), *differing))


def by_unit(paper: Paper, unit_of: Mapping[str, str]) -> Paper:
    """Return the paper with units in place of their rows: 依据 then names each unit once for a figure."""

    def told(filled: Filled) -> Filled:
        origins = tuple(replace(one, cameras=_units(one.cameras, unit_of)) for one in filled.origins)
        missing = tuple(replace(one, cameras=_units(one.cameras, unit_of)) for one in filled.missing)
        return replace(filled, origins=origins, missing=missing)

    pages = tuple(
        replace(page, cells=tuple(replace(cell, filled=told(cell.filled)) for cell in page.cells))
        for page in paper.pages
    )
    return replace(paper, pages=pages, cameras={name: CameraName(name, "") for name in unit_of.values()})


def _units(rows: tuple[str, ...], unit_of: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(unit_of.get(row, row) for row in rows))


def totals(rows: pd.DataFrame) -> dict[str, Total]:
    """Return the sums by state, and the rows. Where there is no row nothing is known: no sum is nought."""
    if rows.empty:
        return dict.fromkeys(("rows", "cameras", *_STATES, "高清"))
    counted = rows["count"].astype("Int64")
    by_state = counted.groupby(rows["build_state"].fillna("")).sum()
    built = rows["build_state"] == "已建"
    found: dict[str, Total] = {"rows": len(rows), "cameras": int(counted.sum())}
    found |= {state: int(by_state.get(state, 0)) for state in _STATES}
    found["高清"] = int(counted[built & (rows["hd"] == "是")].sum())
    return found


def _row(cells: Mapping[str, Filled]) -> Mapping[str, object]:
    guessed = [name for name, one in cells.items() if one.value not in (None, "") and not one.confirmed]
    values = {name: one.value for name, one in cells.items()} | {"number": None}
    return {**values, OPEN: " ".join(guessed) or None}


def _odd(given: Given) -> Iterator[Trouble]:
    for one in given.submissions:
        yield from odd_rows(one, given.catalogue)


def odd_rows(one: Submission, catalogue: Catalogue) -> Iterator[Trouble]:
    """Yield the rows that no figure of the survey can count: blank, or in words that the form has not."""
    listing = catalogue.forms[LIST].listing
    columns = {column.id: column for column in listing.columns} if listing else {}
    for name in ("position", "build_state", "resource_class"):
        column, counted = columns[name], one.rows["count"].astype("Int64")
        label = "".join(column.label.split())
        blank = counted[one.rows[name].isna()]
        if len(blank):
            what = say("rollup.blank", label=label, rows=len(blank), cameras=int(blank.sum()))
            yield Trouble("warn", one.source, "", "", what, say("rollup.mend_blank"))
        strange = counted[one.rows[name].map(lambda word, column=column: _is_strange(word, column))]
        if len(strange):
            what = say("rollup.uncounted", label=label, rows=len(strange), cameras=int(strange.sum()))
            mend = say("unclear.allowed", words="、".join(column.allowed))
            yield Trouble("warn", one.source, "", "", what, mend)


def _is_strange(word: object, column: Column) -> bool:
    """Say whether a word is none of those that a column is counted by."""
    return isinstance(word, str) and bool(column.allowed) and not column.open and word not in column.allowed


def _items(rows: pd.DataFrame, catalogue: Catalogue, given: Given) -> Iterator[Item]:
    listing = catalogue.forms[LIST].listing
    columns = {column.id: column for column in listing.columns} if listing else {}
    for number, row in enumerate(rows.to_dict("records")):
        # A word that the form has not counts for nothing: what it stands for is not known.
        said = {
            name: None if _is_strange(row.get(name), columns[name]) else _text(row.get(name))
            for name in _FIELDS
        }
        said["brand"] = brand_in(_text(row.get("brand_model")), catalogue.brands)
        guessed, file = open_in(row), Path(str(row["_source"])).name
        fields = {
            name: _value(text, file, given.made, is_guess=_COLUMN_OF.get(name, name) in guessed)
            for name, text in said.items()
            if text is not None
        }
        many = whole(row["count"])
        yield Item(
            id=f"r{number + 1}",
            fields=fields,
            name=CameraName(str(row["_unit"]), said["position"] or ""),
            number=many if isinstance(many, int) else 0,
            order=(number,),
        )


def _systems(given: Given) -> Iterator[System]:
    """Yield the systems of the workspaces: a sheet of the list says nothing of them."""
    for one in given.submissions:
        by_system: dict[str, dict[str, FieldValue]] = {}
        for key, value in one.facts.items():
            system, _, name = key.partition("/")
            if name in given.catalogue.fields:
                said = _value(value, Path(one.source).name, one.made, is_guess=key in one.guessed)
                by_system.setdefault(system, {})[name] = said
        for system, fields in by_system.items():
            yield System(f"system:{one.key.unit}/{system}", fields)


def brand_in(text: str | None, brands: Brands) -> str | None:
    """Return the brand of 品牌型号: one that we know, else the first word; None for a model alone."""
    if text is None or not text.strip():
        return None
    first, *rest = text.split()
    starting = sorted((one.name for one in brands.brands if text.startswith(one.name)), key=len)
    if starting:
        return starting[-1]
    if known := known_brand(first, brands):
        return known.name
    return first if rest or not any(sign.isdigit() for sign in first) else None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _value(said: Fact, file: str, at: datetime, *, is_guess: bool) -> FieldValue:
    return FieldValue(said, "suggested" if is_guess else "person", file, at, confirmed=not is_guess)
