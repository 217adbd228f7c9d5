"""What a simulated Hikvision recorder tells by ISAPI of its recordings: tracks, days of a month, a search."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from lxml import etree

from probe.sim.footage import Clip
from probe.sim.http import Request, Response
from probe.sim.isapi_xml import bomb, listed, missing, refused, said, tag, xml
from probe.sim.recorder import Archive, Channel

_MOST_RESULTS = 50
_WIDEST = timedelta(days=2)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MODES = {"continuous": "CMR", "motion": "MOTION", "schedule": "CMR", "off": "CMR"}
_STRAY = "99901"


@dataclass(frozen=True, slots=True)
class Question:
    """A search as it was asked, in the recorder's own digits."""

    id: str
    track: str
    start: datetime
    end: datetime
    most: int
    position: int


class Records:
    """Answers the three kinds of questions about recordings."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._recorder = archive.recorder
        self._searches: list[str] = []

    def answer(self, request: Request, path: str) -> Response | None:
        """Return the answer, or None where the path is about something else."""
        asked = re.fullmatch(r"/ContentMgmt/record/tracks(?:/(\d+)(/dailyDistribution)?)?", path)
        if path == "/ContentMgmt/search" and request.method == "POST":
            return self._search(request)
        if asked is None:
            return None
        if asked[2] and request.method == "POST":
            return self._days(request, asked[1])
        if asked[2] or request.method != "GET":
            return refused(request.path, "methodNotAllowed")
        return self._tracks(request, asked[1])

    def _tracks(self, request: Request, wanted: str | None) -> Response:
        rows = {f"{one.number}01": self._track(one) for one in self._archive.cameras()}
        if wanted:
            return xml(rows[wanted]) if wanted in rows else refused(request.path, "badParameters", 400, 6)
        if self._recorder.ills.stray_channels and rows:
            own, row = next(iter(rows.items()))
            rows[_STRAY] = row.replace(f">{own}<", f">{_STRAY}<")
        return xml(listed("TrackList", list(rows.values())))

    def _track(self, channel: Channel) -> str:
        held = channel.expiry_days
        return tag(
            "Track",
            said("id", f"{channel.number}01"),
            said("Channel", f"{channel.number}01"),
            said("Enable", True),
            said("Description", f"trackType=standard,sourceTag={channel.number}"),
            said("Duration", f"P{held or 0}DT0H0M0S"),
            said("DefaultRecordingMode", _MODES[channel.mode]),
            said("LoopEnable", self._recorder.overwrites),
            _schedule(channel),
            tag(
                "CustomExtensionList",
                tag("CustomExtension", said("enableSchedule", channel.mode != "off")),
            ),
            said("durationEnabled", held is not None),
        )

    def _days(self, request: Request, track: str) -> Response:
        ills = self._recorder.ills
        if ills.no_days:
            return missing()
        asked = _parsed(request.body)
        channel = self._channel(track)
        if asked is None:
            return refused(request.path, "badXmlContent", 400, 6, "Invalid XML Content")
        year, month = (asked.findtext(f"{{*}}{name}", "") for name in ("year", "monthOfYear"))
        if channel is None or not re.fullmatch(r"\d{4}", year) or not re.fullmatch(r"1[0-2]|0?[1-9]", month):
            return refused(request.path, "badParameters", 400, 6, "Invalid XML Content")
        self._archive.asked.about(channel.number)
        if ills.xml_bomb and channel.number == self._archive.ailing:
            return bomb("trackDailyDistribution")
        length = monthrange(int(year), int(month))[1]
        recorded = {
            one.day for one in self._archive.days(channel) if (one.year, one.month) == (int(year), int(month))
        }
        rows = [
            tag(
                "day",
                said("id", day),
                said("dayOfMonth", day),
                said("record", day in recorded),
                said("recordType", "time") if day in recorded else "",
            )
            for day in range(1, length + 1)
        ]
        return xml(listed("trackDailyDistribution", [tag("dayList", *rows)]), is_cut=self._is_cut(channel))

    def _search(self, request: Request) -> Response:
        asked = _parsed(request.body)
        if asked is None:
            return refused(request.path, "badXmlContent", 400, 6, "Invalid XML Content")
        question = _question(asked)
        channel = self._channel(question.track) if question else None
        if question is None or channel is None or question.most > _MOST_RESULTS:
            return refused(request.path, "badParameters", 400, 6, "Invalid XML Content")
        self._archive.asked.about(channel.number)
        ills = self._recorder.ills
        if question.start > self._archive.stamped(self._archive.now()) + timedelta(minutes=1):
            return refused(request.path, "badParameters", 400, 6, "Invalid XML Content")
        if ills.refuses_wide and question.end - question.start > _WIDEST:
            # DS-7716NI-I4 on a window from 2000 to 2038: two root tags and 500.
            return xml(listed("ResponseStatus", [said("statusCode", 3)]) * 2, 500)
        if ills.endless_more:
            return xml(self._result(question, [], "MORE"))
        if ills.xml_bomb and channel.number == self._archive.ailing:
            return bomb("CMSearchResult")
        if self._has_expired(question):
            return refused(request.path, "invalidSearchID", 400, 3, "Device Error")
        if asked.find("{*}metadataList/{*}metadataDescriptor") is None:
            return xml(self._result(question, [], "NO MATCHES"))
        return xml(self._found(question, channel), is_cut=self._is_cut(channel))

    def _found(self, question: Question, channel: Channel) -> str:
        start, end = (self._archive.from_stamp(one) for one in (question.start, question.end))
        files = self._archive.files(channel, start, end) if start < end else []
        page = files[question.position : question.position + question.most]
        rows = [self._match(channel, one) for one in page]
        ills = self._recorder.ills
        if ills.odd_times and question.position == 0:
            for year in (1970, 2038):
                at = datetime(year, 1, 1, 0, 3, 15, tzinfo=UTC)
                rows.append(self._match(channel, Clip(at, at + timedelta(minutes=30))))
        if ills.stray_channels and rows:
            rows.append(rows[0].replace(f">{channel.number}01<", f">{_STRAY}<"))
        if not rows:
            return self._result(question, [], "NO MATCHES")
        more = question.position + len(page) < len(files)
        return self._result(question, rows, "MORE" if more else "OK", len(files))

    def _result(self, question: Question, rows: list[str], word: str, total: int = 0) -> str:
        return listed(
            "CMSearchResult",
            [
                said("searchID", question.id),
                said("responseStatus", True),
                said("responseStatusStrg", word),
                said("totalMatches", max(total, len(rows))),
                said("numOfMatches", len(rows)),
                tag("matchList", *rows),
            ],
        )

    def _match(self, channel: Channel, clip: Clip) -> str:
        device = self._archive.device
        _, stream = self._archive.recorded_stream(channel)
        start, end = (self._archive.stamped(one) for one in (clip.start, clip.end))
        size = round((clip.end - clip.start).total_seconds() * stream.kbps * 125)
        port = "" if device.rtsp_port == 554 else f":{device.rtsp_port}"
        window = f"starttime={start:%Y%m%dT%H%M%S}Z&endtime={end:%Y%m%dT%H%M%S}Z"
        name = f"ch{channel.number:02d}_{int(clip.start.timestamp()) % 10**11:017d}"
        uri = (
            f"rtsp://{device.address}{port}/Streaming/tracks/{channel.number}01/?{window}&name={name}"
            f"&size={-1 if self._recorder.ills.negative_sizes else size}"
        )
        kind = "timing" if clip.kind == "continuous" else "motion"
        return tag(
            "searchMatchItem",
            said("sourceID", "{" + device.epr.rpartition(":")[2].upper() + "}"),
            said("trackID", f"{channel.number}01"),
            tag(
                "timeSpan",
                said("startTime", f"{start:%Y-%m-%dT%H:%M:%S}Z"),
                said("endTime", f"{end:%Y-%m-%dT%H:%M:%S}Z"),
            ),
            tag(
                "mediaSegmentDescriptor",
                said("contentType", "video"),
                said("codecType", "H.265-MP" if stream.codec == "H265" else "H.264-BP"),
                said("playbackURI", uri),
                said("lockStatus", "lock" if clip.locked else "unlock"),
            ),
            tag("metadataMatches", said("metadataDescriptor", f"recordType.meta.hikvision.com/{kind}")),
        )

    def _has_expired(self, question: Question) -> bool:
        """Whether the search is forgotten: with that ill, every other search is after its first page."""
        if question.id not in self._searches:
            self._searches.append(question.id)
        is_other = self._searches.index(question.id) % 2 == 0
        return self._recorder.ills.searches_expire and question.position > 0 and is_other

    def _channel(self, track: str) -> Channel | None:
        number = int(track) // 100 if re.fullmatch(r"\d{1,4}01", track) else 0
        channel = self._recorder.channel(number)
        return channel if channel and not channel.is_slot else None

    def _is_cut(self, channel: Channel) -> bool:
        return self._recorder.ills.cut_bodies and channel.number == self._archive.ailing


def _schedule(channel: Channel) -> str:
    first, last = ("06:00:00", "22:00:00") if channel.mode == "schedule" else ("00:00:00", "24:00:00")
    rows = [
        tag(
            "ScheduleAction",
            said("id", at),
            tag("ScheduleActionStartTime", said("DayOfWeek", day), said("TimeOfDay", first)),
            tag("ScheduleActionEndTime", said("DayOfWeek", day), said("TimeOfDay", last)),
            said("ScheduleDSTEnable", False),
            tag("Actions", said("Record", True), said("ActionRecordingMode", _MODES[channel.mode])),
        )
        for at, day in enumerate(_DAYS, 1)
    ]
    return tag("TrackSchedule", tag("ScheduleBlockList", tag("ScheduleBlock", *rows)))


def _parsed(body: bytes) -> etree._Element | None:
    try:
        return etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError:
        return None


def _question(asked: etree._Element) -> Question | None:
    """Return what is asked for. The right spelling of searchResultPostion is not known and is page one."""
    span = asked.find("{*}timeSpanList/{*}timeSpan")
    track = asked.findtext("{*}trackIDList/{*}trackID") or asked.findtext("{*}trackList/{*}trackID")
    if span is None or not track:
        return None
    start, end = (_moment(span.findtext(f"{{*}}{name}", "")) for name in ("startTime", "endTime"))
    most, position = (
        asked.findtext(f"{{*}}{name}", default)
        for name, default in (("maxResults", "40"), ("searchResultPostion", "0"))
    )
    if start is None or end is None or not (most.isdigit() and position.isdigit()):
        return None
    return Question(asked.findtext("{*}searchID", ""), track, start, end, int(most), int(position))


def _moment(text: str) -> datetime | None:
    """Return the digits of a time; whatever zone is written is not looked at."""
    try:
        return datetime.fromisoformat(text.strip()[:19])
    except ValueError:
        return None
