"""The shape of a form that is a flat list: one header, a line per group of cameras, notes, a sign-off."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from config.settings import Section

Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*\Z")]
Words = Annotated[str, Field(pattern=r"\S")]

ColumnSource = Literal[
    "number",  # 1..n down the sheet
    "count",  # how many cameras the row stands for
    "fields",  # the values of `fields`, joined by `join`; empty ones are left out
    "blank",  # always left for a person's hand
]


class Column(Section):
    """One column. The label is verbatim, line breaks included; a unit field comes from the site profile."""

    id: Id
    label: Words
    width: Annotated[float, Field(gt=0, le=120)]  # in characters, as spreadsheets count
    source: ColumnSource
    fields: tuple[Id, ...] = ()
    join: str = "\n"
    kind: Literal["text", "integer"] = "text"
    align: Literal["left", "center"] = "center"
    allowed: tuple[Words, ...] = ()  # the drop-down list; empty: free text
    open: bool = False  # the list is only offered: another word is no mistake
    offline_words: str = ""  # written here where the site asks for it; {n} is how many of the row are offline
    note: str = ""  # for the 依据 sheet: how the value is come by


class Page(Section):
    paper: Literal["A4", "A3"]
    orientation: Literal["portrait", "landscape"]
    repeat_header: bool
    fit_to_width: bool
    margin_mm: Annotated[float, Field(ge=5, le=50)]


class Typeface(Section):
    family: Words
    body_pt: Annotated[float, Field(ge=6, le=30)]
    title_pt: Annotated[float, Field(ge=6, le=40)]


class Scope(Section):
    """Which records belong on the form unless all are asked for: those whose `field` has one of `values`."""

    field: Id
    values: Annotated[tuple[Words, ...], Field(min_length=1)]
    include_unknown: bool  # also those where the field is not known yet: they must not vanish unseen
    why: Words


class Form(Section):
    id: Id
    name: Words  # what people call it in a list of forms
    document: Words  # the document's number
    issuer: Words
    issued: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}\Z")] | None = None
    above_title: str = ""
    title: Words
    page: Page
    typeface: Typeface
    scope: Scope | None = None
    row_for: Literal["group", "camera"]  # the default; a site may ask for one row per camera
    group_by: tuple[Id, ...] = ()  # ids of columns
    counts: Literal["camera", "channel"]
    count_rule: Words  # printed on the 依据 sheet
    minimum_rows: Annotated[int, Field(ge=0, le=500)]
    columns: Annotated[tuple[Column, ...], Field(min_length=1)]
    notes: tuple[Words, ...] = ()
    sign_off: str = ""
    evidence_notes: tuple[
        Words, ...
    ] = ()  # own words for the 依据 sheet; {hd_width} and {hd_height} are filled in
