"""camcensus import: what people typed goes on record as their word, once, after it was shown."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from typer.testing import Result

from config.words import say
from inventory.ledger import Ledger
from inventory.record import FieldValue, Scalar

Export = Callable[..., Path]
Edit = Callable[..., Path]
Bring = Callable[..., Result]
Said = Callable[[str, str], FieldValue | None]
Value = Callable[[str, str], Scalar]
Known = Callable[[], Ledger]

# One camera on each line: 4 and 5 the gate, 6 the side door, 7 and 8 the yard, 9 the unplaced one.
WHERE = {"d1.1": 4, "d2.1": 5, "d3.1": 6, "d4.1": 7, "d5.1": 8, "d6.1": 9}


def shown(ran: Result) -> str:
    assert ran.exit_code == 0, ran.output
    return ran.output


def standing(known: Ledger) -> list[dict[str, Scalar]]:
    return [{name: said.value for name, said in one.fields.items()} for one in known.cameras]


def swap(page: Worksheet, one: int, other: int) -> None:
    for place in range(1, page.max_column + 1):
        first, second = page.cell(one, place), page.cell(other, place)
        first.value, second.value = second.value, first.value


def test_an_unchanged_sheet_changes_nothing(export: Export, bring: Bring, ledger: Known) -> None:
    path = export()
    before = ledger()
    assert say("importing.nothing") in shown(bring(path))
    assert standing(ledger()) == standing(before)


def test_a_typed_cell_is_the_persons_word(export: Export, edit: Edit, bring: Bring, said: Said) -> None:
    bring(edit(export(), {"I6": "公安视频专网"}))
    word = said("d3.1", "upper_network")
    assert word is not None
    assert (word.value, word.source, word.confirmed) == ("公安视频专网", "person", True)


def test_the_word_names_file_sheet_and_cell(export: Export, edit: Edit, bring: Bring, said: Said) -> None:
    path = edit(export("表 一.xlsx"), {"I6": "公安视频专网"})
    page = openpyxl.load_workbook(path).sheetnames[0]
    bring(path)
    word = said("d3.1", "upper_network")
    assert word is not None
    assert word.by == f"表 一.xlsx!{page}!I6"


def test_what_was_typed_otherwise_stays_in_the_note(
    export: Export, edit: Edit, bring: Bring, said: Said
) -> None:
    bring(edit(export(), {"M6": "２０２６年　换"}))
    word = said("d3.1", "remark")
    assert word is not None
    assert (word.value, word.note) == ("2026年 换", "２０２６年　换")


def test_sorted_lines_keep_their_cameras(export: Export, edit: Edit, bring: Bring, value: Value) -> None:
    def change(page: Worksheet) -> None:
        page["M6"] = "侧门旁"
        swap(page, 6, 8)

    bring(edit(export(), change))
    assert (value("d3.1", "remark"), value("d5.1", "remark")) == ("侧门旁", None)


def test_a_moved_column_is_found_by_its_title(export: Export, edit: Edit, bring: Bring, value: Value) -> None:
    def change(page: Worksheet) -> None:
        page["M6"] = "侧门旁"
        page.insert_cols(1)

    bring(edit(export(), change))
    assert value("d3.1", "remark") == "侧门旁"


def test_a_line_inserted_above_the_table_moves_nothing(
    export: Export, edit: Edit, bring: Bring, value: Value
) -> None:
    def change(page: Worksheet) -> None:
        page["M6"] = "侧门旁"
        page.insert_rows(1)

    bring(edit(export(), change))
    assert value("d3.1", "remark") == "侧门旁"


def test_a_group_speaks_for_all_its_cameras(export: Export, edit: Edit, bring: Bring, value: Value) -> None:
    bring(edit(export(grouped=True), {"I4": "公安视频专网"}))
    assert {value(one, "upper_network") for one in ("d1.1", "d2.1")} == {"公安视频专网"}


def test_a_composed_cell_is_taken_apart(export: Export, edit: Edit, bring: Bring, value: Value) -> None:
    bring(edit(export(), {"F6": "大华\nDH-IPC-1"}))
    assert (value("d3.1", "brand"), value("d3.1", "model")) == ("大华", "DH-IPC-1")


def test_half_of_a_composed_cell_is_changed_alone(
    export: Export, edit: Edit, bring: Bring, said: Said
) -> None:
    bring(edit(export(), {"F6": "海康威视\nDH-IPC-1"}))
    brand, model = said("d3.1", "brand"), said("d3.1", "model")
    assert brand is not None
    assert model is not None
    assert (brand.source, model.source) == ("derived", "person")


def test_a_word_of_the_list_is_recognised_through_blanks(
    export: Export, edit: Edit, bring: Bring, value: Value
) -> None:
    bring(edit(export(), {"I6": " 公安 视频专网　"}))
    assert value("d3.1", "upper_network") == "公安视频专网"


def test_a_word_that_is_not_on_the_list_is_told_with_its_cell(
    export: Export, edit: Edit, bring: Bring, value: Value
) -> None:
    ran = shown(bring(edit(export(), {"H6": "教育网"})))
    assert "H6" in ran
    assert "教育网" in ran
    assert value("d3.1", "access_network") == "自建局域网"


def test_what_is_clear_is_taken_beside_what_is_not(
    export: Export, edit: Edit, bring: Bring, value: Value
) -> None:
    bring(edit(export(), {"H6": "教育网", "M6": "新换"}))
    assert value("d3.1", "remark") == "新换"


def test_without_a_terminal_and_without_yes_nothing_is_changed(
    export: Export, edit: Edit, bring: Bring, value: Value
) -> None:
    ran = bring(edit(export(), {"M6": "新换"}), "--by", "李老师")
    assert say("importing.not_asked") in shown(ran)
    assert value("d3.1", "remark") is None


def test_importing_twice_changes_nothing(export: Export, edit: Edit, bring: Bring) -> None:
    path = edit(export(), {"M6": "新换", "C10": "后门", "D10": "拟新建", "E10": 2})
    bring(path)
    assert say("importing.nothing") in shown(bring(path))


def test_importing_again_after_a_scan_changes_nothing(
    export: Export, edit: Edit, bring: Bring, scan: Callable[..., None]
) -> None:
    path = edit(export(), {"M6": "新换", "G6": "否", "C10": "后门"})
    bring(path)
    scan()
    assert say("importing.nothing") in shown(bring(path))


def test_a_new_sheet_shows_what_was_imported(export: Export, edit: Edit, bring: Bring) -> None:
    bring(edit(export(), {"M6": "新换"}))
    assert openpyxl.load_workbook(export("新.xlsx")).worksheets[0]["M6"].value == "新换"


# --- conflicts ---


def test_a_later_word_is_not_replaced_without_asking(
    export: Export, edit: Edit, bring: Bring, value: Value
) -> None:
    mine, yours = export("我.xlsx"), export("你.xlsx")
    bring(edit(yours, {"M6": "你的"}))
    ran = shown(bring(edit(mine, {"M6": "我的"})))
    assert say("importing.conflict", count=1) in ran
    assert value("d3.1", "remark") == "你的"


def test_both_words_of_a_conflict_are_shown(export: Export, edit: Edit, bring: Bring) -> None:
    mine, yours = export("我.xlsx"), export("你.xlsx")
    bring(edit(yours, {"M6": "你的"}))
    ran = shown(bring(edit(mine, {"M6": "我的"})))
    assert "你的" in ran
    assert "我的" in ran


def test_a_confirmed_conflict_is_won_by_the_file(
    export: Export, edit: Edit, bring: Bring, value: Value
) -> None:
    mine, yours = export("我.xlsx"), export("你.xlsx")
    bring(edit(yours, {"M6": "你的"}))
    bring(edit(mine, {"M6": "我的"}), "--yes", "--overwrite")
    assert value("d3.1", "remark") == "我的"


def test_an_older_copy_of_a_file_does_not_bring_its_word_back(
    export: Export, edit: Edit, bring: Bring, value: Value
) -> None:
    path = edit(export(), {"M6": "第一"})
    old = path.read_bytes()
    bring(path)
    bring(edit(path, {"M6": "第二"}))
    path.write_bytes(old)
    bring(path)
    assert value("d3.1", "remark") == "第二"


def test_two_copies_of_one_sheet_that_differ_are_a_conflict(
    export: Export, edit: Edit, bring: Bring, value: Value
) -> None:
    mine = export("我.xlsx")
    yours = mine.with_name("你.xlsx")
    yours.write_bytes(mine.read_bytes())
    bring(edit(yours, {"M6": "你的"}))
    assert say("importing.conflict", count=1) in shown(bring(edit(mine, {"M6": "我的"})))
    assert value("d3.1", "remark") == "你的"


def test_a_file_that_is_edited_on_is_no_conflict(
    export: Export, edit: Edit, bring: Bring, value: Value
) -> None:
    path = edit(export(), {"M6": "第一"})
    bring(path)
    bring(edit(path, {"M6": "第二"}))
    assert value("d3.1", "remark") == "第二"


def test_where_the_probe_wins_the_typed_word_is_kept_beside(
    export: Export, edit: Edit, bring: Bring, value: Value, ledger: Known
) -> None:
    ran = shown(bring(edit(export(), {"G6": "否"})))
    assert say("importing.probe_wins") in ran
    assert value("d3.1", "hd") == "是"
    assert [one.typed.value for one in ledger().view.conflicts] == ["否"]


# --- suggestions ---


def test_a_suggestion_left_alone_is_not_confirmed(export: Export, bring: Bring, said: Said) -> None:
    bring(export())
    place = said("d3.1", "position")
    assert place is not None
    assert not place.confirmed


def test_confirm_takes_every_suggestion_of_the_sheet(export: Export, bring: Bring, said: Said) -> None:
    bring(export(), "--yes", "--confirm")
    words = [said(f"d{number}.1", "position") for number in range(1, 6)]
    assert all(one is not None and one.confirmed and one.source == "person" for one in words)


def test_the_preview_counts_open_suggestions(export: Export, bring: Bring, ledger: Known) -> None:
    ran = json.loads(shown(bring(export(), "--json", "-")))
    shown_fields = {"position", "access_network", "resource_class"}
    guesses = [
        name
        for one in ledger().cameras
        for name, said in one.fields.items()
        if said.source == "suggested" and name in shown_fields
    ]
    assert len(ran["suggestions"]) == len(guesses) > 0


def test_a_tick_behind_a_word_confirms_it_alone(export: Export, edit: Edit, bring: Bring, said: Said) -> None:
    bring(edit(export(), {"C6": "侧门√"}))
    sure, unsure = said("d3.1", "position"), said("d4.1", "position")
    assert sure is not None
    assert unsure is not None
    assert (sure.value, sure.confirmed, unsure.confirmed) == ("侧门", True, False)


@pytest.mark.parametrize("text", ["操场√", "操场 √", "√操场", "操场☑"])
def test_a_tick_beside_a_corrected_word_is_no_part_of_it(
    export: Export, edit: Edit, bring: Bring, value: Value, text: str
) -> None:
    bring(edit(export(), {"C6": text, "C9": text, "C10": text}))
    assert [value(one, "position") for one in ("d3.1", "d6.1", "h1")] == ["操场"] * 3


def test_a_tick_in_a_composed_cell_confirms_all_of_it(
    export: Export, edit: Edit, bring: Bring, value: Value
) -> None:
    bring(edit(export(), {"F6": "大华\nDH-IPC-1√"}))
    assert (value("d3.1", "brand"), value("d3.1", "model")) == ("大华", "DH-IPC-1")


def test_an_emptied_cell_is_only_listed(export: Export, edit: Edit, bring: Bring, value: Value) -> None:
    ran = shown(bring(edit(export(), {"C6": None})))
    assert say("importing.cleared", count=1) in ran
    assert value("d3.1", "position") == "侧门"


def test_an_emptied_cell_takes_the_guess_back_when_confirmed(
    export: Export, edit: Edit, bring: Bring, value: Value
) -> None:
    bring(edit(export(), {"C6": None}), "--yes", "--clear")
    assert value("d3.1", "position") is None


def test_an_emptied_measurement_is_told(export: Export, edit: Edit, bring: Bring, value: Value) -> None:
    ran = shown(bring(edit(export(), {"G6": None}), "--yes", "--clear"))
    assert say("unclear.read") in ran
    assert value("d3.1", "hd") == "是"


# --- the school's own fields ---


def test_a_field_of_the_school_wins_over_the_profile(
    export: Export, edit: Edit, bring: Bring, value: Value
) -> None:
    bring(edit(export(), {f"K{line}": "新镇" for line in WHERE.values()}))
    assert value("unit", "town") == "新镇"


def test_a_profile_edited_later_speaks_last(
    export: Export, edit: Edit, bring: Bring, value: Value, folder: Path
) -> None:
    path = edit(export(), {f"K{line}": "新镇" for line in WHERE.values()})
    bring(path)
    profile = folder / "camcensus.toml"
    profile.write_text(profile.read_text("utf-8").replace("示例镇", "第三镇"), "utf-8")
    bring(path)
    assert value("unit", "town") == "第三镇"


def test_a_profile_edited_before_the_import_is_a_conflict(
    export: Export, edit: Edit, bring: Bring, value: Value, folder: Path
) -> None:
    path = edit(export(), {f"K{line}": "新镇" for line in WHERE.values()})
    profile = folder / "camcensus.toml"
    profile.write_text(profile.read_text("utf-8").replace("示例镇", "第三镇"), "utf-8")
    assert say("importing.conflict", count=1) in shown(bring(path))
    assert value("unit", "town") == "第三镇"


def test_lines_that_differ_on_the_school_are_told(
    export: Export, edit: Edit, bring: Bring, value: Value
) -> None:
    ran = shown(bring(edit(export(), {"K6": "新镇"})))
    assert say("unclear.unlike", count=6, cells="K6") in ran
    assert value("unit", "town") == "示例镇"


# --- lines added and taken out ---


def added(known: Ledger) -> list[tuple[str, Scalar]]:
    return [(one.id, one.fields["position"].value) for one in known.cameras if not one.device_id]


def test_an_added_line_is_so_many_cameras(export: Export, edit: Edit, bring: Bring, ledger: Known) -> None:
    bring(edit(export(), {"C10": "后门", "D10": "拟新建", "E10": "２台"}))
    assert added(ledger()) == [("h1", "后门"), ("h2", "后门")]


def test_a_line_inserted_between_others_is_added(
    export: Export, edit: Edit, bring: Bring, ledger: Known
) -> None:
    def change(page: Worksheet) -> None:
        page.insert_rows(6)
        page["C6"], page["D6"] = "后门", "拟新建"

    bring(edit(export(), change))
    assert added(ledger()) == [("h1", "后门")]


def test_the_next_sheet_carries_added_cameras_as_its_own(
    export: Export, edit: Edit, bring: Bring, ledger: Known
) -> None:
    bring(edit(export(), {"C10": "后门", "D10": "拟新建"}))
    assert say("importing.nothing") in shown(bring(export("新.xlsx")))
    assert len(added(ledger())) == 1


def test_a_higher_number_adds_the_rest(export: Export, edit: Edit, bring: Bring, ledger: Known) -> None:
    path = edit(export(), {"C10": "后门", "D10": "拟新建"})
    bring(path)
    bring(edit(path, {"E10": 3}))
    assert [one for one, _ in added(ledger())] == ["h1", "h2", "h3"]


def test_an_added_line_edited_later_is_the_same_camera(
    export: Export, edit: Edit, bring: Bring, ledger: Known
) -> None:
    path = edit(export(), {"C10": "后门", "D10": "拟新建", "M10": "明年"})
    bring(path)
    bring(edit(path, {"M10": "后年"}))
    (one,) = [camera for camera in ledger().cameras if not camera.device_id]
    assert one.fields["remark"].value == "后年"


def test_another_persons_like_line_in_a_copy_is_another_camera(
    export: Export, edit: Edit, bring: Bring, ledger: Known
) -> None:
    mine = export("我.xlsx")
    yours = mine.with_name("你.xlsx")
    yours.write_bytes(mine.read_bytes())
    bring(edit(mine, {"C10": "后门", "D10": "拟新建", "M10": "明年"}))
    bring(edit(yours, {"C10": "后门", "D10": "拟新建", "M10": "后年"}))
    assert [one for one, _ in added(ledger())] == ["h1", "h2"]


def test_a_line_with_one_unclear_cell_waits_as_a_whole(
    export: Export, edit: Edit, bring: Bring, ledger: Known
) -> None:
    ran = shown(bring(edit(export(), {"C10": "后门", "D10": "以后"})))
    assert say("unclear.line_waits") in ran
    assert added(ledger()) == []


def test_a_line_of_another_school_is_not_added(
    export: Export, edit: Edit, bring: Bring, ledger: Known
) -> None:
    ran = shown(bring(edit(export(), {"B10": "第二小学", "C10": "后门"})))
    assert say("unclear.other_unit") in ran
    assert added(ledger()) == []


def test_a_copied_line_is_not_taken_for_a_camera(
    export: Export, edit: Edit, bring: Bring, ledger: Known
) -> None:
    def change(page: Worksheet) -> None:
        for place in range(1, page.max_column + 1):
            page.cell(10, place).value = page.cell(6, place).value

    ran = shown(bring(edit(export(), change)))
    assert say("unclear.copy") in ran
    assert added(ledger()) == []


def test_a_copied_line_that_was_changed_is_a_new_camera(
    export: Export, edit: Edit, bring: Bring, ledger: Known
) -> None:
    def change(page: Worksheet) -> None:
        for place in range(1, page.max_column + 1):
            page.cell(10, place).value = page.cell(6, place).value
        page["C10"], page["D10"] = "后门", "拟新建"

    bring(edit(export(), change))
    assert added(ledger()) == [("h1", "后门")]


def test_the_number_of_a_group_is_not_typed(export: Export, edit: Edit, bring: Bring, ledger: Known) -> None:
    ran = shown(bring(edit(export(grouped=True), {"E4": 5})))
    assert say("unclear.count", written="2") in ran
    assert len(ledger().cameras) == 6


def test_a_deleted_line_takes_no_camera_away(export: Export, edit: Edit, bring: Bring, ledger: Known) -> None:
    ran = shown(bring(edit(export(), lambda page: page.delete_rows(6))))
    assert say("importing.gone", count=1) in ran
    assert len(ledger().cameras) == 6


def test_the_lines_below_the_table_are_no_cameras(
    export: Export, edit: Edit, bring: Bring, ledger: Known
) -> None:
    def change(page: Worksheet) -> None:
        for merged in list(page.merged_cells.ranges):
            page.unmerge_cells(str(merged))

    bring(edit(export(), change))
    assert len(ledger().cameras) == 6


def test_like_cells_that_were_merged_are_not_emptied(
    export: Export, edit: Edit, bring: Bring, ledger: Known
) -> None:
    def change(page: Worksheet) -> None:
        page.merge_cells("L4:L9")
        page.merge_cells("H4:H6")

    assert say("importing.nothing") in shown(bring(edit(export(), change)))


def test_a_column_without_its_title_is_named(export: Export, edit: Edit, bring: Bring, value: Value) -> None:
    ran = shown(bring(edit(export(), {"M3": "说明", "M6": "新换", "I6": "互联网"})))
    assert say("unclear.no_column") in ran
    assert (value("d3.1", "remark"), value("d3.1", "upper_network")) == (None, "互联网")


def test_a_sheet_without_its_keys_is_not_read(export: Export, edit: Edit, bring: Bring, value: Value) -> None:
    def change(page: Worksheet) -> None:
        page["M6"] = "新换"
        page.delete_cols(14)

    ran = shown(bring(edit(export(), change)))
    assert say("unclear.no_keys") in ran
    assert value("d3.1", "remark") is None


def test_a_formula_is_taken_by_its_value_or_told(
    export: Export, edit: Edit, bring: Bring, value: Value
) -> None:
    ran = shown(bring(edit(export(), {"M6": '="新"&"换"'})))
    assert say("unclear.formula") in ran
    assert value("d3.1", "remark") is None


def test_json_tells_what_was_done(export: Export, edit: Edit, bring: Bring, folder: Path) -> None:
    path = edit(export(), {"M6": "新换", "H6": "教育网"})
    bring(path, "--yes", "--json", str(folder / "import.json"))
    told = json.loads((folder / "import.json").read_text("utf-8"))
    assert told["applied"] is True
    assert [(one["subject"], one["field"], one["value"], one["taken"]) for one in told["new"]] == [
        ("camera:d3.1", "remark", "新换", True)
    ]
    assert [one["typed"] for one in told["unclear"]] == ["教育网"]


def test_a_date_cell_is_text_where_text_is_wanted(
    export: Export, edit: Edit, bring: Bring, value: Value
) -> None:
    bring(edit(export(), {"M6": date(2026, 3, 5)}))
    assert value("d3.1", "remark") == "2026-03-05"


@pytest.mark.parametrize("text", ["=1+1", "+86", "@me", "-1", "😀 换镜头"])
def test_text_that_looks_like_something_else_stays_text(
    export: Export, edit: Edit, bring: Bring, value: Value, text: str
) -> None:
    def change(page: Worksheet) -> None:
        page["M6"].value = text
        page["M6"].data_type = "s"

    bring(edit(export(), change))
    assert value("d3.1", "remark") == text
