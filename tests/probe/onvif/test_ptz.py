"""Where a camera's head stands: fixed, at a preset, or nowhere that can be compared."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.errors import AuthRefused, DeviceError, Unreachable, Unsupported
from probe.memory import Place
from probe.model import Channel, Gap, Io, Measured, NotMeasured, StreamOffer
from probe.onvif import ptz
from probe.onvif.ptz import fetch_place, nearest
from probe.wire.onvif_ptz import Position, Preset
from probe.wire.soap import Reply, parse_reply

CHANNEL = Channel(1, streams=(StreamOffer("main", "rtsp://x", "p1"), StreamOffer("sub", "rtsp://y", "p2")))
HEAD = "<Profiles token='p1'><PTZConfiguration><NodeToken>n</NodeToken></PTZConfiguration></Profiles>"
NODE = "<PTZNode token='n'><SupportedPTZSpaces><AbsolutePanTiltPositionSpace/></SupportedPTZSpaces></PTZNode>"
GATE = "<Preset token='1'><PTZPosition><PanTilt x='0.5' y='0'/><Zoom x='0'/></PTZPosition></Preset>"
YARD = "<Preset token='2'><PTZPosition><PanTilt x='-0.5' y='0'/><Zoom x='0'/></PTZPosition></Preset>"
AWAY = Place(moves=True, preset=None)


class FakeIo:
    def __init__(self, answers: Mapping[str, str | DeviceError]) -> None:
        self.answers = answers
        self.asked: list[str] = []

    def now(self) -> datetime:
        return datetime(2026, 5, 4, tzinfo=UTC)

    async def soap(self, service: str, operation: str, body: str = "") -> Reply:
        self.asked.append(operation)
        answer = self.answers.get(operation, Unsupported(operation))
        if isinstance(answer, DeviceError) or service == "media2":
            raise answer if isinstance(answer, DeviceError) else Unsupported(operation)
        text = f"<Envelope><Body><{operation}Response>{answer}</{operation}Response></Body></Envelope>"
        reply = parse_reply(200, "", text.encode())
        assert isinstance(reply, Reply)
        return reply


def standing(x: float, move: str = "IDLE") -> str:
    place = f"<Position><PanTilt x='{x}' y='0'/><Zoom x='0'/></Position>"
    return f"<PTZStatus>{place}<MoveStatus><PanTilt>{move}</PanTilt></MoveStatus></PTZStatus>"


def dome(**changed: str | DeviceError) -> FakeIo:
    answers = {"GetProfiles": HEAD, "GetNodes": NODE, "GetPresets": GATE + YARD, "GetStatus": standing(0.5)}
    return FakeIo({**answers, **changed})


async def place(io: FakeIo) -> Place:
    return await fetch_place(CHANNEL, cast("Io", io))


async def readings(io: FakeIo) -> dict[str, Any]:
    return dict(await ptz.PROBE.measure(CHANNEL, cast("Io", io)))


async def test_a_camera_without_a_head_is_fixed_and_asked_no_more() -> None:
    io = FakeIo({"GetProfiles": "<Profiles token='p1'/>"})
    assert await place(io) == Place()
    assert set(io.asked) == {"GetProfiles"}


async def test_a_head_that_stands_at_a_preset_is_there() -> None:
    assert await place(dome()) == Place(moves=True, preset="1")


async def test_a_head_that_came_back_not_quite_is_still_there() -> None:
    assert await place(dome(GetStatus=standing(-0.4985))) == Place(moves=True, preset="2")


async def test_a_head_between_its_presets_is_at_none() -> None:
    assert await place(dome(GetStatus=standing(0.1))) == AWAY


async def test_a_head_that_moves_is_at_no_preset() -> None:
    assert await place(dome(GetStatus=standing(0.5, "MOVING"))) == AWAY


@pytest.mark.parametrize("error", [Unsupported("no"), Unreachable("gone"), AuthRefused("no")])
@pytest.mark.parametrize("silent", ["GetStatus", "GetPresets"])
async def test_a_head_that_does_not_tell_is_at_no_preset(silent: str, error: DeviceError) -> None:
    assert await place(dome(**{silent: error})) == AWAY


async def test_a_head_that_tells_no_position_is_at_no_preset() -> None:
    assert await place(dome(GetStatus="<PTZStatus/>")) == AWAY


async def test_presets_without_a_position_prove_nothing() -> None:
    assert await place(dome(GetPresets="<Preset token='1'/>")) == AWAY


async def test_a_node_without_any_space_does_not_move() -> None:
    assert await place(dome(GetNodes="<PTZNode token='n'/>")) == Place()


async def test_a_head_whose_node_is_not_told_is_taken_to_move() -> None:
    assert (await place(dome(GetNodes=Unsupported("no")))).moves


@pytest.mark.parametrize("error", [AuthRefused("no"), Unreachable("gone")])
async def test_a_device_that_gives_no_profiles_gives_no_place(error: DeviceError) -> None:
    with pytest.raises(type(error)):
        await place(dome(GetProfiles=error))


async def test_the_readings_name_the_preset() -> None:
    assert await readings(dome()) == {"ptz": Measured(True), "preset": Measured("1")}


async def test_away_from_every_preset_is_a_gap() -> None:
    read = await readings(dome(GetStatus=standing(0.1)))
    assert (read["ptz"], read["preset"].gap) == (Measured(True), Gap.OFF_PRESET)


async def test_a_fixed_camera_has_no_preset() -> None:
    read = await readings(FakeIo({"GetProfiles": "<Profiles token='p1'/>"}))
    assert read == {
        "ptz": Measured(False),
        "preset": NotMeasured(Gap.UNSUPPORTED, "its head does not move"),
    }


def test_of_two_presets_close_by_the_nearer_is_meant() -> None:
    presets = (Preset("1", "", Position(0.0, 0.0, 0.0)), Preset("2", "", Position(0.002, 0.0, 0.0)))
    assert nearest(Position(0.0015, 0.0, 0.0), presets) == "2"


def test_a_device_that_counts_in_degrees_may_miss_by_half_of_one() -> None:
    presets = (Preset("1", "", Position(120.0, 30.0, 1.0)),)
    assert nearest(Position(120.4, 30.0, 1.0), presets) == "1"
    assert nearest(Position(121.0, 30.0, 1.0), presets) is None


def test_another_zoom_is_another_view() -> None:
    assert nearest(Position(0.0, 0.0, 0.3), (Preset("1", "", Position(0.0, 0.0, 0.0)),)) is None


@given(st.floats(-1, 1), st.floats(-1, 1), st.floats(0, 1))
def test_a_head_at_its_own_preset_is_always_found(pan: float, tilt: float, zoom: float) -> None:
    position = Position(pan, tilt, zoom)
    assert nearest(position, (Preset("1", "", position),)) == "1"
