"""Looks at devices now, for a person who waits: with what is remembered, or with some of it left out."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from inventory.record import DeviceRecord
from inventory.store import Store
from probe.memory import Memory
from probe.model import DeviceReport, ScanReport
from probe.run import scan
from reports.commands.scanning import asked_for
from reports.console import make_folder, plain, progress, stderr
from reports.workspace import Workspace


def look_now(
    place: Workspace,
    store: Store,
    devices: Iterable[DeviceRecord],
    *,
    find_card: bool = False,
    without: Callable[[Memory], Memory] = lambda memory: memory,
) -> ScanReport:
    """Ask these devices all there is to ask. Nothing of it is kept here; `without` leaves memories out."""
    addresses = {one.id: one.address for one in devices}
    asked = replace(asked_for(list(dict.fromkeys(addresses.values())), place), alone=True)
    make_folder(place.snapshots)
    with progress() as tell:
        means = place.means(store, tell)

        def recall(report: DeviceReport) -> Mapping[int, Memory]:
            return {number: without(memory) for number, memory in means.recall(report).items()}

        # Others that answer the multicast are known too, but nobody waits for them.
        is_meant = store.recogniser(addresses.keys())
        looking = replace(means, recall=recall, find_card=find_card, is_known=is_meant)
        # A look at some devices is not the day's check of all.
        report = asyncio.run(scan(asked, looking, kind="scan"))
    for note in report.notes:
        stderr().print(plain(note, "yellow"))
    return report


def by_device(store: Store, report: ScanReport) -> Mapping[str, DeviceReport]:
    """Return the answers by the id of the device on record; those of strangers are left out."""
    recall = store.recall()
    found = ((recall.devices_of(answer), answer) for answer in report.devices)
    return {f"d{ids[0]}": answer for ids, answer in found if ids}
