"""What devices say about a movable head, in the ways that they say it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.errors import Malformed
from probe.wire.onvif_ptz import (
    Position,
    Preset,
    Status,
    parse_heads,
    parse_moving_nodes,
    parse_presets,
    parse_status,
)
from probe.wire.soap import Reply, parse_reply

CAPTURES = Path(__file__).resolve().parents[3].parent / "shared" / "captures" / "onvif"
PARSERS = (parse_heads, parse_moving_nodes, parse_status, parse_presets)


def reply(operation: str, inside: str) -> Reply:
    text = f"<Envelope><Body><{operation}Response>{inside}</{operation}Response></Body></Envelope>"
    parsed = parse_reply(200, "", text.encode())
    assert isinstance(parsed, Reply)
    return parsed


def status(inside: str) -> Status:
    return parse_status(reply("GetStatus", f"<PTZStatus>{inside}</PTZStatus>"))


def test_a_profile_of_media1_names_its_head() -> None:
    said = "<PTZConfiguration token='c'><NodeToken>n</NodeToken></PTZConfiguration>"
    profiles = f"<Profiles token='a'>{said}</Profiles><Profiles token='b'/>"
    assert parse_heads(reply("GetProfiles", profiles)) == {"a": "n"}


def test_a_profile_of_media2_names_its_head() -> None:
    said = "<Configurations><PTZ token='c'><NodeToken>n</NodeToken></PTZ></Configurations>"
    assert parse_heads(reply("GetProfiles", f"<Profiles token='a'>{said}</Profiles>")) == {"a": "n"}


def test_the_status_filter_of_a_metadata_stream_is_no_head() -> None:
    said = "<MetadataConfiguration><PTZStatus><Status>false</Status></PTZStatus></MetadataConfiguration>"
    assert parse_heads(reply("GetProfiles", f"<Profiles token='a'>{said}</Profiles>")) == {}


@pytest.mark.parametrize(
    ("space", "moves"),
    [
        ("AbsolutePanTiltPositionSpace", True),
        ("ContinuousPanTiltVelocitySpace", True),
        ("RelativeZoomTranslationSpace", True),
        ("PanTiltSpeedSpace", False),
    ],
)
def test_a_node_moves_when_it_has_a_space_to_move_in(space: str, moves: bool) -> None:
    node = f"<PTZNode token='n'><SupportedPTZSpaces><{space}/></SupportedPTZSpaces></PTZNode>"
    assert parse_moving_nodes(reply("GetNodes", node)) == (frozenset({"n"}) if moves else frozenset())


def test_a_position_is_read_whole() -> None:
    said = "<Position><PanTilt x='-0.25' y='1'/><Zoom x='0.5'/></Position>"
    assert status(said) == Status(Position(-0.25, 1.0, 0.5), is_moving=False)


@pytest.mark.parametrize(
    "said", ["", "<Position/>", "<Position><PanTilt x='' y='nan'/></Position>"], ids=["none", "empty", "nan"]
)
def test_a_position_that_is_not_told_is_none(said: str) -> None:
    assert status(said) == Status(None, is_moving=False)


def test_a_head_that_says_so_is_moving() -> None:
    assert status("<MoveStatus><PanTilt>MOVING</PanTilt><Zoom>IDLE</Zoom></MoveStatus>").is_moving


def test_presets_are_read_with_and_without_their_position() -> None:
    said = (
        "<Preset token='1'><Name>正门</Name><PTZPosition><PanTilt x='0.1' y='0.2'/></PTZPosition></Preset>"
        "<Preset token='2'/><Preset token='1'><Name>again</Name></Preset><Preset><Name>x</Name></Preset>"
    )
    assert parse_presets(reply("GetPresets", said)) == (
        Preset("1", "正门", Position(0.1, 0.2, None)),
        Preset("2", "", None),
    )


@pytest.mark.parametrize("parse", PARSERS)
def test_an_answer_to_another_question_is_malformed(parse: Callable[[Reply], Any]) -> None:
    with pytest.raises(Malformed):
        parse(reply("GetScopes", "<Scopes/>"))


WORDS = st.sampled_from(
    ["Preset", "PTZStatus", "Position", "PanTilt", "Zoom", "PTZNode", "SupportedPTZSpaces", "Profiles", "PTZ"]
)


@st.composite
def elements(draw: st.DrawFn, depth: int = 3) -> str:
    name, value = draw(WORDS), draw(st.sampled_from(["", "1", "-inf", "1e999", "x", "0,5"]))
    inside = "".join(draw(st.lists(elements(depth - 1), max_size=3))) if depth else value
    return f"<{name} token='{value}' x='{value}' y='{value}'>{inside}</{name}>"


@pytest.mark.parametrize("operation", ["GetPresets", "GetStatus", "GetNodes", "GetProfiles"])
@given(inside=elements())
def test_any_answer_gives_a_value_or_malformed(operation: str, inside: str) -> None:
    answer = reply(operation, inside)
    for parse in PARSERS:
        try:
            parse(answer)
        except Malformed:
            continue


@pytest.mark.skipif(not CAPTURES.exists(), reason="no reference captures here")
def test_the_heads_of_real_cameras_are_seen_and_fixed_ones_have_none() -> None:
    with_heads = set()
    for path in CAPTURES.glob("*/GetProfiles*.xml"):
        answer = parse_reply(200, "", path.read_bytes())
        if isinstance(answer, Reply) and parse_heads(answer):
            with_heads.add(path.parent.name)
    assert {"REOLINK_E1_Zoom", "REOLINK_Reolink_TrackMix_WiFi"} <= with_heads
    assert with_heads.isdisjoint({"D-Link_DCS-6511", "Hikvision_DS-2CD2012-I", "Artosyn_SoC_camera"})
