"""Whose recording is whose, where a device names its sources, its cameras, or neither."""

from __future__ import annotations

import pytest

from probe.errors import Unsupported
from probe.model import Channel
from probe.onvif.profile_g import recording_of, with_source
from probe.wire.onvif_search import RecordedTrack, Recording

ALIKE = tuple(Channel(number, "IPCamera 01", f"v{number}") for number in (1, 2, 3))


def named(token: str, name: str = "IPCamera 01", source: str = "", address: str = "") -> Recording:
    tracks = (RecordedTrack("v", "video"),)
    return Recording(token, source=source, source_name=name, address=address, tracks=tracks)


@pytest.mark.parametrize("channel", ALIKE, ids=["1", "2", "3"])
def test_recordings_of_one_name_are_no_channels(channel: Channel) -> None:
    recordings = [named("a"), named("b"), named("c")]
    with pytest.raises(Unsupported, match="3 recordings and 3 channels"):
        recording_of(channel, recordings, ALIKE)


def test_recordings_of_one_name_are_no_channels_even_of_one_that_is_named_alone() -> None:
    with pytest.raises(Unsupported):
        recording_of(Channel(1, "Gate"), [named("a", "Gate"), named("b", "Gate")])


def test_one_recording_of_a_name_that_two_channels_have_is_neithers() -> None:
    with pytest.raises(Unsupported):
        recording_of(ALIKE[0], [named("a")], ALIKE)


def test_a_name_of_its_own_is_enough() -> None:
    channels = (Channel(1, "Gate"), Channel(2, "Yard"))
    recordings = [named("a", "Yard"), named("b", "Gate")]
    assert recording_of(channels[0], recordings, channels).token == "b"


def test_a_recording_of_another_channels_source_is_not_taken_by_its_name() -> None:
    channels = (Channel(1, "Gate", "v1"), Channel(2, "Yard", "v2"))
    with pytest.raises(Unsupported):
        recording_of(channels[0], [named("a", "Gate", source="v2")], channels)


def test_channels_of_one_name_have_their_recordings_by_their_sources() -> None:
    recordings = [named(f"r{number}", source=f"v{number}") for number in (3, 1, 2)]
    assert [recording_of(one, recordings, ALIKE).token for one in ALIKE] == ["r1", "r2", "r3"]


def test_a_camera_is_not_taken_from_a_recording_that_may_be_anothers() -> None:
    recordings = [named("a", address="192.0.2.1"), named("b", address="192.0.2.2")]
    assert with_source(ALIKE[0], recordings, ALIKE).camera is None
