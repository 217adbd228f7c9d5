"""Messages cut to bytes: never a byte too many, never half a character, whole lines first."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import example, given, settings
from hypothesis import strategies as st

from reports.told.fit import cut_bytes, fitted
from reports.told.message import Message, Part, Row, as_html, as_markdown, as_text, from_json, to_json

ANY = st.text(max_size=60) | st.text(alphabet="监控😀é\u0301👨‍👩‍👧", max_size=80)


def message(title: str, lines: list[str]) -> Message:
    parts = (
        Part("故障", tuple(Row(line, 1) for line in lines)),
        Part("", (Row("详细报告：out"),), is_kept=True),
    )
    return Message(
        "digest",
        "学校",
        datetime(2026, 11, 21, tzinfo=UTC),
        title,
        parts,
        ("m",),
        "其余 {count} 处见报告",
        {},
    )


@settings(deadline=None)
@given(ANY, st.integers(0, 200))
@example("监控", 4)
@example("\ud800监控", 2)
def test_a_text_is_cut_to_its_bytes_at_a_character(text: str, most: int) -> None:
    kept = cut_bytes(text, most)
    assert len(kept.encode()) <= most
    assert text.encode(errors="replace").decode().startswith(kept.removesuffix("…"))


@settings(deadline=None)
@given(ANY, st.lists(ANY, max_size=30), st.integers(10, 600))
def test_a_message_never_passes_its_bytes(title: str, lines: list[str], most: int) -> None:
    for render in (as_text, as_markdown):
        assert len(fitted(message(title, lines), render, most).encode()) <= most


def test_whole_lines_go_and_are_counted() -> None:
    text = fitted(message("晨报", ["一" * 20, "二" * 20, "三" * 20]), as_text, 160)
    assert text.splitlines() == ["晨报", "", "故障", "一" * 20, "", "其余 2 处见报告", "", "详细报告：out"]


def test_what_fits_is_not_touched() -> None:
    whole = message("晨报", ["一", "二"])
    assert fitted(whole, as_text, 2048) == as_text(whole)


def test_2048_bytes_of_chinese_are_682_characters() -> None:
    assert len(cut_bytes("监" * 2000, 2048)) == 682


def test_device_text_makes_no_link_and_no_heading_in_markdown() -> None:
    text = as_markdown(message("晨报", ["[点这里](http://x)", "<font color=red>", "# a", "![](http://x)"]))
    assert not set("[]<>#`_") & set(text)


def test_device_text_makes_no_tag_in_a_mail() -> None:
    assert "<script>" not in as_html(message("<script>", ["<script>alert(1)</script>"]))


@settings(deadline=None)
@given(ANY, st.lists(ANY, max_size=5))
def test_a_message_is_the_same_after_it_was_kept(title: str, lines: list[str]) -> None:
    whole = message(title, lines)
    assert from_json(to_json(whole)) == whole
