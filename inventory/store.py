"""The inventory in its file: runs go in whole, nothing is changed afterwards, and a view comes out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Literal

from sqlalchemy import Connection, Engine, func, insert, select

from config.errors import UsageError
from config.schema import Catalogue
from config.words import say
from inventory import (
    baselines,
    history,
    known,
    night_rows,
    online,
    people,
    refusals,
    saying,
    standing,
    taking,
    turns,
    viewing,
)
from inventory.after_run import after_light_look, after_run, load_book
from inventory.baselines import Entry
from inventory.case_book import Book, Event
from inventory.cases import look_again
from inventory.database import open_engine, reading, writing
from inventory.identity import keys_of_target
from inventory.recall import Recall
from inventory.record import Answer, Claim, FieldValue, Kind, RunInfo, Scalar, Source, Suggestion, View
from inventory.recording import claim_row, record
from inventory.schedule import Slot, State, Turn
from inventory.sights import load_sights
from inventory.tables import BASELINE, CLAIM, RUN, VISIT
from inventory.watch import Case, Change, Night, Result, Subject, Watched
from probe.light import Door
from probe.memory import Kept
from probe.model import Gap, ScanReport, Sighting, Target
from probe.transport.login import Refusal

_WAITS = timedelta(hours=6)


def open_store(path: Path, catalogue: Catalogue) -> Store:
    """Open or create the inventory. Raise UsageError, with the mend, where the file cannot be used."""
    return Store(open_engine(path), catalogue)


@dataclass(frozen=True, slots=True)
class Store:
    engine: Engine
    catalogue: Catalogue = field(repr=False)

    def record(self, report: ScanReport, turn: int | None = None) -> int:
        """Add one run and return its id: all of it, or nothing. The watch's `turn` it was is done with it."""
        with writing(self.engine) as connection:
            run_id = record(connection, self.catalogue, report)
            after_run(connection, self.catalogue, run_id)
            if turn is not None:
                turns.end(connection, turn, report.finished, "done", run_id)
            return run_id

    def view(self, run_id: int | None = None) -> View:
        """Return the inventory as it stood after this run, by default the last one."""
        with reading(self.engine) as connection:
            return viewing.view(connection, self.catalogue, run_id)

    def last_run(self, kind: Literal["scan", "check"] | None = None) -> RunInfo | None:
        """Return the newest run, of this kind if one is named."""
        asked = select(func.max(RUN.c.id))
        with reading(self.engine) as connection:
            run_id = connection.scalar(asked if kind is None else asked.where(RUN.c.kind == kind))
            return history.load_run(connection, run_id) if run_id is not None else None

    def last_run_before(self, at: datetime) -> RunInfo | None:
        """Return the newest run that began before this moment."""
        asked = select(func.max(RUN.c.id)).where(RUN.c.started < at)
        with reading(self.engine) as connection:
            run_id = connection.scalar(asked)
            return history.load_run(connection, run_id) if run_id is not None else None

    def doors(self) -> Mapping[str, Door]:
        """Return where every known device is looked for by a light look, by device id."""
        with reading(self.engine) as connection:
            return online.load_doors(connection)

    def looked(self, seen: Mapping[str, str], at: datetime) -> Sequence[online.Spell]:
        """Keep what a light look saw and what it means for the cases, and return what has changed.

        `seen`: by device id why it did not answer, empty for an answer.
        """
        with writing(self.engine) as connection:
            news = online.write_look(connection, seen, at)
            answers = {device_id: not why for device_id, why in seen.items()}
            after_light_look(connection, self.catalogue, answers, at)
            return news

    def book(self) -> Book:
        """Return every case, open or not, and what waits to be sure."""
        with reading(self.engine) as connection:
            return load_book(connection)

    def watched(self) -> Watched:
        """Return how every device was found last, and the faults that are open, sure of them or not yet."""
        with reading(self.engine) as connection:
            results = night_rows.newest_per_device(connection, self.catalogue.settings.zone)
            return standing.watched(load_book(connection), results, self.catalogue.watch)

    def waiting(self, now: datetime) -> Sequence[str]:
        """Return where a second look may settle something now, as `address` or `address:port`.

        What nothing was heard of for hours is left to the next night.
        """
        watch = self.catalogue.watch
        with reading(self.engine) as connection:
            due = {
                device
                for device, since in look_again(load_book(connection), watch)
                if now - _WAITS <= since <= now
            }
            devices = known.load(connection).devices
        return tuple(refusals.place_of(one.face) for one in devices if f"d{one.id}" in due)

    def say_on_case(self, word: Callable[[Book], Event]) -> Case:
        """Keep a person's word on a case, as inventory/case_words.py makes it, and return the case."""
        with writing(self.engine) as connection:
            book = load_book(connection)
            event = word(book)
            night_rows.write_events(connection, [event])
            book.add(event)
            return book.cases[event.case_id or 0]

    def results(
        self,
        *,
        run_ids: Sequence[int] | None = None,
        subject: Subject | None = None,
        newest: int | None = None,
    ) -> Sequence[Result]:
        """Return in short what these runs found, what one place showed, or the `newest` so many runs."""
        with reading(self.engine) as connection:
            zone = self.catalogue.settings.zone
            return night_rows.load_results(connection, zone, run_ids=run_ids, subject=subject, newest=newest)

    def changes(self, *, run_id: int | None = None, since: date | None = None) -> Sequence[Change]:
        """Return what changed in one run, or from a local day on, oldest first."""
        with reading(self.engine) as connection:
            return night_rows.load_changes(connection, run_id=run_id, since=since)

    def turns(self, now: datetime) -> Sequence[Turn]:
        """Return the turns that may still decide what is due."""
        with reading(self.engine) as connection:
            return turns.load_turns(connection, now)

    def nights(self, since: datetime | None = None) -> Sequence[Night]:
        """Return every turn of the watch since then, oldest first."""
        with reading(self.engine) as connection:
            return turns.load_nights(connection, since)

    def begin_turn(self, slot: Slot, now: datetime) -> int:
        """Write that the work of a slot begins. Only for who holds the workspace's work."""
        with writing(self.engine) as connection:
            return turns.begin(connection, slot, now)

    def end_turn(self, turn: int, now: datetime, state: State, note: str = "") -> None:
        """Write how a turn without a run ended."""
        with writing(self.engine) as connection:
            turns.end(connection, turn, now, state, note=note)

    def end_broken_off(self, now: datetime) -> int:
        """End the turns that were killed, and count them. Only for who holds the workspace's work."""
        with writing(self.engine) as connection:
            return len(turns.end_broken_off(connection, now))

    def devices_of(self, run_id: int) -> Mapping[str, str]:
        """Return the device id of every target of a run, by target name: two names may be one device."""
        with reading(self.engine) as connection:
            same = known.load(connection).same
            rows = connection.execute(select(VISIT).where(VISIT.c.run_id == run_id))
            return {Target(row.address, pinned=row.pinned).name: f"d{same[row.device_id]}" for row in rows}

    def claim(
        self,
        camera_id: str,
        field: str,
        value: Scalar,
        source: Source,
        who: str,
        at: datetime,
        *,
        confirmed: bool = True,
        note: str = "",
    ) -> None:
        """Add somebody's word on one field. An empty value takes back what was typed before."""
        if field not in self.catalogue.fields:
            raise UsageError(say("inventory.field", field=field))
        said = FieldValue(value, source, who, at, confirmed, note)
        with writing(self.engine) as connection:
            device_id, channel = viewing.camera_key(connection, camera_id)
            place = {"run_id": _last_run(connection), "device_id": device_id, "channel": channel}
            connection.execute(insert(CLAIM), {**place, **claim_row(field, said)})

    def claims(self, camera_id: str) -> tuple[Claim, ...]:
        """Return everything that was ever said about a camera, oldest first."""
        with reading(self.engine) as connection:
            device_id, channel = viewing.camera_key(connection, camera_id)
            on_record = known.load(connection)
            sights = load_sights(connection, on_record.same, on_record.kinds)
            by_name = known.load_claims(connection, on_record.same)
        camera = sights.camera((on_record.same[device_id], channel))
        every = [
            Claim(camera_id, field, said)
            for name in sights.parts(camera)
            for field, many in by_name.get(name, {}).items()
            for said in many
        ]
        return tuple(sorted(every, key=lambda claim: claim.said.at))

    def workspace_code(self) -> str:
        """Return the random id that tells this workspace's sheets from those of another."""
        with reading(self.engine) as connection:
            return people.workspace_code(connection)

    def peoples_words(self, run_id: int | None = None) -> people.PeoplesWords:
        """Return what people had said of the unit, its systems and added cameras, by default until now."""
        with reading(self.engine) as connection:
            return people.load_words(connection, self.catalogue, known.NOW if run_id is None else run_id)

    def ground(self) -> taking.Ground:
        """Return everything that a sheet somebody sends is compared with."""
        with reading(self.engine) as connection:
            return taking.load_ground(connection, self.catalogue)

    def take_in(self, sheet: taking.Taking, stamp: taking.Stamp) -> Sequence[str]:
        """Put a sheet's words on record, all or none, and return the ids of the cameras it adds."""
        with writing(self.engine) as connection:
            return taking.take_in(connection, sheet, stamp)

    def answers(self) -> tuple[Answer, ...]:
        """Return every suggestion that a person has answered, with the answer that stands."""
        with reading(self.engine) as connection:
            on_record = known.load(connection)
            sights = load_sights(connection, on_record.same, on_record.kinds)
            return tuple(saying.answers(connection, on_record.same, sights))

    def answer(
        self, suggestion: Suggestion, says: Literal["same", "different", "open"], who: str, at: datetime
    ) -> None:
        """Add a person's word on a suggestion; `open` takes back what was said before."""
        with writing(self.engine) as connection:
            on_record = known.load(connection)
            sights = load_sights(connection, on_record.same, on_record.kinds)
            pair = saying.pair_of(sights, suggestion)
            saying.write_word(connection, _last_run(connection), pair, says, who, at)

    def refuse(self, target: Target, refused: Mapping[str, Gap], at: datetime) -> None:
        """Keep at once, without a run, which logins (name@version) were refused there, and why."""
        with writing(self.engine) as connection:
            refusals.refuse(connection, target, refused, at)

    def refusals(self, targets: Iterable[Target]) -> Mapping[str, Mapping[str, Refusal]]:
        """Return the logins (name@version) that each target refused before, by target name."""
        with reading(self.engine) as connection:
            return refusals.by_target(connection, known.load(connection), targets)

    def recogniser(self, device_ids: Collection[str] | None = None) -> Callable[[Sighting], bool]:
        """Return what tells whether a sighting is of a device that is on record now, wherever it stands.

        With `device_ids`, such as `d3`, only those are recognised.
        """
        with reading(self.engine) as connection:
            on_record = known.load(connection)
        meant = [one for one in on_record.devices if device_ids is None or f"d{one.id}" in device_ids]
        keys = frozenset().union(*(one.keys for one in meant)) - on_record.shared
        return lambda seen: bool(keys & keys_of_target(Target(seen.address, sightings=(seen,))))

    def known_targets(self, kind: Kind | None = None) -> tuple[str, ...]:
        """Return where every known device, of this kind, was last seen: `address` or `address:port`."""
        with reading(self.engine) as connection:
            on_record = known.load(connection)
        kinds = on_record.kinds
        meant = [one for one in on_record.devices if kind is None or kinds.get(one.id) == kind]
        return tuple(dict.fromkeys(refusals.place_of(device.face) for device in meant))

    def recall(self) -> Recall:
        """Return what gives the memories of one run's devices. Make another for another run."""
        return Recall(self.engine, self.catalogue.brands)

    def baselines(self) -> Mapping[tuple[str, int], Sequence[Entry]]:
        """Return every baseline and candidate that was not taken back, by device id and channel."""
        with reading(self.engine) as connection:
            found = baselines.load_entries(connection, known.load_same(connection))
        return {(f"d{device}", number): entries for (device, number), entries in found.items()}

    def baseline_picture(self, baseline_id: int) -> bytes:
        """Return the small JPEG that shows a baseline."""
        with reading(self.engine) as connection:
            shown = connection.scalar(select(BASELINE.c.shown).where(BASELINE.c.id == baseline_id))
        return shown or b""

    def set_baseline(
        self, device_id: str, channel: int, kept: Kept, shown: bytes, who: str, at: datetime
    ) -> None:
        """Keep a look as the normal picture of a channel, on a person's word."""
        with writing(self.engine) as connection:
            place = (int(device_id[1:]), channel)
            baselines.write_baseline(connection, _last_run(connection), place, kept, shown, at, person=who)

    def accept_baselines(self, device_id: str, channel: int, who: str, at: datetime) -> Sequence[Entry]:
        """Confirm as a person what nights proposed for a channel, and return it."""
        with writing(self.engine) as connection:
            entries = baselines.shown_to_a_look(_entries_of(connection, device_id, channel))
            open_ones = [entry for entry in entries if entry.by != "person"]
            baselines.confirm(connection, _last_run(connection), open_ones, who, at)
        return open_ones

    def drop_baselines(self, device_id: str, channel: int, who: str, at: datetime) -> Sequence[Entry]:
        """Take back every baseline and candidate of a channel, and return them: it begins anew."""
        with writing(self.engine) as connection:
            entries = _entries_of(connection, device_id, channel)
            baselines.withdraw(connection, _last_run(connection), entries, who, at)
        return entries

    def close(self) -> None:
        self.engine.dispose()


def _last_run(connection: Connection) -> int:
    return int(connection.scalar(select(func.coalesce(func.max(RUN.c.id), 0))) or 0)


def _entries_of(connection: Connection, device_id: str, channel: int) -> Sequence[Entry]:
    found = baselines.load_entries(connection, known.load_same(connection))
    return found.get((int(device_id[1:]), channel), ())
