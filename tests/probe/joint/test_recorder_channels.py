"""ONVIF's channels and the recorder's own list, put together."""

from __future__ import annotations

from dataclasses import replace

from probe.joint.recorder_channels import joined, listed
from probe.model import Behind, Channel, StreamOffer, channel_from, channel_value
from probe.vendor import hikvision, uniview
from probe.wire.recorder import Input

PLACE = hikvision.VENDOR.place_of


def uri(number: int, stream: int = 1) -> str:
    return f"rtsp://10.1.2.3/Streaming/Channels/{number}0{stream}?transportmode=unicast"


def track(stream: StreamOffer) -> str:
    return stream.uri.partition("?")[0].rpartition("/")[2]


def by_onvif(number: int, *places: tuple[int, int], name: str = "") -> Channel:
    """Return a channel whose streams have the addresses of these channels and streams."""
    roles = ("main", "sub")
    streams = tuple(StreamOffer(roles[at], uri(*place)) for at, place in enumerate(places))  # type: ignore[arg-type]
    return Channel(number, name, f"VideoSource_{number}", streams)


def camera(number: int, name: str = "", **more: object) -> Input:
    return replace(Input(number, name, "network", online=True), **more)  # type: ignore[arg-type]


def test_a_channel_has_the_recorders_number_name_and_camera() -> None:
    inputs = [camera(33, "Gate", address="10.1.2.9", mac="44:19:b6:00:00:01", serial="S1")]
    (one,) = joined([by_onvif(1, (33, 1))], inputs, PLACE)
    assert (one.number, one.name, one.source, one.kind, one.online) == (
        33,
        "Gate",
        "VideoSource_1",
        "network",
        True,
    )
    assert one.camera == Behind(address="10.1.2.9", mac="44:19:b6:00:00:01", serial="S1")


def test_empty_slots_are_no_channels() -> None:
    inputs = [camera(1), Input(2, "IPCamera 02", is_slot=True)]
    told = joined([by_onvif(1, (1, 1)), by_onvif(2, (2, 1))], inputs, PLACE)
    assert [one.number for one in told] == [1]


def test_a_stream_belongs_to_the_channel_that_its_address_names() -> None:
    wrong = [by_onvif(1, (1, 1), (2, 2)), by_onvif(2, (2, 1), (1, 2))]
    told = joined(wrong, [camera(1), camera(2)], PLACE)
    assert [[track(stream) for stream in one.streams] for one in told] == [
        ["101", "102"],
        ["201", "202"],
    ]


def test_a_camera_that_onvif_does_not_show_is_a_channel_without_streams() -> None:
    told = joined([by_onvif(1, (1, 1))], [camera(1), camera(2, "Yard")], PLACE)
    assert [(one.name, len(one.streams)) for one in told] == [("", 1), ("Yard", 0)]


def test_sixty_four_channels_of_four_streams_stay_apart() -> None:
    told = joined(
        [by_onvif(at, (at, 1), (at, 2)) for at in range(1, 65)], [camera(at) for at in range(1, 65)], PLACE
    )
    assert [one.streams[0].uri for one in told] == [uri(at) for at in range(1, 65)]


def test_addresses_that_name_no_channel_leave_it_to_the_names() -> None:
    plain = [Channel(1, "Gate", streams=(StreamOffer("main", "rtsp://h/a"),)), Channel(2, "Yard")]
    told = joined(plain, [camera(7, "Yard"), camera(8, "Gate")], PLACE)
    assert {one.number: one.streams[0].uri for one in told if one.streams} == {8: "rtsp://h/a"}


def test_names_given_twice_tie_nothing_and_the_order_does() -> None:
    plain = [Channel(at, "IPC", streams=(StreamOffer("main", f"rtsp://h/{at}"),)) for at in (1, 2)]
    told = joined(plain, [camera(5, "IPC"), camera(6, "IPC")], PLACE)
    assert [(one.number, one.streams[0].uri) for one in told] == [(5, "rtsp://h/1"), (6, "rtsp://h/2")]


def test_the_order_ties_nothing_where_onvif_shows_fewer_than_the_list() -> None:
    plain = [Channel(at, "IPC", streams=(StreamOffer("main", f"rtsp://h/{at}"),)) for at in (1, 2)]
    told = joined(plain, [camera(n, "IPC") for n in (1, 2, 4)], PLACE)
    assert [one.streams for one in told] == [(), (), ()]


def test_without_onvif_the_makers_streams_are_at_the_recorders_server() -> None:
    streams = {4: (StreamOffer("main", "/Streaming/Channels/401", width=1920),)}
    (one,) = listed((), [camera(4)], streams, "rtsp://10.1.2.3:8554/x")
    assert one.streams[0].uri == "rtsp://10.1.2.3:8554/Streaming/Channels/401"


def test_third_streams_name_their_channel_too() -> None:
    place = uniview.VENDOR.place_of("rtsp://h/unicast/c12/s2/live")
    assert place is not None
    assert (place.number, place.role) == (12, "sub")


def test_a_recorders_channel_comes_back_from_its_json() -> None:
    one = Channel(
        3, kind="network", online=False, why_offline="x", camera=Behind(address="10.1.2.9", channel=2)
    )
    assert channel_from(channel_value(one)) == one


def test_a_channel_kept_before_there_were_recorders_comes_back() -> None:
    old = {"number": 1, "name": "Gate", "source": "v", "streams": [], "snapshot_uri": ""}
    assert channel_from(old) == Channel(1, "Gate", "v")
