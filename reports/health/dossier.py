"""Everything that reports are written from: the last run, what nights before it found, cases, rates. 卷宗"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo

from config.schema import Catalogue
from inventory.record import CameraRecord
from inventory.watch import Case, Change, Rate, Result, Subject
from reports import scan_json as out
from reports.local_time import to_the_minute

Place = tuple[str, int]  # a device's id and the number of its channel


@dataclass(frozen=True, slots=True)
class Dossier:
    """`results` hold the nights that are shown, oldest first; `past_rates` those of each night by its day.

    `baselines` are the pictures of how a channel looks when all is well, of those whose view moved.
    """

    school: str
    document: out.Document
    catalogue: Catalogue
    now: datetime  # aware
    zone: tzinfo
    records: Mapping[str, CameraRecord] = field(default_factory=dict)  # by id
    results: Sequence[Result] = ()
    cases: Sequence[Case] = ()
    changes: Sequence[Change] = ()
    rates: Sequence[Rate] = ()
    past_rates: Mapping[date, Sequence[Rate]] = field(default_factory=dict)
    baselines: Mapping[Place, bytes] = field(default_factory=dict)
    is_past: bool = False  # there are later runs

    @property
    def measured(self) -> datetime | None:
        """When the last run ended, in the school's own time."""
        run = self.document.run
        return datetime.fromisoformat(run.finished).astimezone(self.zone) if run else None

    @property
    def day(self) -> date:
        """The local day that the report is about: that on which the last run began."""
        run = self.document.run
        at = datetime.fromisoformat(run.started) if run else self.now
        return at.astimezone(self.zone).date()

    def local(self, at: datetime) -> str:
        return to_the_minute(at, self.zone)

    def now_by_place(self) -> Mapping[Subject, Result]:
        """Return what the last look at each place found."""
        return newest(self.results)


def newest(results: Iterable[Result]) -> Mapping[Subject, Result]:
    """Return the last of the results at each place."""
    return {one.subject: one for one in sorted(results, key=lambda one: one.at)}
