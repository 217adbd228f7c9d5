"""The shape of sheet_words.toml: the words beside a form, on its 依据 sheet and around its table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from config.settings import Section

Words = Annotated[str, Field(pattern=r"\S")]


class WhyBlank(Section):
    why: Words
    mend: Words


class SourceWords(Section):
    measured: Words
    derived: Words
    suggested: Words
    person: Words


class Headings(Section):
    filled: tuple[Words, ...]
    blank: tuple[Words, ...]
    disagreements: tuple[Words, ...]
    left_out: tuple[Words, ...]
    retention: tuple[Words, ...]


class Parts(Section):
    filled: Words
    blank: Words
    disagreements: Words
    left_out: Words
    retention: Words
    warnings: Words
    remarks: Words


class RetentionWords(Section):
    """The days that recorders hold. `{name}` is filled in when the sheet is made."""

    days: Words
    at_least: Words
    at_most: Words
    between: Words
    unknown: Words
    young: Words
    run: Words
    none_listed: Words
    none_missing: Words
    unclear_days: Words
    more_runs: Words
    plays: Words
    plays_not: Words
    plays_oldest: Words
    plays_oldest_not: Words
    picture: Words
    total: Words
    none_measured: Words
    unrecorded: Words
    sources: Mapping[str, Words]  # by what recording_source says


class Remarks(Section):
    """`{name}` is filled in when the sheet is made."""

    form: Words
    measured: Words
    not_measured: Words
    made: Words
    grouped: Words
    per_camera: Words
    total: Words
    in_scope: Words
    all: Words
    nothing_left_out: Words
    unplaced: Words
    undecided: Words
    odd: Words
    unanswered: Words
    unidentified: Words
    channels: Words
    states_apart: Words
    rebuilt_as_built: Words
    typos: Words
    summed_up: Words
    verbatim: Words


class Figures(Section):
    """What is said of a figure that cannot be worked out whole. `{name}` is filled in."""

    uncounted_why: Words
    uncounted_mend: Words
    uncounted_mend_in: Words  # names the form of the school's own that has these fields
    at_least: Words
    spread: Words
    never_looked_why: Words
    never_looked_mend: Words
    amount: Words
    uncovered: Words
    facing_why: Words
    facing_mend: Words
    undeclared_why: Words
    undeclared_mend: Words


class Errors(Section):
    open_elsewhere: Words
    lock_file: Words
    no_folder: Words
    is_folder: Words
    not_allowed: Words
    other: Words


class SheetWords(Section):
    evidence_tab: Words
    title: Words
    page: Words
    suggested: Words  # the legend of the tint
    wanted: Words
    counted: Words
    numbered: Words
    channel: Words
    from_to: Words
    unconfirmed: Words
    internal: Words
    supplement: Words
    copies: Words
    many_values: Words
    many_cameras: Words
    prompt_title: Words
    prompt: Words
    also_by_hand: Words
    sources: SourceWords
    probes: Mapping[str, Words]  # by probe id, or by parts of it from the front, whole between dots
    parts: Parts
    headings: Headings
    retention: RetentionWords
    remarks: Remarks
    values: Mapping[str, Words]  # what a value that is put together reads like
    figures: Figures
    blank: Mapping[str, WhyBlank]  # by how the value would be come by
    rollup: Mapping[str, Words] = {}  # on the forms of a district or county
    errors: Errors
