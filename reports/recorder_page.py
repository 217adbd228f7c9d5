"""A recorder as a technician reads it: disks, platform, and its channels, the worst first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.table import Table

from config.schema import Catalogue
from config.words import say
from reports import scan_json as out
from reports.console import plain
from reports.lines import verdict_words
from reports.picture_words import offline_words
from reports.reading_rows import add
from reports.recording_words import days_words, missing_words

# The clause whose verdict stands beside the days.
KEPT_RULE = "guannan-2018.4"
_RANK = {"not-met": 0, "unknown": 1, "not-due": 2, "met": 3, "n/a": 4}
_STYLE = {"not-met": "bold red", "unknown": "yellow", "met": "green"}
_MIB_PER_GIB = 1024
_TIED_BY = {
    "mac": "same.by_mac",
    "serial": "same.by_serial",
    "address": "same.by_address",
    "channel": "same.by_channel",
    "name": "same.by_name",
    "person": "same.by_person",
}
_MOST = 6  # channels of one recorder that a scan's result names


def add_recorder_rows(table: Table, device: out.Device) -> None:
    """Add what a recorder says of its disks and of the platform above it."""
    for title, words, is_bad in disk_facts(device):
        add(table, title, words, "bold red" if is_bad else "")
    if words := platform_words(device):
        add(table, say("recorder.platform"), words)


def disk_facts(device: out.Device) -> Iterator[tuple[str, str, bool]]:
    """Yield what a recorder says of its disks: title, words, is it bad?"""
    if device.storage is not None and device.storage.state:
        yield say("recorder.storage"), say(f"storage.{device.storage.state}"), False
    for disk in device.disks or []:
        yield say("recorder.disk", id=disk.name or disk.id), _disk(disk), disk.is_good is False


def channels_table(device: out.Device, document: out.Document, catalogue: Catalogue) -> Table:
    """Return a row for each channel of a recorder, the worst first."""
    table = Table(title=say("recorder.channels", address=device.address), title_justify="left")
    for key in ("number", "name", "camera", "days", "kept", "missing", "plays"):
        title = _kept_title(catalogue) if key == "kept" else say(f"recorder.{key}")
        table.add_column(title, overflow="fold", no_wrap=key in ("number", "kept"))
    for channel in worst_first(device.channels):
        verdict = kept_verdict(channel)
        table.add_row(
            plain(channel.number),
            plain(channel.name or ""),
            plain(camera_words(device, channel, document)),
            plain(days_words(channel.recording, channel.gaps, catalogue)),
            plain(verdict_words(catalogue, verdict), _STYLE.get(verdict, "")),
            plain(missing_words(channel.recording) if channel.recording else ""),
            plain(plays_words(channel)),
        )
    return table


def recorders_table(document: out.Document, catalogue: Catalogue) -> Table | None:
    """Return one row for each recorder of a scan: its disks, its channels, the days of the worst of them."""
    recorders = [device for device in document.devices if device.kind == "recorder"]
    if not recorders:
        return None
    table = Table(title=say("recorder.title"), title_style="bold", title_justify="left")
    for key in ("address", "model", "disks", "channels_on", "kept", "least"):
        title = _kept_title(catalogue) if key == "kept" else say(f"recorder.{key}")
        table.add_column(title, overflow="fold", no_wrap=key == "address")
    for device in recorders:
        table.add_row(
            plain(device.address),
            plain(device.model or ""),
            plain(_disks(device), _disks_style(device)),
            plain(_online(device)),
            plain(_verdicts(device, catalogue)),
            plain(_least(device, catalogue)),
        )
    return table


def short_of(document: out.Document, catalogue: Catalogue) -> Iterator[str]:
    """Name, for each recorder of a scan, the worst channels that are not met or not known."""
    for device in document.devices:
        words = list(_worst(device, catalogue)) if device.kind == "recorder" else []
        if words:
            channels = say("reading.semicolon").join(words)
            yield say("recorder.worst", address=device.address, channels=channels)


def days_sentence(document: out.Document) -> str:
    """Say how many days the worst recorded camera is held, and of how many that is not known; or nothing.

    A camera at several recorders counts by the one that holds most of it.
    """
    best: dict[str, int | None] = {}
    for device in document.devices:
        for channel in device.channels if device.kind == "recorder" else ():
            camera = channel.camera_id or f"{device.id}/{channel.number}"
            days = channel.recording.continuous_days if channel.recording else None
            best[camera] = max((one for one in (best.get(camera), days) if one is not None), default=None)
    if not best:
        return ""
    known = [days for days in best.values() if days is not None]
    if not known:
        return say("result.days_unknown", unknown=len(best))
    return say("result.days", days=min(known), measured=len(known), unknown=len(best) - len(known))


def worst_first(channels: Sequence[out.Channel]) -> list[out.Channel]:
    """Return the channels in the order in which somebody has to go and see."""
    return sorted(channels, key=lambda one: (*_badness(one), one.number))


def camera_words(device: out.Device, channel: out.Channel, document: out.Document) -> str:
    """Say which camera is behind a channel: what ties it to another place, else what the recorder lists."""
    words = list(_ties(device, channel, document))
    if not words:
        source = channel.source
        listed = (source.address, source.mac, source.model)
        words = [" ".join(word for word in listed if word)] if any(listed) else []
    if channel.kind == "analogue":
        words.append(say("recorder.analogue"))
    if channel.online is False:
        words.append(offline_words(channel))
    return say("reading.semicolon").join(words)


def _kept_title(catalogue: Catalogue) -> str:
    return say("recorder.kept", days=catalogue.rule(KEPT_RULE).all[0].limit)


def kept_verdict(channel: out.Channel) -> str:
    return next((one.verdict for one in channel.findings if one.rule == KEPT_RULE), "unknown")


def _ties(device: out.Device, channel: out.Channel, document: out.Document) -> Iterator[str]:
    here = (device.id, channel.number)
    for tie in document.ties:
        ends = [(one.device_id, one.channel) for one in (tie.channel, tie.other)]
        if here in ends:
            other = tie.other if ends[0] == here else tie.channel
            why = say("reading.comma").join(
                say(_TIED_BY[one.key], listed=one.listed, own=one.own) for one in tie.why[:1]
            )
            yield say("recorder.same", place=_place(other, document), why=why)
    for one in document.suggestions:
        if here == (one.channel.device_id, one.channel.channel):
            likeness = f"{100 * one.score:.0f}"
            yield say("recorder.maybe", place=_place(one.camera, document), likeness=likeness)
    if any(here == (one.device_id, one.channel) for one in document.unplaced):
        yield say("recorder.unplaced")


def _place(place: out.Place, document: out.Document) -> str:
    device = next((one for one in document.devices if one.id == place.device_id), None)
    address = place.address or place.device_id
    is_recorder = device is not None and device.kind == "recorder"
    if place.channel == 1 and not is_recorder and (device is None or len(device.channels) < 2):
        return address
    return say("recorder.place", address=address, number=place.channel)


def _badness(channel: out.Channel) -> tuple[int, int, int]:
    days = channel.recording.continuous_days if channel.recording else None
    played = channel.recording.playback if channel.recording else out.Playback()
    refused = played.alive is False or played.oldest_alive is False
    return (_RANK.get(kept_verdict(channel), 1), 0 if refused else 1, -1 if days is None else days)


def _worst(device: out.Device, catalogue: Catalogue) -> Iterator[str]:
    """Name the channels that are not met or not known, a few of them."""
    open_still = [one for one in worst_first(device.channels) if kept_verdict(one) not in ("met", "n/a")]
    for channel in open_still[:_MOST]:
        days = days_words(channel.recording, channel.gaps, catalogue)
        notes = [verdict_words(catalogue, kept_verdict(channel))]
        notes += [say("recorder.offline")] if channel.online is False else []
        yield say(
            "recorder.short",
            number=channel.number,
            name=channel.name or "",
            days=days,
            notes=say("reading.comma").join(notes),
        )
    if len(open_still) > _MOST:
        more = len(open_still) - _MOST
        yield say("recorder.more", count=more, address=device.address)


def _least(device: out.Device, catalogue: Catalogue) -> str:
    """Say the days of the channel that has fewest."""
    known = [one for one in device.channels if one.recording and one.recording.continuous_days is not None]
    if not known:
        return say("picture.unknown")
    least = min(known, key=lambda one: (one.recording and one.recording.continuous_days) or 0)
    return days_words(least.recording, least.gaps, catalogue)


def _verdicts(device: out.Device, catalogue: Catalogue) -> str:
    verdicts = [kept_verdict(channel) for channel in device.channels]
    return say("reading.comma").join(
        f"{verdict_words(catalogue, one)} {verdicts.count(one)}" for one in _RANK if one in verdicts
    )


def _online(device: out.Device) -> str:
    on = sum(1 for one in device.channels if one.online is not False)
    return f"{on}/{len(device.channels)}"


def _disk(disk: out.Disk) -> str:
    key = {True: "storage.good", False: "storage.bad", None: "storage.unknown"}[disk.is_good]
    words = [say(key) + (f"（{disk.status}）" if disk.status else "")]
    if disk.capacity_mib is not None:
        words.append(say("recorder.capacity", gib=f"{disk.capacity_mib / _MIB_PER_GIB:.0f}"))
    if disk.free_mib is not None:
        words.append(say("recorder.free", gib=f"{disk.free_mib / _MIB_PER_GIB:.0f}"))
    return say("reading.comma").join(words)


def _disks(device: out.Device) -> str:
    if device.storage is None:
        return say("picture.unknown")
    words = [say(f"storage.{device.storage.state or 'unknown'}")]
    if device.storage.capacity_gib is not None:
        words.append(
            say("recorder.disks_of", count=len(device.disks or []), gib=f"{device.storage.capacity_gib:.0f}")
        )
    return say("reading.comma").join(words)


def _disks_style(device: out.Device) -> str:
    state = device.storage.state if device.storage else None
    return "bold red" if state in ("bad", "none") else ""


def platform_words(device: out.Device) -> str:
    """Say which platform a recorder is set to, its code there, and whether it is registered."""
    if device.gb_code is None and device.gb_platform is None:
        return ""
    words = [device.gb_platform] if device.gb_platform else []
    words += [say("recorder.gb_code", code=device.gb_code)] if device.gb_code else []
    if device.gb_registered is not None:
        words.append(say("recorder.registered") if device.gb_registered else say("recorder.not_registered"))
    return say("reading.comma").join(words)


def plays_words(channel: out.Channel) -> str:
    """Say whether the two minutes that were asked for play: that of yesterday, and the oldest."""
    played = channel.recording.playback if channel.recording else out.Playback()
    words = {True: say("recorder.yes"), False: say("recorder.no"), None: say("picture.unknown")}
    if played.alive is None and played.oldest_alive is None:
        return words[None]
    size = f" {played.width}×{played.height}" if played.width and played.height else ""
    return f"{words[played.alive]}{size}" + (
        "" if played.oldest_alive is None else say("recorder.oldest", words=words[played.oldest_alive])
    )
