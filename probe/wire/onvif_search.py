"""ONVIF Search and Recording, Profile G: what a device says that it has recorded, and of which source.

The searching operations are for SEARCH's address, GetRecordings for RECORDING's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from probe.errors import Malformed
from probe.wire.onvif_media import codec_word
from probe.wire.onvif_replay import parse_moment
from probe.wire.recorder import WallTime
from probe.wire.soap import Node, Reply, escaped

SEARCH = "http://www.onvif.org/ver10/search/wsdl"
RECORDING = "http://www.onvif.org/ver10/recording/wsdl"

GET_RECORDING_SUMMARY = f'<tse:GetRecordingSummary xmlns:tse="{SEARCH}"/>'
GET_RECORDINGS = f'<trc:GetRecordings xmlns:trc="{RECORDING}"/>'

MOST_RECORDINGS = 4096


@dataclass(frozen=True, slots=True)
class RecordingSummary:
    """Of the device as a whole, whatever was recorded between. `recordings` 0 leaves the times None."""

    start: WallTime | None
    end: WallTime | None
    recordings: int | None


@dataclass(frozen=True, slots=True)
class RecordedTrack:
    """`kind` is video, audio, metadata or empty. A track without times holds nothing."""

    token: str
    kind: str
    start: WallTime | None = None
    end: WallTime | None = None


@dataclass(frozen=True, slots=True)
class Recording:
    """One recording: a container that may have holes. Times as the device says them, 1970 too.

    `source`, `source_name` and `address` tell the camera in the device's words. `retention_s` is what it is
    set to keep, of GetRecordings only; None where it is not limited or not said. `has_odd_times`: it says a
    time that cannot be read, which is not to say none.
    """

    token: str
    source: str = ""
    source_name: str = ""
    address: str = ""
    location: str = ""
    content: str = ""
    start: WallTime | None = None
    end: WallTime | None = None
    status: str = ""
    tracks: tuple[RecordedTrack, ...] = ()
    retention_s: int | None = None
    has_odd_times: bool = False


@dataclass(frozen=True, slots=True)
class RecordingPage:
    """What a search has found since the last page; `is_complete` when there will be no more."""

    recordings: tuple[Recording, ...]
    is_complete: bool


@dataclass(frozen=True, slots=True)
class RecordedVideo:
    """How the video of a recording is encoded at the moment asked for. Zeroes stay as they were said."""

    recording: str
    track: str
    codec: str
    width: int | None
    height: int | None
    fps: float | None
    kbps: int | None
    start: WallTime | None = None
    end: WallTime | None = None


def find_recordings(recordings: Iterable[str] = (), keep_alive_s: int = 10) -> str:
    """Return the operation that begins a search. Ten seconds is the longest life every device must grant."""
    only = "".join(f"<tt:IncludedRecordings>{escaped(token)}</tt:IncludedRecordings>" for token in recordings)
    return (
        f'<tse:FindRecordings xmlns:tse="{SEARCH}"><tse:Scope>{only}</tse:Scope>'
        f"<tse:KeepAliveTime>PT{keep_alive_s}S</tse:KeepAliveTime></tse:FindRecordings>"
    )


def get_search_results(search: str, wait_s: int = 5, most: int = 100) -> str:
    """Return the operation that reads on; the device may hold it back for `wait_s`."""
    return (
        f'<tse:GetRecordingSearchResults xmlns:tse="{SEARCH}"><tse:SearchToken>{escaped(search)}'
        f"</tse:SearchToken><tse:MinResults>1</tse:MinResults><tse:MaxResults>{most}</tse:MaxResults>"
        f"<tse:WaitTime>PT{wait_s}S</tse:WaitTime></tse:GetRecordingSearchResults>"
    )


def end_search(search: str) -> str:
    return (
        f'<tse:EndSearch xmlns:tse="{SEARCH}"><tse:SearchToken>{escaped(search)}</tse:SearchToken>'
        "</tse:EndSearch>"
    )


def get_media_attributes(recordings: Iterable[str], at: datetime) -> str:
    """Return the operation that asks how recordings are encoded at an aware time."""
    tokens = "".join(f"<tse:RecordingTokens>{escaped(token)}</tse:RecordingTokens>" for token in recordings)
    moment = f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return (
        f'<tse:GetMediaAttributes xmlns:tse="{SEARCH}">{tokens}<tse:Time>{moment}</tse:Time>'
        "</tse:GetMediaAttributes>"
    )


def parse_summary(reply: Reply) -> RecordingSummary:
    body = _answer(reply, "GetRecordingSummary")
    if body.find("Summary") is None:
        raise Malformed("GetRecordingSummary: no Summary")
    recordings = _whole(body.text("Summary", "NumberRecordings"))
    if recordings == 0:  # the dates are to be ignored then
        return RecordingSummary(None, None, 0)
    start, end = (parse_moment(body.text("Summary", name)) for name in ("DataFrom", "DataUntil"))
    return RecordingSummary(start, end, recordings)


def parse_search_token(reply: Reply) -> str:
    """Return the token of a search that was begun. Raise Malformed when there is none."""
    token = _answer(reply, "FindRecordings").text("SearchToken")
    if not token:
        raise Malformed("FindRecordings: no SearchToken")
    return token


def parse_search_results(reply: Reply) -> RecordingPage:
    """Return one page of a search. Raise Malformed when it does not say how far it has come."""
    body = _answer(reply, "GetRecordingSearchResults")
    state = body.text("SearchState").lower()
    if state not in _STATES:
        raise Malformed(f"GetRecordingSearchResults: SearchState {state[:20]!r}")
    found = tuple(_recording(node) for node in _bounded(body.findall("RecordingInformation")))
    return RecordingPage(tuple(one for one in found if one.token), is_complete=state == "completed")


def parse_recordings(reply: Reply) -> tuple[Recording, ...]:
    """Return the recordings that GetRecordings lists: that they are set up, not that they hold anything."""
    body = _answer(reply, "GetRecordings")
    found = tuple(_recording(node) for node in _bounded(body.findall("RecordingItem")))
    return tuple(one for one in found if one.token)


def parse_media_attributes(reply: Reply) -> tuple[RecordedVideo, ...]:
    """Return how the video tracks of recordings are encoded; what is no video is left out."""
    body = _answer(reply, "GetMediaAttributes")
    return tuple(
        _video(attributes, track, video)
        for attributes in _bounded(body.findall("MediaAttributes"))
        for track in attributes.findall("TrackAttributes")
        if (video := track.find("VideoAttributes")) is not None
    )


def parse_duration(text: str) -> int | None:
    """Return the seconds of `P30DT1H`; None for nothing, for 0, which sets no limit, and for no duration."""
    found = _DURATION.fullmatch(text.strip())
    if not found or not any(found.groups()):
        return None
    return (
        int(sum(float(part) * unit for part, unit in zip(found.groups(), _UNITS_S, strict=True) if part))
        or None
    )


_STATES = {"queued", "searching", "completed", "unknown"}
_KINDS = {"video", "audio", "metadata"}
_DURATION = re.compile(
    r"P(?:(\d{1,6})Y)?(?:(\d{1,6})M)?(?:(\d{1,6})D)?"
    r"(?:T(?:(\d{1,8})H)?(?:(\d{1,8})M)?(?:(\d{1,10}(?:\.\d{1,9})?)S)?)?"
)
_UNITS_S = (365 * 86400, 30 * 86400, 86400, 3600, 60, 1)


def _answer(reply: Reply, operation: str) -> Node:
    body = next(
        (child for child in reply.body.children() if child.name.lower() == f"{operation}response".lower()),
        None,
    )
    if body is None:
        raise Malformed(f"{reply.operation[:40] or 'nothing'} instead of {operation}Response")
    return body


def _recording(node: Node) -> Recording:
    """Read a RecordingInformation, or a RecordingItem, whose words stand a level deeper."""
    source = node.find("Source")
    return Recording(
        token=node.text("RecordingToken"),
        source=source.text("SourceId") if source else "",
        source_name=source.text("Name") if source else "",
        address=source.text("Address") if source else "",
        location=source.text("Location") if source else "",
        content=node.text("Content"),
        start=parse_moment(node.text("EarliestRecording")),
        end=parse_moment(node.text("LatestRecording")),
        status=node.text("RecordingStatus"),
        tracks=tuple(_track(track) for track in node.findall("Track")),
        retention_s=parse_duration(node.text("MaximumRetentionTime")),
        has_odd_times=any(_is_odd(one) for one in _times(node)),
    )


def _times(node: Node) -> Iterator[str]:
    yield from (node.text(name) for name in ("EarliestRecording", "LatestRecording"))
    yield from (track.text(name) for track in node.findall("Track") for name in ("DataFrom", "DataTo"))


def _is_odd(text: str) -> bool:
    return bool(text) and parse_moment(text) is None


def _track(node: Node) -> RecordedTrack:
    kind = node.text("TrackType").lower()
    return RecordedTrack(
        token=node.text("TrackToken"),
        kind=kind if kind in _KINDS else "",
        start=parse_moment(node.text("DataFrom")),
        end=parse_moment(node.text("DataTo")),
    )


def _video(attributes: Node, track: Node, video: Node) -> RecordedVideo:
    rate = video.text("Framerate")
    return RecordedVideo(
        recording=attributes.text("RecordingToken"),
        track=track.text("TrackToken"),
        codec=codec_word(video.text("Encoding")),
        width=_whole(video.text("Width")),
        height=_whole(video.text("Height")),
        fps=float(rate) if re.fullmatch(r"\d{1,4}(?:\.\d{1,9})?", rate) else None,
        kbps=_whole(video.text("Bitrate")),
        start=parse_moment(_own_text(attributes, "From")),
        end=parse_moment(_own_text(attributes, "Until")),
    )


def _own_text(node: Node, name: str) -> str:
    return next(((child.element.text or "").strip() for child in node.children(name)), "")


def _bounded(nodes: Iterator[Node]) -> Iterator[Node]:
    for count, node in enumerate(nodes):
        if count >= MOST_RECORDINGS:
            raise Malformed(f"more than {MOST_RECORDINGS} recordings in one answer")
        yield node


def _whole(text: str) -> int | None:
    return int(text) if re.fullmatch(r"\d{1,10}", text) else None
