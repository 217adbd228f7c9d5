"""A cell of several values is taken apart as it was put together, or not at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.sheet_meta import Written
from reports.importing.parts import fits, take_apart
from reports.importing.values import Refused

SIZE = "学生：{students:   }人；教职工：{staff:    }人"
BOXES = "□有平台□数字\n□无平台□模拟"
OTHERS = "□互联网 □专线 □其他（{others: }）"


def lines(
    *written: str, join: str = "\n", own: str = "", fields: tuple[str, ...] = ("f0", "f1", "f2", "f3")
) -> list[Written]:
    parts = [
        Written("清单", "r1", "F4", "品牌型号", "camera:d1.1", field, text, join=join)
        for field, text in zip(fields, written, strict=False)
    ]
    return [*parts, Written("清单", "r1", "F4", "品牌型号", "", "", own)] if own else parts


def blanks(pattern: str, **written: str) -> list[Written]:
    return [
        Written("表", "", "B6", "规模", "unit", name, text, f"text:{name}", pattern)
        for name, text in written.items()
    ]


def ticks(pattern: str, written: str = "") -> list[Written]:
    return [Written("表", "", "B5", "网络", "unit", "network", written, "ticks", pattern)]


def test_a_line_for_each_value() -> None:
    assert take_apart("大华\nDH-1", lines("海康威视", "DS-2")) == ["大华", "DH-1"]


def test_one_line_in_place_of_two_is_parted_at_its_blank() -> None:
    assert take_apart("大华 DH-1", lines("海康威视", "DS-2")) == ["大华", "DH-1"]


@pytest.mark.parametrize("text", ["DH-IPC-1 大华", "DH-IPC-1\n大华", "大华 DH-IPC-1"])
def test_a_model_before_its_brand_is_the_model_still(text: str) -> None:
    assert take_apart(text, lines("海康威视", "DS-2", fields=("brand", "model"))) == ["大华", "DH-IPC-1"]


def test_two_values_with_figures_stay_in_their_order() -> None:
    assert take_apart("360 D606", lines("海康威视", "DS-2", fields=("brand", "model"))) == ["360", "D606"]


def test_the_line_that_stayed_tells_which_one_went() -> None:
    assert take_apart("DS-2", lines("海康威视", "DS-2")) == ["", "DS-2"]


def test_a_value_that_stood_alone_is_changed_alone() -> None:
    assert take_apart("DS-3", lines("", "DS-2")) == ["", "DS-3"]


@pytest.mark.parametrize("text", ["大华", "a\nb\nc", "大华 一 二"])
def test_lines_that_cannot_be_told_apart_are_refused(text: str) -> None:
    assert isinstance(take_apart(text, lines("海康威视", "DS-2")), Refused)


def test_an_emptied_cell_empties_every_value() -> None:
    assert take_apart("  ", lines("海康威视", "DS-2")) == ["", ""]


def test_words_of_our_own_are_cut_out() -> None:
    assert take_apart("云台\n离线1台", lines("", own="离线1台")) == ["云台", "离线1台"]


def test_values_side_by_side_are_parted_by_the_one_that_stayed() -> None:
    assert take_apart("霍邱县示例镇", lines("", "示例镇", join="")) == ["霍邱县", "示例镇"]


def test_blanks_between_printed_words_are_read() -> None:
    parts = blanks(SIZE, students="", staff="")
    assert take_apart("学生： １２００ 人；教职工：  80人", parts) == ["1200", "80"]


def test_a_blank_that_was_left_is_empty() -> None:
    assert take_apart("学生：   人；教职工：80人", blanks(SIZE, students="", staff="")) == ["", "80"]


def test_printed_words_that_were_changed_are_refused() -> None:
    assert take_apart("学生1200，教师80", blanks(SIZE, students="", staff="")) == Refused("pattern")


@pytest.mark.parametrize("mark", ["☑", "■", "√", "□√", "☑ "])
def test_a_box_is_ticked_in_many_ways(mark: str) -> None:
    assert take_apart(f"□有平台{mark}数字\n□无平台□模拟", ticks(BOXES)) == ["数字"]


def test_boxes_left_alone_say_nothing() -> None:
    assert take_apart(BOXES, ticks(BOXES)) == [""]


def test_several_ticked_boxes_are_all_read() -> None:
    assert take_apart("☑互联网 ☑专线 □其他（ ）", ticks(OTHERS)) == ["互联网、专线"]


def test_words_behind_other_are_read() -> None:
    assert take_apart("□互联网 □专线 ☑其他（卫星）", ticks(OTHERS)) == ["卫星"]


WORD = st.text(st.characters(categories=["Lu", "Ll", "Lo", "Nd"]), min_size=1, max_size=8)


@given(st.lists(WORD, min_size=1, max_size=4), st.data())
def test_what_was_put_together_comes_apart_again(words: list[str], chance: st.DataObject) -> None:
    new = [chance.draw(WORD) for _ in words]
    assert take_apart("\n".join(new), lines(*words)) == new


@given(st.text(max_size=40))
def test_any_text_gives_a_value_for_each_part_or_a_refusal(text: str) -> None:
    for parts in (lines("甲", "乙"), blanks(SIZE, students="", staff=""), ticks(BOXES), ticks(OTHERS)):
        found = take_apart(text, parts)
        assert isinstance(found, Refused) or len(found) == len(parts)


def test_a_cell_with_other_printed_words_does_not_fit() -> None:
    assert (fits("学生：12人；教职工：3人", SIZE), fits("学生12", SIZE)) == (True, False)
