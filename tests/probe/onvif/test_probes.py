"""The ONVIF probes, each against answers that a test writes down."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from probe.errors import AuthRefused, DeviceError, Malformed, Silent, Unsupported
from probe.model import (
    Channel,
    Gap,
    Io,
    Measured,
    NotMeasured,
    Sighting,
    StreamOffer,
    Target,
    channel_from,
)
from probe.onvif import channels, clock, identity, network, osd, scopes, services
from probe.onvif.entry import NotOnvif
from probe.wire.soap import Reply, parse_reply

TARGET = Target("10.0.0.9", (80,))
Answers = Mapping[tuple[str, str], str | DeviceError]


class FakeIo:
    """Answers by service and operation; a token in the body may choose. Each question takes one second."""

    def __init__(self, answers: Answers) -> None:
        self.answers = answers
        self.asked: list[tuple[str, str, str]] = []
        self.time = datetime(2026, 5, 4, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time

    async def soap(self, service: str, operation: str, body: str = "") -> Reply:
        self.asked.append((service, operation, body))
        self.time += timedelta(seconds=1)
        token = body.rpartition("ProfileToken>")[0].rpartition("ProfileToken>")[2].partition("<")[0]
        answer = self.answers.get((service, f"{operation} {token}"), self.answers.get((service, operation)))
        if answer is None:
            raise Unsupported(operation)
        if isinstance(answer, DeviceError):
            raise answer
        text = f"<Envelope><Body><{operation}Response>{answer}</{operation}Response></Body></Envelope>"
        reply = parse_reply(200, "", text.encode())
        assert isinstance(reply, Reply)
        return reply


def fake(answers: Answers) -> Io:
    """Return an Io of which only the questions are ever used."""
    return cast("Io", FakeIo(answers))


def profile(token: str, source: str, codec: str = "H264", size: str = "1920x1080", name: str = "") -> str:
    width, _, height = size.partition("x")
    picture = f"<Resolution><Width>{width}</Width><Height>{height}</Height></Resolution>" if size else ""
    return (
        f"<Profiles token='{token}'><VideoSourceConfiguration token='c{source}'><Name>{name}</Name>"
        f"<SourceToken>{source}</SourceToken></VideoSourceConfiguration>"
        f"<VideoEncoderConfiguration token='e{token}'><Encoding>{codec}</Encoding>{picture}"
        "</VideoEncoderConfiguration></Profiles>"
    )


def bare(token: str, source: str) -> str:
    return (
        f"<Profiles token='{token}'><VideoSourceConfiguration><SourceToken>{source}</SourceToken>"
        "</VideoSourceConfiguration></Profiles>"
    )


def uri(path: str) -> str:
    return f"<MediaUri><Uri>rtsp://192.168.1.10:554/{path}</Uri></MediaUri>"


async def found(answers: Answers) -> list[Channel]:
    readings = await channels.PROBE.measure(TARGET, fake(answers))
    reading = readings["channels"]
    assert isinstance(reading, Measured)
    value: Any = reading.value
    return [channel_from(one) for one in value]


async def test_one_lens_with_two_streams_is_one_channel() -> None:
    (one,) = await found(
        {
            ("media", "GetProfiles"): profile("s", "v", size="640x360") + profile("m", "v", name="校门口"),
            ("media", "GetVideoSources"): "<VideoSources token='v'/>",
            ("media", "GetStreamUri m"): uri("main"),
            ("media", "GetStreamUri s"): uri("sub"),
            (
                "media",
                "GetSnapshotUri",
            ): "<MediaUri><Uri>http://0.0.0.0/snap?user=a&amp;pwd=b</Uri></MediaUri>",
        }
    )
    assert (one.number, one.source, one.name) == (1, "v", "校门口")
    assert [(s.role, s.uri, s.width) for s in one.streams] == [
        ("main", "rtsp://10.0.0.9:554/main", 1920),
        ("sub", "rtsp://10.0.0.9:554/sub", 640),
    ]
    assert one.snapshot_uri == "http://10.0.0.9/snap?user=***&pwd=***"


@pytest.mark.parametrize("count", [2, 12, 64])
async def test_every_input_of_a_recorder_is_a_channel_with_its_own_profile(count: int) -> None:
    order = [f"v{number}" for number in range(count)]
    # The profiles come in another order than the sources: position must not pair them.
    listed = "".join(profile(f"p{name}", name) for name in reversed(order))
    answers: dict[tuple[str, str], str | DeviceError] = {
        ("media", "GetProfiles"): listed,
        ("media", "GetVideoSources"): "".join(f"<VideoSources token='{name}'/>" for name in order),
    }
    answers |= {("media", f"GetStreamUri p{name}"): uri(name) for name in order}
    all_found = await found(answers)
    assert [(one.number, one.source) for one in all_found] == [(i + 1, name) for i, name in enumerate(order)]
    assert all_found[-1].streams[0].profile == f"p{order[-1]}"


async def test_h265_hidden_from_media1_is_taken_from_media2() -> None:
    hidden = bare("m", "v").removesuffix("</Profiles>")
    second = (
        "<Profiles token='m'><Configurations><VideoSource><SourceToken>v</SourceToken></VideoSource>"
        "<VideoEncoder><Encoding>H265</Encoding><Resolution><Width>2560</Width><Height>1440</Height></Resolution>"
        "</VideoEncoder>"
        "</Configurations></Profiles>"
    )
    (one,) = await found(
        {
            ("media", "GetProfiles"): hidden + "<VideoEncoderConfiguration token='e'/></Profiles>",
            ("media2", "GetProfiles"): second,
            ("media", "GetStreamUri"): Unsupported("no H.265 here"),
            ("media2", "GetStreamUri"): "<Uri>rtsp://192.168.1.10/h265</Uri>",
        }
    )
    assert one.streams == (StreamOffer("main", "rtsp://10.0.0.9/h265", "m", "H265", 2560, 1440),)


async def test_media2_profiles_without_encoders_are_joined_with_its_configurations() -> None:
    encoders = "<Configurations token='em'><Encoding>H265</Encoding></Configurations>"
    (one,) = await found(
        {
            ("media", "GetProfiles"): profile("m", "v", codec="", size=""),
            ("media2", "GetProfiles"): "<Profiles token='m'/>",
            ("media2", "GetVideoEncoderConfigurations"): encoders,
            ("media", "GetStreamUri"): uri("x"),
        }
    )
    assert one.streams[0].codec == "H265"


async def test_a_device_with_media2_alone_has_channels() -> None:
    (one,) = await found(
        {
            ("media2", "GetProfiles"): profile("m", "v", codec="H265"),
            ("media2", "GetStreamUri"): "<Uri>rtsp://192.168.1.10/x</Uri>",
        }
    )
    assert one.streams[0].uri == "rtsp://10.0.0.9/x"


async def test_without_sizes_the_first_profile_is_the_main_one() -> None:
    (one,) = await found(
        {
            ("media", "GetProfiles"): profile("m", "v", codec="", size="")
            + profile("s", "v", size="704x576"),
            ("media", "GetStreamUri"): uri("x"),
        }
    )
    assert [(stream.role, stream.profile) for stream in one.streams] == [("main", "m"), ("sub", "s")]


async def test_a_larger_jpeg_profile_is_not_the_main_stream() -> None:
    (one,) = await found(
        {
            ("media", "GetProfiles"): profile("j", "v", "JPEG", "5120x2560")
            + profile("m", "v", size="1920x960"),
            ("media", "GetStreamUri"): uri("x"),
        }
    )
    assert one.streams[0].profile == "m"


async def test_a_profile_without_an_address_gives_way_to_the_next() -> None:
    (one,) = await found(
        {
            ("media", "GetProfiles"): profile("a", "v", size="4000x3000") + profile("b", "v"),
            ("media", "GetStreamUri a"): Unsupported("Configuration not complete"),
            ("media", "GetStreamUri b"): uri("b"),
        }
    )
    assert one.streams[0].profile == "b"


async def test_profiles_without_an_encoder_are_no_streams() -> None:
    (one,) = await found(
        {("media", "GetProfiles"): bare("x", "v") + profile("m", "v"), ("media", "GetStreamUri"): uri("x")}
    )
    assert [stream.profile for stream in one.streams] == ["m"]


async def test_an_empty_slot_is_no_channel_and_the_next_keeps_its_number() -> None:
    (one,) = await found(
        {
            ("media", "GetProfiles"): bare("p1", "v1") + profile("p2", "v2"),
            ("media", "GetStreamUri p2"): uri("x"),
        }
    )
    assert (one.number, one.source) == (2, "v2")


async def test_one_silent_channel_does_not_cost_the_others() -> None:
    one, two = await found(
        {
            ("media", "GetProfiles"): profile("p1", "v1") + profile("p2", "v2"),
            ("media", "GetStreamUri p1"): Silent("no whole answer"),
            ("media", "GetStreamUri p2"): uri("x"),
        }
    )
    assert (one.streams[0].uri, two.streams[0].uri) == ("", "rtsp://10.0.0.9:554/x")


async def test_zero_is_no_size_and_no_limit_is_no_bitrate() -> None:
    limits = (
        "<RateControl><FrameRateLimit>0</FrameRateLimit><BitrateLimit>2147483647</BitrateLimit></RateControl>"
    )
    (one,) = await found(
        {
            ("media", "GetProfiles"): profile("m", "v", size="0x0").replace(
                "</Encoding>", f"</Encoding>{limits}"
            ),
            ("media", "GetStreamUri"): uri("x"),
        }
    )
    main = one.streams[0]
    assert (main.width, main.height, main.fps, main.kbps) == (None, None, None, None)


@pytest.mark.parametrize("name", ["VideoSourceConfig", "VideoS_000", "video_source_config1", "V_SRC_000", ""])
async def test_a_name_made_by_firmware_names_no_place(name: str) -> None:
    (one,) = await found(
        {("media", "GetProfiles"): profile("m", "v", name=name), ("media", "GetStreamUri"): uri("x")}
    )
    assert one.name == ""


async def test_a_refused_login_is_told_and_not_taken_for_no_channels() -> None:
    with pytest.raises(AuthRefused):
        await found({("media", "GetProfiles"): AuthRefused("no")})


async def test_inputs_are_counted_as_the_device_counts_them() -> None:
    sources = "<VideoSources token='a'/><VideoSources token='b'/>"
    answers = {("media", "GetProfiles"): profile("m", "a"), ("media", "GetVideoSources"): sources}
    assert (await channels.PROBE.measure(TARGET, fake(answers)))["video_sources"] == Measured(2)


async def test_offset_is_taken_from_the_middle_of_the_round_trip() -> None:
    stamp = (
        "<UTCDateTime><Time><Hour>0</Hour><Minute>0</Minute><Second>10</Second></Time>"
        "<Date><Year>2026</Year><Month>5</Month><Day>4</Day></Date></UTCDateTime>"
    )
    io = fake({("device", "GetSystemDateAndTime"): stamp})
    assert await clock.PROBE.measure(TARGET, io) == {"clock_offset_s": Measured(8.5)}


async def test_identity_leaves_out_what_is_empty() -> None:
    said = "<Manufacturer>--</Manufacturer><Model>K8</Model><SerialNumber/>"
    readings = await identity.PROBE.measure(TARGET, fake({("device", "GetDeviceInformation"): said}))
    assert readings["manufacturer"] == Measured("--")
    assert readings["serial"] == NotMeasured(Gap.UNSUPPORTED, "the device leaves it empty")


def interface(mac: str, address: str, dhcp: str = "") -> str:
    return (
        f"<NetworkInterfaces><Enabled>true</Enabled><Info><HwAddress>{mac}</HwAddress></Info>"
        f"<IPv4><Config><Manual><Address>{address}</Address></Manual>{dhcp}</Config></IPv4></NetworkInterfaces>"
    )


async def test_the_interface_that_answered_gives_the_mac() -> None:
    both = interface("EC:71:DB:00:00:01", "192.168.1.1") + interface("EC:71:DB:00:00:02", "10.0.0.9")
    io = fake({("device", "GetNetworkInterfaces"): both})
    assert (await network.PROBE.measure(TARGET, io))["mac"] == Measured("EC:71:DB:00:00:02")


@pytest.mark.parametrize(
    ("said", "expected"), [("<DHCP>true</DHCP>", True), ("<DHCP>0</DHCP>", False), ("", None)]
)
async def test_whether_the_address_is_handed_out_is_read_where_it_is_said(
    said: str, expected: bool | None
) -> None:
    io = fake({("device", "GetNetworkInterfaces"): interface("EC:71:DB:00:00:02", "10.0.0.9", said)})
    reading = (await network.PROBE.measure(TARGET, io))["dhcp"]
    assert (reading.value if isinstance(reading, Measured) else None) is expected


async def test_the_neighbour_table_gives_the_mac_that_a_device_will_not_tell() -> None:
    target = Target("10.0.0.9", mac="ec:71:db:00:00:03")
    reading = (await network.PROBE.measure(target, fake({})))["mac"]
    assert isinstance(reading, Measured)
    assert reading.value == "EC:71:DB:00:00:03"


async def test_without_any_mac_the_refusal_is_told() -> None:
    with pytest.raises(Unsupported):
        await network.PROBE.measure(TARGET, fake({}))


async def test_discovery_gives_the_scopes_that_a_login_would() -> None:
    target = Target("10.0.0.9", sightings=(Sighting("10.0.0.9", "ws-discovery", scopes=("onvif://a",)),))
    reading = (await scopes.PROBE.measure(target, fake({})))["scopes"]
    assert isinstance(reading, Measured)
    assert reading.value == ["onvif://a"]


@pytest.mark.parametrize(
    ("error", "epr", "word"),
    [
        (NotOnvif("404"), "", "absent"),
        (NotOnvif("404"), "urn:uuid:1", "off"),
        (AuthRefused("no"), "", "supported"),
        (Malformed("html"), "", "supported"),
    ],
)
async def test_whether_onvif_is_there_is_told(error: DeviceError, epr: str, word: str) -> None:
    target = Target("10.0.0.9", sightings=(Sighting("10.0.0.9", "ws-discovery", epr),))
    answers = {("device", "GetServices"): error, ("device", "GetCapabilities"): error}
    readings = await services.PROBE.measure(target, fake(answers))
    reading = readings["onvif"]
    assert isinstance(reading, Measured)
    assert reading.value == word


async def test_services_are_paths_by_namespace() -> None:
    listed = "<Service><Namespace>urn:m</Namespace><XAddr>http://0.0.0.0:80/onvif/m</XAddr></Service>"
    readings = await services.PROBE.measure(TARGET, fake({("device", "GetServices"): listed}))
    assert readings["services"] == Measured({"urn:m": "/onvif/m"})


def overlay(source: str, kind: str, text: str = "") -> str:
    return (
        f"<OSDs><VideoSourceConfigurationToken>{source}</VideoSourceConfigurationToken><TextString>"
        f"<Type>{kind}</Type><PlainText>{text}</PlainText></TextString></OSDs>"
    )


@pytest.mark.parametrize("service", ["media", "media2"])
async def test_each_channel_has_its_own_overlays(service: str) -> None:
    io = fake(
        {
            (service, "GetOSDs"): overlay("cv1", "Plain", "食堂") + overlay("cv2", "DateAndTime"),
            ("media", "GetProfiles"): profile("p1", "v1") + profile("p2", "v2"),
        }
    )
    one = await osd.measure(Channel(1, source="v1"), io)
    two = await osd.measure(Channel(2, source="v2"), io)
    assert one == {"osd": Measured(["食堂"]), "osd_clock": Measured(False)}
    assert two == {"osd": Measured([]), "osd_clock": Measured(True)}
