"""The shape of a form: its head, its page, which cameras belong on it, its figures and its blocks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

from pydantic import Field

from config.blocks import Block, Content, ListBlock
from config.figure import Figure, Id, Words
from config.problems import Sum
from config.settings import Section

Per = Literal["unit", "system", "network", "district", "county"]


class Page(Section):
    paper: Literal["A4", "A3"] = "A4"
    orientation: Literal["portrait", "landscape"]
    repeat_header: bool = True
    fit_to_width: bool = True
    one_page: bool = False  # a sheet is one printed page while it can be read, turned as shows it largest
    margin_mm: Annotated[float, Field(ge=5, le=50)] = 15.0
    unit_in_header: bool = False  # where the form itself has no place for the unit's name


class Typeface(Section):
    family: Words = "宋体"
    body_pt: Annotated[float, Field(ge=6, le=30)] = 10.5
    title_pt: Annotated[float, Field(ge=6, le=40)] = 16.0


class Scope(Section):
    """Which records belong on the form unless all are asked for: those whose `field` has one of `values`."""

    field: Id
    values: Annotated[tuple[Words, ...], Field(min_length=1)]
    include_unknown: bool  # also those where the field is not known yet: they must not vanish unseen
    why: Words


class Form(Section):
    id: Id
    name: Words  # what people call it in a list of forms
    campaign: Id
    document: Words  # the document's number
    issuer: Words
    issued: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}\Z")] | None = None
    above_title: str = ""
    title: Words
    subtitle: str = ""
    per: Per
    copies: Annotated[int, Field(ge=1, le=20)] = 1
    page: Page
    typeface: Typeface = Typeface()
    scope: Scope | None = None
    counts: Literal["camera", "channel"] = "camera"
    count_rule: str = ""  # printed on the 依据 sheet
    verbatim: bool = True  # false: a table of our own, and no form of the document
    typos: tuple[Words, ...] = ()  # mistakes of the original that are kept
    figures: Mapping[Id, Figure] = {}
    blocks: Annotated[tuple[Block, ...], Field(min_length=1)]
    supplement: tuple[Block, ...] = ()  # one more worksheet for each page, our own and no part of the form
    sums: tuple[Sum, ...] = ()  # figures that have to agree
    checks: tuple[Id, ...] = ()  # of reports/checks, run before the form is written
    evidence_notes: tuple[Words, ...] = ()  # for the 依据 sheet; {hd_width} and {hd_height} are filled in

    @property
    def listing(self) -> ListBlock | None:
        """The form's list, where it has one."""
        return next((block for block in self.blocks if isinstance(block, ListBlock)), None)

    @property
    def is_joined_only(self) -> bool:
        """Say whether it can only be made of what many units hand in."""
        return self.listing is not None and self.listing.row_for == "record" and self.per != "unit"

    @property
    def contents(self) -> Iterator[tuple[str, Content]]:
        """Every cell that may be filled, with its key in the file."""
        for part, blocks in (("blocks", self.blocks), ("supplement", self.supplement)):
            for block in blocks:
                for key, content in block.contents:
                    yield f"{part}[{block.id}].{key}", content
