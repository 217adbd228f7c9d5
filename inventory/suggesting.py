"""What a run suggests: the looks of its cameras and channels that nothing ties, and which are alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import Connection, select

from inventory.alike import Alike, Look, suggest
from inventory.known import OnRecord
from inventory.meeting import Meeting
from inventory.remembering import looked_at
from inventory.rows import NewRow, write_rows
from inventory.sights import Sights
from inventory.tables import SUGGESTION
from probe.model import ChannelReport, evidence_of, value_of


def write_suggestions(
    connection: Connection,
    run_id: int,
    at: datetime,
    now: OnRecord,
    sights: Sights,
    meetings: Sequence[Meeting],
) -> None:
    """Write which cameras on the network may be behind which channels, each pair once."""
    recorders = {one.device_id for one in meetings if one.kind == "recorder"}
    recorded = {
        camera for place, camera in sights.shown.items() if now.kinds.get(place[0]) == "recorder" and camera
    }
    met = {
        camera for place, camera in sights.shown.items() if now.kinds.get(place[0]) != "recorder" and camera
    }
    loose: list[Look] = []
    channels: list[Look] = []
    for look, is_analogue in _looks(meetings, sights, at):
        if look.place[0] not in recorders and look.camera not in recorded:
            loose.append(look)
        if look.place[0] in recorders and look.camera not in met and not is_analogue:
            channels.append(look)
    if not loose or not channels:
        return
    known = {
        ((now.same[row.device_id], row.channel), (now.same[row.recorder_id], row.recorder_channel))
        for row in connection.execute(select(SUGGESTION))
    }
    found = suggest(loose, channels)
    write_rows(
        connection,
        SUGGESTION,
        [_row(run_id, one) for one in found if (one.one.place, one.other.place) not in known],
    )


def _looks(meetings: Sequence[Meeting], sights: Sights, at: datetime) -> Iterator[tuple[Look, bool]]:
    """Yield what can be compared: one for each channel whose picture was fit to be kept."""
    for one in meetings:
        for shown in one.report.channels:
            number = shown.channel.number
            place = (one.device_id, number)
            camera = sights.shown.get(place if one.kind == "recorder" else (one.device_id, 1))
            if camera is not None and shown.kept is not None and shown.kept.record:
                look = Look(place, camera, _seen_at(shown, at), shown.kept.record, _names(shown))
                yield look, shown.channel.kind == "analogue"


def _seen_at(shown: ChannelReport, otherwise: datetime) -> datetime:
    """Return when the live picture was looked at: a recorder's other readings come minutes later."""
    seen = evidence_of(shown.evidence, "keyframes")
    return seen.at if seen else looked_at(shown, otherwise)


def _names(shown: ChannelReport) -> tuple[str, ...]:
    texts = value_of(shown.evidence, "osd")
    said = [shown.channel.name, *(texts if isinstance(texts, list) else ())]
    return tuple(dict.fromkeys(str(one) for one in said if one))


def _row(run_id: int, one: Alike) -> NewRow:
    device, channel = one.one.place
    recorder, recorder_channel = one.other.place
    return {
        "run_id": run_id,
        "device_id": device,
        "channel": channel,
        "recorder_id": recorder,
        "recorder_channel": recorder_channel,
        "score": one.score,
        "scene": one.scene,
        "names": one.names,
        "named": list(one.named),
        "at": max(one.one.at, one.other.at),
    }
