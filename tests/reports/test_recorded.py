"""What a recorder holds, in the JSON: unknown is null, and a device long on record is not young."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from config.load import load_catalogue
from config.schema import Catalogue
from inventory.record import CameraRecord, DeviceRecord, FieldValue, Kind, RunInfo, Sight, View
from probe.model import (
    Behind,
    Channel,
    ChannelReport,
    DeviceReport,
    Evidence,
    Gap,
    Measured,
    NotMeasured,
    Reading,
    StreamOffer,
    Target,
    Value,
)
from reports import scan_json as out
from reports.document import scan_document
from reports.recorded import METRICS, handed, recording_of

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
HELD: dict[str, Value | Reading] = {
    "recording_source": "isapi-days",
    "recording_oldest": "2026-02-18T12:00:00+08:00",
    "continuous_days": 12,
    "continuous_days_at_most": 12,
    "recording_age_days": 12,
    "recording_holes": NotMeasured(Gap.UNSUPPORTED),
    "playback_alive": True,
    "playback_codec": "H265",
    "playback_width": 1920,
    "playback_height": 1080,
    "retention_forecast_days": 33.3,
}
ZONE = load_catalogue().settings.zone
KEPT = "guannan-2018.4"


def read(values: Mapping[str, Value | Reading]) -> tuple[Evidence, ...]:
    return tuple(
        Evidence(metric, one if isinstance(one, Measured | NotMeasured) else Measured(one), "test", NOON)
        for metric, one in values.items()
    )


def device(
    number: int,
    kind: Kind,
    *channels: ChannelReport,
    first_seen: datetime = NOON,
    **told: Value | Reading,
) -> DeviceRecord:
    report = DeviceReport(Target(f"10.1.2.{number}", (80,)), read(told), channels)
    return DeviceRecord(f"d{number}", kind, f"10.1.2.{number}", report, first_seen, NOON, answered=True)


def channel(number: int = 1, *, of: Channel | None = None, **told: Value | Reading) -> ChannelReport:
    base = replace(of or Channel(number, kind="network"), number=number)
    return ChannelReport(replace(base, streams=(StreamOffer("main", "rtsp://x/1"),)), read(HELD | told))


def shown(
    catalogue: Catalogue, *devices: DeviceRecord, cameras: tuple[CameraRecord, ...] = ()
) -> out.Document:
    run = RunInfo(1, "scan", NOON, NOON, ("10.1.2.0/24",), 254, len(devices))
    return scan_document(View(run, devices, cameras), catalogue)


def verdict(document: out.Document, rule: str = KEPT, at: int = 0) -> tuple[str, bool]:
    (shown_channel,) = document.devices[at].channels
    finding = next(one for one in shown_channel.findings if one.rule == rule)
    return finding.verdict, finding.binding


def test_a_channel_of_a_camera_has_no_recording() -> None:
    nothing = {metric: NotMeasured(Gap.NOT_ASKED) for metric in METRICS}
    assert recording_of(read(nothing), ZONE) is None


def test_what_was_not_read_is_null() -> None:
    recording = recording_of(read(HELD), ZONE)
    assert recording is not None
    assert (recording.continuous_days, recording.holes, recording.locked_clips) == (12, None, None)


def test_holes_stand_from_and_to() -> None:
    holes = [["2026-02-20T00:00:00+08:00", "2026-02-20T06:00:00+08:00"]]
    recording = recording_of(read(HELD | {"recording_holes": holes}), ZONE)
    assert recording is not None
    assert recording.holes is not None
    assert [one.model_dump(by_alias=True) for one in recording.holes] == [
        {"from": "2026-02-20T00:00:00+08:00", "to": "2026-02-20T06:00:00+08:00"}
    ]


def test_recordings_and_playback_leave_the_picture(catalogue: Catalogue) -> None:
    (recorder,) = shown(catalogue, device(1, "recorder", channel())).devices
    assert METRICS.isdisjoint(recorder.channels[0].picture)


def test_a_playback_that_was_decoded_is_a_recorded_stream(catalogue: Catalogue) -> None:
    (recorder,) = shown(catalogue, device(1, "recorder", channel())).devices
    recorded = [one for one in recorder.channels[0].streams if one.role == "recorded"]
    assert [(one.codec, one.width, one.height) for one in recorded] == [("H265", 1920, 1080)]


def test_a_playback_that_was_not_decoded_is_no_stream(catalogue: Catalogue) -> None:
    mute = channel(playback_width=NotMeasured(Gap.NO_PICTURE))
    (recorder,) = shown(catalogue, device(1, "recorder", mute)).devices
    assert [one.role for one in recorder.channels[0].streams] == ["main"]


def test_the_camera_behind_is_what_the_recorder_lists(catalogue: Catalogue) -> None:
    behind = Behind("192.168.254.2", 8000, mac="44:19:b6:00:00:01", model="DS-1")
    listed = channel(of=Channel(1, kind="network", online=False, why_offline="netUnreachable", camera=behind))
    (recorder,) = shown(catalogue, device(1, "recorder", listed)).devices
    (only,) = recorder.channels
    assert only.source == out.Source(address="192.168.254.2", mac="44:19:B6:00:00:01", model="DS-1")
    assert (only.kind, only.online, only.why_offline) == ("network", False, "netUnreachable")


@pytest.mark.parametrize(
    ("maker", "source", "protocol"),
    [("HIKVISION", "isapi-days", "isapi"), ("Dahua", "dahua-files", "dahua"), ("", "isapi-search", "isapi")],
)
def test_a_makers_protocol_is_supported_where_it_gave_readings(
    catalogue: Catalogue, maker: str, source: str, protocol: str
) -> None:
    recorder = device(1, "recorder", channel(recording_source=source), manufacturer=maker)
    (told,) = shown(catalogue, recorder).devices
    assert {name for name, is_on in told.protocols if is_on == "supported"} == {protocol}


def test_a_recorders_brand_is_not_that_of_the_cameras_behind_it(catalogue: Catalogue) -> None:
    brand = FieldValue("大华", "derived", "test", NOON, confirmed=True)
    camera = CameraRecord("d1.1", "d1", 1, (), {"brand": brand}, answered=True, channels=(1,))
    recorder = device(1, "recorder", channel(), manufacturer="HIKVISION")
    (told,) = shown(catalogue, recorder, cameras=(camera,)).devices
    assert told.brand == "海康威视"


def test_a_young_recorder_is_not_due_yet(catalogue: Catalogue) -> None:
    assert verdict(shown(catalogue, device(1, "recorder", channel()))) == ("not-due", True)


@pytest.mark.parametrize(("days", "said"), [(29, "not-due"), (30, "not-met"), (400, "not-met")])
def test_a_device_that_was_on_record_for_as_long_is_not_young(
    catalogue: Catalogue, days: int, said: str
) -> None:
    recorder = device(1, "recorder", channel(), first_seen=NOON - timedelta(days=days))
    assert verdict(shown(catalogue, recorder)) == (said, True)


def test_why_the_age_is_not_believed_is_written_beside_it(catalogue: Catalogue) -> None:
    rule = catalogue.rule(KEPT)
    given = {one.metric: one.reading for one in handed(read(HELD), rule, 31)}
    assert given["recording_age_days"] == NotMeasured(
        Gap.UNCLEAR, "the device has been on record for 31 days"
    )


@pytest.mark.parametrize(("kind", "binds"), [("analogue", False), ("network", True)])
def test_the_format_of_a_recording_binds_digital_channels(
    catalogue: Catalogue, kind: str, binds: bool
) -> None:
    one = channel(of=Channel(1, kind=kind))  # type: ignore[arg-type]
    document = shown(catalogue, device(1, "recorder", one))
    assert verdict(document, "guannan-2018.3-recorded") == ("met", binds)


@pytest.mark.parametrize(
    ("word", "days", "said"),
    [("是", 95, "met"), ("是", 60, "not-met"), ("否", 60, "n/a"), (None, 60, "unknown")],
)
def test_ninety_days_are_asked_where_a_person_says_that_it_is_a_key_point(
    catalogue: Catalogue, word: str | None, days: int, said: str
) -> None:
    fields = {"anti_terror_key": FieldValue(word, "person", "李老师", NOON, confirmed=True)} if word else {}
    camera = CameraRecord("d1.1", "d1", 1, (), fields, answered=True, channels=(1,))
    held = channel(
        continuous_days=days, continuous_days_at_most=days, recording_age_days=NotMeasured(Gap.UNCLEAR)
    )
    document = shown(catalogue, device(1, "recorder", held), cameras=(camera,))
    assert verdict(document, "chuzhou-2019.storage-key") == (said, True)
    assert verdict(document, "chuzhou-2019.storage") == ("met", True)


MakeBoth = Callable[..., out.Document]


@pytest.fixture
def both(catalogue: Catalogue) -> MakeBoth:
    """Give a function that shows one camera at two recorders, which hold so many days."""

    def make(*days: int | None) -> out.Document:
        sights = tuple(Sight(f"d{number}", 1) for number, _ in enumerate(days, 1))
        camera = CameraRecord("d1.1", "d1", 1, (), {}, answered=True, channels=(1,), sights=sights)
        unknown = NotMeasured(Gap.TIMEOUT)
        readings: list[dict[str, Value | Reading]] = [
            {
                "continuous_days": unknown if held is None else held,
                "continuous_days_at_most": unknown if held is None else held,
                "recording_age_days": unknown,
            }
            for held in days
        ]
        devices = [
            device(n, "recorder", replace(channel(), evidence=read(HELD | one)))
            for n, one in enumerate(readings, 1)
        ]
        return shown(catalogue, *devices, cameras=(camera,))

    return make


def test_a_camera_that_one_recorder_holds_long_enough_is_judged_there(both: MakeBoth) -> None:
    document = both(0, 45)
    assert [verdict(document, at=at) for at in (0, 1)] == [("not-met", False), ("met", True)]


def test_a_camera_that_no_recorder_holds_long_enough_is_judged_at_each(both: MakeBoth) -> None:
    document = both(3, 5)
    assert [verdict(document, at=at) for at in (0, 1)] == [("not-met", True), ("not-met", True)]


def test_a_camera_that_another_recorder_may_hold_long_enough_is_unknown(both: MakeBoth) -> None:
    document = both(3, None)
    assert [verdict(document, at=at) for at in (0, 1)] == [("not-met", False), ("unknown", True)]


def test_a_camera_is_judged_at_its_recorder_and_not_at_its_own_address(catalogue: Catalogue) -> None:
    sights = (Sight("d1", 1), Sight("d2", 1))
    camera = CameraRecord("d1.1", "d1", 1, (), {}, answered=True, channels=(1,), sights=sights)
    own = ChannelReport(Channel(1), read({"width": 1920, "height": 1080}))
    document = shown(catalogue, device(1, "camera", own), device(2, "recorder", channel()), cameras=(camera,))
    assert [verdict(document, at=at) for at in (0, 1)] == [("unknown", False), ("not-due", True)]
    assert verdict(document, "guannan-2018.3", at=0) == ("met", True)
