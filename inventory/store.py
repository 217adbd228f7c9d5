"""The inventory in its file: runs go in whole, nothing is changed afterwards, and a view comes out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal

from sqlalchemy import Engine, func, insert, select

from config.errors import UsageError
from config.schema import Catalogue
from config.words import say
from inventory import history, known, refusals, viewing
from inventory.database import open_engine, reading, writing
from inventory.identity import keys_of_target
from inventory.record import Claim, FieldValue, RunInfo, Scalar, Source, View
from inventory.recording import claim_row, record
from inventory.tables import CLAIM, RUN, VISIT
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
            run_id = connection.scalar(select(func.coalesce(func.max(RUN.c.id), 0)))
            place = {"run_id": run_id, "device_id": device_id, "channel": channel}
            connection.execute(insert(CLAIM), {**place, **claim_row(field, said)})

    def claims(self, camera_id: str) -> tuple[Claim, ...]:
        """Return everything that was ever said about a camera, oldest first."""
        with reading(self.engine) as connection:
            device_id, channel = viewing.camera_key(connection, camera_id)
            same = known.load(connection).same
            by_field = known.load_claims(connection, same)[same[device_id], channel]
        every = [Claim(camera_id, name, said) for name, many in by_field.items() for said in many]
        return tuple(sorted(every, key=lambda claim: claim.said.at))

    def refuse(self, target: Target, refused: Mapping[str, Gap], at: datetime) -> None:
        """Keep at once, without a run, which logins (name@version) were refused there, and why."""
        with writing(self.engine) as connection:
            refusals.refuse(connection, target, refused, at)

    def refusals(self, targets: Iterable[Target]) -> Mapping[str, Mapping[str, Refusal]]:
        """Return the logins (name@version) that each target refused before, by target name."""
        with reading(self.engine) as connection:
            return refusals.by_target(connection, known.load(connection), targets)

    def recogniser(self) -> Callable[[Sighting], bool]:
        """Return what tells whether a sighting is of a device that is on record now, wherever it stands."""
        with reading(self.engine) as connection:
            on_record = known.load(connection)
        keys = frozenset().union(*(one.keys for one in on_record.devices)) - on_record.shared
        return lambda seen: bool(keys & keys_of_target(Target(seen.address, sightings=(seen,))))

    def known_targets(self) -> tuple[str, ...]:
        """Return where every known device was last seen, as `address` or `address:port`."""
        with reading(self.engine) as connection:
            on_record = known.load(connection)
        return tuple(dict.fromkeys(refusals.place_of(device.face) for device in on_record.devices))

    def close(self) -> None:
        self.engine.dispose()
