"""Dahua's lines and JSON as one table, and what its refusals mean."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.errors import DeviceError, Locked, Malformed, Unsupported
from probe.wire.dahua_table import SessionLost, flattened, parse_table, rows, wall_time, whole

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=30,
)


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_lines_are_a_table_whatever_ends_them(line_end: str) -> None:
    raw = line_end.join(["table.A[0].Name=门口 1 ", "type=IP Camera", ""]).encode("gbk")
    assert parse_table(raw, "getConfig") == {"A[0].Name": "门口 1", "type": "IP Camera"}


def test_a_value_may_hold_an_equals_sign() -> None:
    assert parse_table(b"table.A[0].Url=rtsp://x/?a=b", "getConfig") == {"A[0].Url": "rtsp://x/?a=b"}


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        (b"Error\r\nBad Request!\r\n", Unsupported),
        (b"Error\nNot Implemented!\n", Unsupported),
        (b"Error\nInvalid Authority!", Unsupported),
        (b'{"error":{"code":287637505,"message":"Invalid session in request data!"}}', SessionLost),
        (b"Error\r\nUser Locked! Please try again after 30 minutes.\r\n", Locked),
        (b"the account is unlocked", Malformed),
        (b"", Malformed),
        (b"OK", Malformed),
        (b"<html><body class=x>", Malformed),
    ],
)
def test_an_answer_without_a_table_is_the_refusal_that_it_means(
    said: bytes, meant: type[DeviceError]
) -> None:
    with pytest.raises(DeviceError) as raised:
        parse_table(said, "getConfig")
    assert type(raised.value) is meant
    assert "getConfig" in str(raised.value)


def test_the_passwords_of_the_cameras_behind_a_recorder_are_never_kept() -> None:
    lines = b"table.RemoteDevice[0].Password=sentinel\ntable.RemoteDevice[0].UserName=admin\n"
    tables = (
        parse_table(lines, "RemoteDevice"),
        flattened(
            [{"UserName": "admin", "Password": "sentinel", "Old": {"pwd": "sentinel"}}], "RemoteDevice"
        ),
    )
    assert [list(table.values()) for table in tables] == [["admin"], ["admin"]]


def test_json_is_told_in_the_words_of_the_lines() -> None:
    told = flattened([{"Name": "a", "Enable": True, "Port": 80, "Nothing": None, "In": [{"x": 1}]}], "T")
    assert told == {"T[0].Name": "a", "T[0].Enable": "true", "T[0].Port": "80", "T[0].In[0].x": "1"}


def test_a_json_of_endless_depth_is_malformed() -> None:
    with pytest.raises(Malformed, match="levels"):
        flattened(json.loads("[" * 100 + "]" * 100))


def test_rows_are_in_order_and_those_beyond_any_recorder_are_left_out() -> None:
    table = {"A[2].X.Y": "c", "A[0].X": "a", "A[9999].X": "z", "A[123456].X": "z", "B[0].X": "b"}
    assert rows(table, "A") == {0: {"x": "a"}, 2: {"x.y": "c"}}


@pytest.mark.parametrize(
    "text", ["", "0000-00-00 00:00:00", "2026-13-01 00:00:00", "now", "9999-12-31 24:00:00"]
)
def test_what_is_no_time_is_none(text: str) -> None:
    assert wall_time(text) is None


@pytest.mark.parametrize("text", ["1970-01-01 00:00:00", "2038-01-19 03:14:08"])
def test_a_time_at_the_edge_is_a_time(text: str) -> None:
    time = wall_time(text)
    assert time is not None
    assert (str(time.local), time.zone) == (text, "none")


@pytest.mark.parametrize(("text", "value"), [("12.000000", 12), ("-1", None), ("", None), ("1" * 40, None)])
def test_a_count_is_never_negative_or_absurd(text: str, value: int | None) -> None:
    assert whole(text) == value


@given(st.binary(max_size=300))
def test_any_bytes_are_a_table_or_a_refusal(raw: bytes) -> None:
    try:
        assert parse_table(raw, "getConfig")
    except DeviceError:
        return


@given(JSON_VALUES)
def test_any_json_is_a_table(value: object) -> None:
    assert all(isinstance(text, str) for text in flattened(value, "T").values())
