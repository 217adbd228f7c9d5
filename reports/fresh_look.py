"""Looks at devices now, for a person who waits: with what is remembered, or with some of it left out."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from inventory.store import Store
from probe.memory import Memory
from probe.model import ChannelReport, DeviceReport, ScanReport
from probe.run import scan
from reports.commands.scanning import asked_for
from reports.console import make_folder, plain, progress, stderr
from reports.named import Named
from reports.workspace import Workspace


def look_now(
    place: Workspace,
    store: Store,
    chosen: Iterable[Named],
    *,
    find_card: bool = False,
    without: Callable[[Memory], Memory] = lambda memory: memory,
) -> ScanReport:
    """Look at these channels, and at no other of their devices. Nothing of it is kept here.

    `without` leaves memories out.
    """
    addresses: dict[str, str] = {}
    only: dict[str, list[int]] = {}
    for one in chosen:
        addresses[one.device.id] = one.device.address
        only.setdefault(one.device.address, []).append(one.number)
    asked = replace(asked_for(list(dict.fromkeys(addresses.values())), place), alone=True)
    make_folder(place.snapshots)
    with progress() as tell:
        means = place.means(store, tell)

        def recall(report: DeviceReport) -> Mapping[int, Memory]:
            return {number: without(memory) for number, memory in means.recall(report).items()}

        # Others that answer the multicast are known too, but nobody waits for them.
        is_meant = store.recogniser(addresses.keys())
        looking = replace(means, recall=recall, find_card=find_card, is_known=is_meant, only_channels=only)
        # A look at some devices is not the day's check of all.
        report = asyncio.run(scan(asked, looking, kind="scan"))
    for note in report.notes:
        stderr().print(plain(note, "yellow"))
    return report


def seen_of(
    chosen: Iterable[Named], store: Store, report: ScanReport
) -> Iterator[tuple[Named, ChannelReport | None]]:
    """Yield each channel that was chosen, and what the look saw of it; None where its device was not met."""
    recall = store.recall()
    known = ((recall.devices_of(answer), answer) for answer in report.devices)
    channels = {f"d{ids[0]}": answer.channels for ids, answer in known if ids}  # strangers are left out
    for one in chosen:
        at_device = channels.get(one.device.id, ())
        yield one, next((seen for seen in at_device if seen.channel.number == one.number), None)
