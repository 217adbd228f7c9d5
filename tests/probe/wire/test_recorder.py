"""Times and addresses as recorders write them."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.errors import Malformed
from probe.wire.recorder import WallTime, parse_wall_time, plain_mac

EIGHT = datetime.fromisoformat("2026-09-01T08:00:00")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2026-09-01T08:00:00Z", WallTime(EIGHT, "z")),
        ("20260901T080000Z", WallTime(EIGHT, "z")),
        ("2026-09-01 08:00:00", WallTime(EIGHT, "none")),
        (" 2026-09-01T08:00:00.125z ", WallTime(EIGHT, "z")),
        ("2026-09-01T08:00:00+08:00", WallTime(EIGHT, "offset", 28_800)),
        ("2026-09-01T08:00:00-0330", WallTime(EIGHT, "offset", -12_600)),
        ("2026-08-31T24:00:00Z", WallTime(datetime.fromisoformat("2026-09-01T00:00:00"), "z")),
        ("2026-09-01T08:00", WallTime(EIGHT, "none")),
    ],
)
def test_a_time_keeps_the_digits_that_were_written(written: str, read: WallTime) -> None:
    assert parse_wall_time(written) == read


@pytest.mark.parametrize(
    "written",
    ["", "0000-00-00T00:00:00Z", "2026-02-30T00:00:00", "2026-09-01T25:00:00", "9999-12-31T24:00:00"],
)
def test_what_no_calendar_has_is_no_time(written: str) -> None:
    with pytest.raises(Malformed, match="no time"):
        parse_wall_time(written)


@given(st.text(max_size=40) | st.from_regex(r"[0-9]{4}-?[0-9]{2}-?[0-9]{2}T[0-9:]{4,8}[Z+-]?[0-9:]{0,5}"))
def test_any_text_is_a_time_or_malformed(text: str) -> None:
    try:
        parse_wall_time(text)
    except Malformed:
        return


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("C4-2F-90-0A-0B-0C", "c4:2f:90:0a:0b:0c"),
        ("c42f900a0b0c", "c4:2f:90:0a:0b:0c"),
        ("00:00:00:00:00:00", ""),
        ("ff:ff:ff:ff:ff:ff", ""),
        ("*****************", ""),
        ("", ""),
    ],
)
def test_only_an_address_of_an_interface_is_one(written: str, read: str) -> None:
    assert plain_mac(written) == read
