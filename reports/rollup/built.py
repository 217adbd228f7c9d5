"""What a rolled-up form is built from, and what comes of it besides the sheet itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import pandas as pd

from config.form import Form
from config.schema import Catalogue
from inventory.record import FieldValue
from reports.paper import Paper
from reports.rollup.expected import Against
from reports.rollup.submission import Submission, Trouble
from reports.sheet import Missing

Total = int | float | str | None


@dataclass(frozen=True, slots=True)
class Given:
    """All that lies on the district's desk. `unsure`: units whose submissions cannot count, and why."""

    form: Form
    catalogue: Catalogue
    against: Against
    district: Mapping[str, FieldValue]
    made: datetime
    unsure: Mapping[str, str] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()
    beside: tuple[Submission, ...] = ()  # what is only compared with the result

    @property
    def submissions(self) -> Iterator[Submission]:
        for many in self.against.reported.values():
            yield from many

    @property
    def lines(self) -> Iterator[tuple[str, tuple[Submission, ...]]]:
        """Yield every unit in the list's order, with nothing where no reply came or none can count."""
        for name in self.against.order:
            yield name, self.against.reported.get(name, ())

    def short_why(self, name: str) -> str:
        return self.word("unsure_short" if name in self.unsure else "silent_short")

    def word(self, key: str, **values: object) -> str:
        """Return a sentence that stands on the form: those are Chinese in every locale."""
        return self.catalogue.sheet_words.rollup[key].format(**values)


@dataclass(frozen=True, slots=True)
class Built:
    paper: Paper
    totals: Mapping[str, Total]
    troubles: tuple[Trouble, ...] = ()


def joined(given: Given) -> pd.DataFrame:
    """Return all rows one below the other, in the order of the units; `_unit` and `_source` say whose."""
    frames = [
        one.rows.assign(_unit=name, _source=one.source)
        for name, many in given.against.reported.items()
        for one in many
        if len(one.rows)
    ]
    if not frames:
        listing = given.form.listing
        columns = [column.id for column in listing.columns] if listing else []
        return pd.DataFrame(columns=[*columns, "_unit", "_source"], dtype=object)
    return pd.concat(frames, ignore_index=True)


def no_reply(given: Given, name: str) -> Missing:
    """Say why a unit has no numbers."""
    why = given.unsure.get(name) or given.word("silent_why")
    return Missing(given.word("silent_name"), why, given.word("silent_mend"), needed=True)
