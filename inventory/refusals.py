"""Which login each device refused. It is not tried there again until a person changes it or says so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, func, insert, select

from inventory.identity import Face, keys_of_target
from inventory.known import OnRecord
from inventory.match import contradict
from inventory.rows import write_rows
from inventory.tables import PARDON, REFUSAL
from probe.model import Target

Refused = tuple[int, str, Sequence[str]]  # device, the place it was asked at, name@version


def new_refusals(connection: Connection, run_id: int, refused: Iterable[Refused]) -> None:
    standing = set(_standing(connection))
    rows = [
        {"run_id": run_id, "device_id": device_id, "place": place, "credential": credential}
        for device_id, place, credentials in refused
        for credential in dict.fromkeys(credentials)
        if (device_id, place, credential) not in standing
    ]
    write_rows(connection, REFUSAL, rows)


def forget(connection: Connection, name: str) -> None:
    """Let every version of the credential be tried again; what was refused stays on record."""
    newest = connection.scalar(select(func.coalesce(func.max(REFUSAL.c.id), 0)))
    connection.execute(insert(PARDON), {"credential_name": name, "up_to_refusal": newest})


def by_place(connection: Connection, on_record: OnRecord) -> dict[str, frozenset[str]]:
    """Return what was refused by the device that was last seen at each place."""
    by_device = _by_device(connection, on_record)
    found: dict[str, set[str]] = defaultdict(set)
    for device in on_record.devices:
        if device.id in by_device:
            found[place_of(device.face)] |= by_device[device.id]
    return {place: frozenset(credentials) for place, credentials in found.items()}


def by_target(
    connection: Connection, on_record: OnRecord, targets: Iterable[Target]
) -> dict[str, frozenset[str]]:
    """Return what each target refused before, wherever it stood then: by its keys, else by its place."""
    by_device = _by_device(connection, on_record)
    holders = {key: one for one in on_record.devices for key in one.keys - on_record.shared}
    at_place = defaultdict(list)
    for one in on_record.devices:
        at_place[one.face.address].append(one)
    answer = {}
    for target in targets:
        keys = keys_of_target(target) - on_record.shared
        itself = [holders[key] for key in keys if key in holders]
        # A stranger at the place of a device that is known by other keys has refused nothing yet.
        here = itself or [one for one in at_place[target.address] if not contradict(keys, one.keys)]
        answer[target.name] = frozenset().union(*(by_device.get(one.id, frozenset()) for one in here))
    return answer


def place_of(face: Face) -> str:
    """Return the place as a target is written: address, or address:port where it was asked for by port."""
    return Target(face.address, pinned=face.pinned).name


def _by_device(connection: Connection, on_record: OnRecord) -> Mapping[int, frozenset[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    for device_id, _, credential in _standing(connection):
        found[on_record.same[device_id]].add(credential)
    return {device: frozenset(credentials) for device, credentials in found.items()}


def _standing(connection: Connection) -> Iterable[tuple[int, str, str]]:
    newest = select(PARDON.c.credential_name, func.max(PARDON.c.up_to_refusal)).group_by(
        PARDON.c.credential_name
    )
    pardoned = dict(connection.execute(newest).all())
    for row in connection.execute(select(REFUSAL)):
        if row.id > pardoned.get(row.credential.rpartition("@")[0], 0):
            yield row.device_id, row.place, row.credential
