"""One camera at several places: what ties them, and which of them its recordings are judged by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from config.schema import Catalogue
from inventory.record import Sight, View
from reports import recorded
from reports import scan_json as out
from reports.judge import metrics_of

Slot = tuple[str, int]  # device id, channel number
Judged = Mapping[Slot, Sequence[out.Finding]]


def ties_of(view: View) -> list[out.Tie]:
    return [
        out.Tie(
            camera_id=tie.camera_id,
            channel=_place(tie.sight, view),
            other=_place(tie.other, view),
            why=[out.Agreement(key=one.key, listed=one.listed, own=one.own) for one in tie.why],
            since=tie.since.isoformat(timespec="seconds"),
        )
        for tie in view.ties
    ]


def suggestions_of(view: View) -> list[out.Suggestion]:
    return [
        out.Suggestion(
            camera=_place(one.camera, view),
            channel=_place(one.channel, view),
            score=round(one.score, 3),
            scene=round(one.scene, 3),
            names=round(one.names, 3),
        )
        for one in view.suggestions
    ]


def unplaced_of(view: View) -> list[out.Place]:
    return [_place(one, view) for one in view.unplaced]


def settled(devices: Sequence[out.Device], catalogue: Catalogue) -> list[out.Device]:
    """Return the devices with the clauses on recordings binding at one place of each camera alone.

    A camera that a recorder holds is judged there, not at its own address; where one recorder holds enough,
    or may for all that is known, another that holds less, such as one that only passes it on, does not count.
    """
    places: dict[str, list[Slot]] = defaultdict(list)
    for device in devices:
        for channel in device.channels:
            if channel.camera_id is not None:
                places[channel.camera_id].append((device.id, channel.number))
    recorders = {device.id for device in devices if device.kind == "recorder"}
    judged = {(device.id, one.number): one.findings for device in devices for one in device.channels}
    free: set[tuple[Slot, str]] = set()
    for slots in places.values():
        if len(slots) > 1:
            for rule in _rules_on_recordings(catalogue):
                free |= {(slot, rule) for slot in _not_binding(slots, rule, recorders, judged)}
    return [_freed(device, free) for device in devices] if free else list(devices)


def _rules_on_recordings(catalogue: Catalogue) -> list[str]:
    rules = catalogue.rules.items()
    return [name for name, rule in rules if any(metric in recorded.METRICS for metric in metrics_of(rule))]


def _not_binding(slots: Sequence[Slot], rule: str, recorders: set[str], judged: Judged) -> list[Slot]:
    verdicts = {slot: finding.verdict for slot in slots for finding in judged[slot] if finding.rule == rule}
    held = [slot for slot in verdicts if slot[0] in recorders]
    if not held:
        return []
    met, open_ = ([slot for slot in held if verdicts[slot] == word] for word in ("met", "unknown"))
    return [slot for slot in verdicts if slot not in (met[:1] or open_ or held)]


def _freed(device: out.Device, free: set[tuple[Slot, str]]) -> out.Device:
    channels = []
    for channel in device.channels:
        slot = (device.id, channel.number)
        findings = [
            one.model_copy(update={"binding": False}) if (slot, one.rule) in free else one
            for one in channel.findings
        ]
        channels.append(channel.model_copy(update={"findings": findings}))
    return device.model_copy(update={"channels": channels})


def _place(sight: Sight, view: View) -> out.Place:
    addresses = {device.id: device.address for device in view.devices}
    return out.Place(
        device_id=sight.device_id, address=addresses.get(sight.device_id, ""), channel=sight.channel
    )
