"""The inventory in its file: runs go in whole, nothing is changed afterwards, and a view comes out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal

from sqlalchemy import Connection, Engine, func, insert, select

from config.errors import UsageError
from config.schema import Catalogue
from config.words import say
from inventory import baselines, history, known, people, refusals, saying, taking, viewing
from inventory.baselines import Entry
from inventory.database import open_engine, reading, writing
from inventory.identity import keys_of_target
from inventory.recall import Recall
from inventory.record import Answer, Claim, FieldValue, RunInfo, Scalar, Source, Suggestion, View
from inventory.recording import claim_row, record
from inventory.sights import load_sights
from inventory.tables import BASELINE, CLAIM, RUN, VISIT
from probe.memory import Kept
from probe.model import Gap, ScanReport, Sighting, Target
from probe.transport.login import Refusal


def open_store(path: Path, catalogue: Catalogue) -> Store:
    """Open or create the inventory. Raise UsageError, with the mend, where the file cannot be used."""
    return Store(open_engine(path), catalogue)


@dataclass(frozen=True, slots=True)
class Store:
    engine: Engine
    catalogue: Catalogue = field(repr=False)

    def record(self, report: ScanReport) -> int:
        """Add one run and return its id: all of it, or nothing."""
        with writing(self.engine) as connection:
            return record(connection, self.catalogue, report)

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

    def known_targets(self) -> tuple[str, ...]:
        """Return where every known device was last seen, as `address` or `address:port`."""
        with reading(self.engine) as connection:
            on_record = known.load(connection)
        return tuple(dict.fromkeys(refusals.place_of(device.face) for device in on_record.devices))

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
