"""ONVIF Profile G inside a simulated recorder: searching recordings, listing them, and their replay."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from xml.sax.saxutils import escape

from probe.sim.http import Response
from probe.sim.isapi_xml import bomb
from probe.sim.playback import replay_url
from probe.sim.recorder import Archive, Channel
from probe.sim.soap import SOAP, Call, Instead, SoapFault, envelope

SEARCH_CAPABILITIES = '<tse:Capabilities MetadataSearch="false" GeneralStartEvents="false"/>'
RECORDING_CAPABILITIES = (
    '<trc:Capabilities DynamicRecordings="false" DynamicTracks="false" Encoding="H264 H265"'
    ' MaxRecordings="64"/>'
)
REPLAY_CAPABILITIES = (
    '<trp:Capabilities ReversePlayback="false" SessionTimeoutRange="10 60" RTP_RTSP_TCP="true"/>'
)
SERVICES = (
    ("tse", "search", SEARCH_CAPABILITIES),
    ("trc", "recording", RECORDING_CAPABILITIES),
    ("trp", "replay", REPLAY_CAPABILITIES),
)

Operations = Mapping[str, Callable[[Call], str]]

_MOST_SEARCHES = 4
_PAGE = 16
_LONGEST_S = 10.0  # what every device must grant, ONVIF Recording Search §5.4
_STRAY = "Recording_999"
_OPAQUE = "onvif-rec"


@dataclass(slots=True)
class Search:
    """One token: what is still to be told, and until when it lives without a question."""

    waiting: list[Channel]
    dies_at: datetime
    lives_s: float
    dies_early: bool
    pages: int = 0


class ProfileG:
    """The three services of one recorder and the searches that clients have begun."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._ills = archive.recorder.ills
        self._searches: dict[str, Search] = {}
        self._begun = 0

    def operations(self) -> Mapping[str, Operations]:
        """Return prefix of the service to operation name to the inside of the SOAP body."""
        return {
            "tse": {
                "GetServiceCapabilities": lambda call: _capabilities("tse", SEARCH_CAPABILITIES),
                "GetRecordingSummary": self._summary,
                "GetRecordingInformation": self._information_of_one,
                "GetMediaAttributes": self._attributes,
                "FindRecordings": self._find,
                "GetRecordingSearchResults": self._read_on,
                "EndSearch": self._end,
            },
            "trc": {
                "GetServiceCapabilities": lambda call: _capabilities("trc", RECORDING_CAPABILITIES),
                "GetRecordings": self._list,
            },
            "trp": {
                "GetServiceCapabilities": lambda call: _capabilities("trp", REPLAY_CAPABILITIES),
                "GetReplayUri": self._replay,
            },
        }

    def _summary(self, call: Call) -> str:
        ranges = [one for channel in self._archive.cameras() if (one := self._archive.range_of(channel))]
        now = self._archive.now()
        start, end = (min(one[0] for one in ranges), max(one[1] for one in ranges)) if ranges else (now, now)
        first = "1970-01-01T00:00:00Z" if self._ills.odd_times else self._stamp(start)
        return (
            f"<tse:GetRecordingSummaryResponse><tse:Summary><tt:DataFrom>{first}</tt:DataFrom>"
            f"<tt:DataUntil>{self._stamp(end)}</tt:DataUntil>"
            f"<tt:NumberRecordings>{len(ranges)}</tt:NumberRecordings></tse:Summary>"
            "</tse:GetRecordingSummaryResponse>"
        )

    def _find(self, call: Call) -> str:
        now = self._archive.now()
        self._searches = {token: one for token, one in self._searches.items() if one.dies_at > now}
        if len(self._searches) >= _MOST_SEARCHES:
            raise SoapFault("tse:ResourceProblem", "Too many searches", status=500, receiver=True)
        lives_s = min(_seconds(call.text("KeepAliveTime")) or _LONGEST_S, _LONGEST_S)
        only = set(call.texts("IncludedRecordings"))
        waiting = [one for one in self._archive.cameras() if not only or token_of(one) in only]
        self._begun += 1
        token = f"SearchToken_{self._begun}"
        dies_early = self._ills.searches_expire and self._begun % 2 == 1
        ends = now + timedelta(seconds=lives_s)
        self._searches[token] = Search(waiting, ends, lives_s, dies_early)
        self._archive.asked.searches_opened += 1
        told = f"<tse:SearchToken>{token}</tse:SearchToken>"
        return f"<tse:FindRecordingsResponse>{told}</tse:FindRecordingsResponse>"

    def _read_on(self, call: Call) -> str:
        search = self._search(call)
        most = call.text("MaxResults")
        room = min(int(most) if most.isdigit() and int(most) else _PAGE, _PAGE)
        room = min(room, 2) if search.dies_early else room
        page, search.waiting = search.waiting[:room], search.waiting[room:]
        search.pages += 1
        search.dies_at = self._archive.now() + timedelta(seconds=search.lives_s)
        if self._ills.endless_more:
            return _results("Searching", "")
        if self._ills.xml_bomb:
            raise Instead(bomb("Envelope"))
        rows = [self._information(one) for one in page]
        if self._ills.stray_channels and page and search.pages == 1:
            stray = self._information(page[0])
            rows.append(stray.replace(token_of(page[0]), _STRAY).replace("VideoSource_", "VideoSource_9"))
        state = "Searching" if search.waiting else "Completed"
        told = _results(state, "".join(rows))
        if self._ills.cut_bodies:
            raise Instead(Response(200, envelope(self._archive.device, told), SOAP, is_cut=True))
        return told

    def _end(self, call: Call) -> str:
        self._search(call)
        del self._searches[call.text("SearchToken")]
        self._archive.asked.searches_closed += 1
        return (
            f"<tse:EndSearchResponse><tse:Endpoint>{self._stamp(self._archive.now())}</tse:Endpoint>"
            "</tse:EndSearchResponse>"
        )

    def _search(self, call: Call) -> Search:
        token = call.text("SearchToken")
        search = self._searches.get(token)
        if search is None or search.dies_at <= self._archive.now() or (search.dies_early and search.pages):
            if self._searches.pop(token, None):
                self._archive.asked.searches_closed += 1
            raise SoapFault("ter:InvalidToken", f"Search token does not exist: {token}")
        return search

    def _information_of_one(self, call: Call) -> str:
        inside = self._information(self._recorded(call.text("RecordingToken"))).replace(
            "tt:RecordingInformation>", "tse:RecordingInformation>"
        )
        return f"<tse:GetRecordingInformationResponse>{inside}</tse:GetRecordingInformationResponse>"

    def _information(self, channel: Channel) -> str:
        """Return a recording as a search tells it. One without a track holds nothing."""
        held = self._range(channel)
        times = track = ""
        if held:
            start, end = held
            times = (
                f"<tt:EarliestRecording>{start}</tt:EarliestRecording>"
                f"<tt:LatestRecording>{end}</tt:LatestRecording>"
            )
            track = f"<tt:Track>{_track(start, end)}</tt:Track>"
        running = channel.footage.holds(self._archive.now() - timedelta(seconds=1), self._archive.now())
        status = "Recording" if running else "Stopped"
        return (
            f"<tt:RecordingInformation><tt:RecordingToken>{token_of(channel)}</tt:RecordingToken>"
            f"<tt:Source>{self._source(channel)}</tt:Source>{times}<tt:Content>{escape(channel.name)}</tt:Content>"
            f"{track}<tt:RecordingStatus>{status}</tt:RecordingStatus></tt:RecordingInformation>"
        )

    def _attributes(self, call: Call) -> str:
        wanted = call.texts("RecordingTokens") or tuple(map(token_of, self._archive.cameras()))
        at = self._moment(call.text("Time"))
        rows = [self._attribute(self._recorded(token), at) for token in wanted]
        return f"<tse:GetMediaAttributesResponse>{''.join(rows)}</tse:GetMediaAttributesResponse>"

    def _attribute(self, channel: Channel, at: datetime) -> str:
        """Return how the video is encoded at that time; no track where nothing was recorded then."""
        _, stream = self._archive.recorded_stream(channel)
        start, end = self._range(channel) or (self._stamp(at), self._stamp(at))
        track = ""
        if channel.footage.holds(at, self._archive.now()):
            track = (
                f"<tt:TrackAttributes><tt:TrackInformation>{_track(start, end)}</tt:TrackInformation>"
                f"<tt:VideoAttributes><tt:Bitrate>{stream.kbps}</tt:Bitrate><tt:Width>{stream.width}</tt:Width>"
                f"<tt:Height>{stream.height}</tt:Height><tt:Encoding>{stream.codec}</tt:Encoding>"
                f"<tt:Framerate>{stream.fps}</tt:Framerate></tt:VideoAttributes></tt:TrackAttributes>"
            )
        return (
            f"<tse:MediaAttributes><tt:RecordingToken>{token_of(channel)}</tt:RecordingToken>{track}"
            f"<tt:From>{self._stamp(at)}</tt:From><tt:Until>{self._stamp(at)}</tt:Until></tse:MediaAttributes>"
        )

    def _list(self, call: Call) -> str:
        rows = [
            f"<trc:RecordingItem><tt:RecordingToken>{token_of(one)}</tt:RecordingToken><tt:Configuration>"
            f"<tt:Source>{self._source(one)}</tt:Source><tt:Content>{escape(one.name)}</tt:Content>"
            f"<tt:MaximumRetentionTime>P{one.expiry_days or 0}D</tt:MaximumRetentionTime></tt:Configuration>"
            "<tt:Tracks><tt:Track><tt:TrackToken>VIDEO001</tt:TrackToken><tt:Configuration>"
            "<tt:TrackType>Video</tt:TrackType><tt:Description/></tt:Configuration></tt:Track></tt:Tracks>"
            "</trc:RecordingItem>"
            for one in self._archive.cameras()
        ]
        return f"<trc:GetRecordingsResponse>{''.join(rows)}</trc:GetRecordingsResponse>"

    def _replay(self, call: Call) -> str:
        url = replay_url(self._archive.device, self._recorded(call.text("RecordingToken")))
        return f"<trp:GetReplayUriResponse><trp:Uri>{escape(url)}</trp:Uri></trp:GetReplayUriResponse>"

    def _source(self, channel: Channel) -> str:
        address = f"http://{channel.behind.address}/onvif/device_service" if channel.behind else ""
        source = _OPAQUE if self._ills.opaque_sources else f"VideoSource_{channel.number}"
        return (
            f"<tt:SourceId>{source}</tt:SourceId><tt:Name>{escape(channel.name)}</tt:Name>"
            f"<tt:Location/><tt:Description/><tt:Address>{address}</tt:Address>"
        )

    def _recorded(self, token: str) -> Channel:
        for channel in self._archive.cameras():
            if token_of(channel) == token:
                self._archive.asked.about(channel.number)
                return channel
        raise SoapFault("ter:NoRecording", f"Recording token does not exist: {token}")

    def _range(self, channel: Channel) -> tuple[str, str] | None:
        held = self._archive.range_of(channel)
        if held is None:
            return None
        if self._ills.odd_times and channel.number == self._archive.ailing:
            return "1970-01-01T00:03:15Z", "2038-01-19T03:14:07Z"
        return self._stamp(held[0]), self._stamp(held[1])

    def _stamp(self, moment: datetime) -> str:
        return f"{self._archive.stamped(moment):%Y-%m-%dT%H:%M:%SZ}"

    def _moment(self, text: str) -> datetime:
        try:
            said = datetime.fromisoformat(text)
        except ValueError as error:
            raise SoapFault("ter:InvalidArgVal", f"Time: {text}") from error
        digits = said.astimezone(UTC).replace(tzinfo=None) if said.tzinfo else said
        return self._archive.from_stamp(digits)


def token_of(channel: Channel) -> str:
    return f"Recording_{channel.number:03d}"


def _capabilities(prefix: str, inside: str) -> str:
    return f"<{prefix}:GetServiceCapabilitiesResponse>{inside}</{prefix}:GetServiceCapabilitiesResponse>"


def _results(state: str, inside: str) -> str:
    return (
        "<tse:GetRecordingSearchResultsResponse><tse:ResultList>"
        f"<tt:SearchState>{state}</tt:SearchState>{inside}"
        "</tse:ResultList></tse:GetRecordingSearchResultsResponse>"
    )


def _track(start: str, end: str) -> str:
    return (
        "<tt:TrackToken>VIDEO001</tt:TrackToken><tt:TrackType>Video</tt:TrackType><tt:Description/>"
        f"<tt:DataFrom>{start}</tt:DataFrom><tt:DataTo>{end}</tt:DataTo>"
    )


def _seconds(duration: str) -> float:
    found = re.fullmatch(r"PT(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?", duration)
    return float(found[1] or 0) * 60 + float(found[2] or 0) if found else 0.0
