"""Lines that lost or left their hidden keys: they are found again without a doubt, or nothing is taken."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl.worksheet.worksheet import Worksheet
from typer.testing import Result

from config.words import say
from inventory.ledger import Ledger
from inventory.record import Scalar

Export = Callable[..., Path]
Edit = Callable[..., Path]
Bring = Callable[..., Result]
Value = Callable[[str, str], Scalar]
Known = Callable[[], Ledger]
Change = Callable[[Worksheet], None]

# One camera on each line: 4 and 5 the gate, 6 the side door, 7 and 8 the yard, 9 the unplaced one.
FIRST, LAST = 4, 9
NUMBER, VISIBLE, KEY = 1, 13, 14  # columns: the first, the last that can be seen, the hidden one


def said(ran: Result) -> str:
    assert ran.exit_code == 0, ran.output
    return ran.output


def cells(page: Worksheet, line: int, first: int, last: int) -> list[Any]:
    return [page.cell(line, place).value for place in range(first, last + 1)]


def put(page: Worksheet, line: int, first: int, values: list[Any]) -> None:
    for place, value in enumerate(values, start=first):
        page.cell(line, place).value = value


def reordered(order: list[int], first: int, last: int) -> Change:
    """Move what stands in some columns alone: the nth line gets what stood on the nth of `order`."""

    def change(page: Worksheet) -> None:
        held = {line: cells(page, line, first, last) for line in order}
        for line, source in zip(sorted(order), order, strict=True):
            put(page, line, first, held[source])

    return change


def standing(known: Known) -> list[dict[str, Scalar]]:
    return [{name: one.value for name, one in camera.fields.items()} for camera in known().cameras]


@pytest.mark.parametrize("order", [[9, 8, 7, 6, 5, 4], [5, 6, 7, 8, 9, 4], [4, 5, 8, 7, 6, 9]])
def test_lines_sorted_without_their_keys_are_found_by_number_and_words(
    export: Export, edit: Edit, bring: Bring, ledger: Known, order: list[int]
) -> None:
    before = standing(ledger)
    assert say("importing.nothing") in said(bring(edit(export(), reordered(order, NUMBER, VISIBLE))))
    assert standing(ledger) == before


def test_two_lines_whose_visible_cells_were_exchanged_are_found_again(
    export: Export, edit: Edit, bring: Bring, value: Value
) -> None:
    def change(page: Worksheet) -> None:
        page["M6"] = "侧门旁"
        reordered([8, 7, 6], NUMBER, VISIBLE)(page)

    said(bring(edit(export(), change)))
    assert (value("d3.1", "remark"), value("d5.1", "remark")) == ("侧门旁", None)


def test_words_typed_before_such_a_sorting_go_to_their_own_camera(
    export: Export, edit: Edit, bring: Bring, value: Value
) -> None:
    def change(page: Worksheet) -> None:
        page["C9"], page["I9"] = "后门", "公安视频专网"
        reordered([9, 8, 7, 6, 5, 4], NUMBER, VISIBLE)(page)

    said(bring(edit(export(), change)))
    assert [value(f"d{number}.1", "upper_network") for number in (1, 6)] == [None, "公安视频专网"]


def test_lines_that_cannot_be_told_apart_are_not_taken(
    export: Export, edit: Edit, bring: Bring, ledger: Known
) -> None:
    def change(page: Worksheet) -> None:
        page["I6"] = "公安视频专网"
        reordered([8, 7, 6], NUMBER + 1, VISIBLE)(page)

    before = standing(ledger)
    assert say("unclear.apart", cells="A6、A8") in said(bring(edit(export(), change)))
    assert standing(ledger) == before


def test_cells_deleted_without_their_keys_move_no_words(
    export: Export, edit: Edit, bring: Bring, ledger: Known
) -> None:
    def change(page: Worksheet) -> None:
        for line in range(FIRST, LAST):
            put(page, line, NUMBER, cells(page, line + 1, NUMBER, VISIBLE))
        put(page, LAST, NUMBER, [None] * VISIBLE)

    before = standing(ledger)
    assert say("unclear.apart", cells="").partition("：")[0] in said(bring(edit(export(), change)))
    assert standing(ledger) == before


def test_ticks_say_that_two_lines_were_really_changed(
    export: Export, edit: Edit, bring: Bring, value: Value
) -> None:
    exchanged = {"C6": "操场√", "J6": "操场或户外活动场所√", "C7": "侧门√", "J7": "单位主要出入口√"}
    said(bring(edit(export(), exchanged)))
    assert [value(f"d{number}.1", "position") for number in (3, 4)] == ["操场", "侧门"]


def test_two_lines_with_devices_of_their_own_may_exchange_their_places(
    export: Export, edit: Edit, bring: Bring, value: Value
) -> None:
    bring(edit(export(), {"F6": "大华\nDH-IPC-1"}))
    exchanged = {"C6": "操场", "J6": "操场或户外活动场所", "C7": "侧门", "J7": "单位主要出入口"}
    said(bring(edit(export("新.xlsx"), exchanged)))
    assert [value(f"d{number}.1", "position") for number in (3, 4)] == ["操场", "侧门"]


def test_a_line_that_another_was_laid_over_is_not_taken(
    export: Export, edit: Edit, bring: Bring, value: Value
) -> None:
    def change(page: Worksheet) -> None:
        page["M4"] = "新换"
        put(page, 8, NUMBER, cells(page, 6, NUMBER, VISIBLE))

    assert say("unclear.pasted", cells="A6") in said(bring(edit(export(), change)))
    assert (value("d1.1", "remark"), value("d5.1", "position")) == ("新换", "操场")


def test_blanks_filled_like_other_lines_are_taken(
    export: Export, edit: Edit, bring: Bring, value: Value
) -> None:
    filled = {"C9": "操场", "J9": "操场或户外活动场所", "C8": "正门", "J8": "单位主要出入口"}
    said(bring(edit(export(), filled)))
    assert [value(f"d{number}.1", "position") for number in (5, 6)] == ["正门", "操场"]


def test_lines_sorted_with_their_keys_and_numbered_anew_are_their_own(
    export: Export, edit: Edit, bring: Bring, value: Value
) -> None:
    def change(page: Worksheet) -> None:
        page["M6"] = "侧门旁"
        reordered([9, 8, 7, 6, 5, 4], NUMBER, KEY)(page)
        for line in range(FIRST, LAST + 1):
            page.cell(line, NUMBER).value = line - FIRST + 1

    said(bring(edit(export(), change)))
    assert [value(f"d{number}.1", "remark") for number in (3, 4)] == ["侧门旁", None]


# --- keys that were lost ---


@pytest.mark.parametrize("lines", [[6], [4, 5], list(range(FIRST, LAST + 1))])
def test_a_line_that_lost_its_key_is_found_again(
    export: Export, edit: Edit, bring: Bring, ledger: Known, lines: list[int]
) -> None:
    ran = said(bring(edit(export(), {f"N{line}": None for line in lines})))
    assert say("importing.nothing") in ran
    assert len(ledger().cameras) == 6


def test_lines_beside_one_that_lost_its_key_are_read(
    export: Export, edit: Edit, bring: Bring, value: Value
) -> None:
    said(bring(edit(export(), {"N6": None, "M7": "新换"})))
    assert value("d4.1", "remark") == "新换"


def test_a_changed_line_without_its_key_is_neither_taken_nor_added(
    export: Export, edit: Edit, bring: Bring, ledger: Known, value: Value
) -> None:
    assert say("unclear.no_key") in said(bring(edit(export(), {"N6": None, "M6": "新换"})))
    assert (len(ledger().cameras), value("d3.1", "remark")) == (6, None)


def test_like_lines_without_keys_and_numbers_are_not_told_apart(
    export: Export, edit: Edit, bring: Bring, ledger: Known
) -> None:
    lost = {"N4": None, "N5": None, "A4": None, "A5": None}
    assert say("unclear.several_lines") in said(bring(edit(export(), lost)))
    assert len(ledger().cameras) == 6


def test_a_new_line_in_place_of_a_deleted_one_is_a_new_camera(
    export: Export, edit: Edit, bring: Bring, ledger: Known
) -> None:
    def change(page: Worksheet) -> None:
        put(page, 6, NUMBER, [None] * KEY)
        page["C6"], page["D6"] = "后门", "拟新建"

    said(bring(edit(export(), change)))
    assert [one.fields["position"].value for one in ledger().cameras if not one.device_id] == ["后门"]


# --- what stands beside the form ---


@pytest.mark.parametrize("word", ["合计", "小 计", "总计："])
def test_a_line_of_sums_is_no_camera(
    export: Export, edit: Edit, bring: Bring, ledger: Known, word: str
) -> None:
    ran = said(bring(edit(export(), {"A10": word, "E10": 6})))
    assert say("importing.own_sum", cell="A10") in ran
    assert len(ledger().cameras) == 6


def test_a_column_of_their_own_is_named_once(export: Export, edit: Edit, bring: Bring) -> None:
    def change(page: Worksheet) -> None:
        page["O3"], page["O4"], page["O5"] = "楼号", "1 号楼", "2 号楼"

    ran = said(bring(edit(export(), change)))
    assert ran.count(say("importing.own_column", column="O", label="楼号")) == 1


def test_the_forms_own_columns_are_not_named(export: Export, bring: Bring) -> None:
    assert say("importing.unread", what="").partition("：")[0] not in said(bring(export()))
