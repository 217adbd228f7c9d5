"""What the figures of a form come to, and what they leave open."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.figure import Figure
from config.form import Form
from config.load import load_catalogue
from config.schema import Catalogue
from inventory.record import FieldValue
from reports.forms.content import tell
from reports.forms.desk import Choices, Desk
from reports.forms.figures import find
from reports.forms.found import Found
from reports.forms.rules import DRAFTS, RULES
from reports.forms.subject import Item, Subject, System
from reports.sheet import CameraName

AT = datetime(2026, 3, 2, tzinfo=UTC)
CATALOGUE = load_catalogue()
SURVEY = CATALOGUE.forms["ruian-2018-survey"]

Said = Mapping[str, str | int | None]


def value(word: str | int, *, confirmed: bool = True) -> FieldValue:
    return FieldValue(word, "person" if confirmed else "suggested", "清单.xlsx C4", AT, confirmed)


def item(number: int, said: Said, *, stands_for: int = 1, confirmed: bool = True) -> Item:
    fields = {name: value(word, confirmed=confirmed) for name, word in said.items() if word is not None}
    name = CameraName(f"10.0.0.{number}", "")
    return Item(f"d{number}.1", fields, name, number=stands_for, about=f"camera:d{number}.1")


def subject(*items: Item, unit: Said | None = None, systems: tuple[System, ...] = ()) -> Subject:
    said = {name: value(word) for name, word in (unit or {}).items() if word is not None}
    return Subject("unit", said, systems, items)


def figured(figure: Figure, whole: Subject, *, choices: Choices | None = None) -> Found:
    form = SURVEY.model_copy(update={"figures": {"it": figure}})
    return find(Desk(form, CATALOGUE, choices or Choices(), AT, AT), "it", whole, RULES)


def asked(form: Form, name: str, whole: Subject, choices: Choices | None = None) -> Found:
    return find(Desk(form, CATALOGUE, choices or Choices(), AT, AT), name, whole, RULES)


BUILT: Said = {"build_state": "已建", "hd": "是", "resource_class": "内部资源"}


def test_what_a_count_lacks_is_asked_for_in_the_form_that_has_it() -> None:
    survey = CATALOGUE.forms["chuzhou-2019-survey"]
    (gap,) = asked(survey, "key_places", subject(item(1, BUILT))).missing
    assert "摄像机位置登记表" in gap.mend
    assert "camcensus form camera-places" in gap.mend


def test_what_only_measuring_knows_is_asked_for_in_no_form() -> None:
    (gap,) = asked(SURVEY, "built_hd", subject(item(1, {"build_state": "已建"}))).missing
    assert "camcensus form" not in gap.mend


def test_a_count_adds_up_what_each_line_stands_for() -> None:
    found = asked(SURVEY, "built", subject(item(1, BUILT, stands_for=3), item(2, BUILT)))
    assert found.words == (4,)


def test_a_camera_that_is_not_known_is_not_counted_and_is_told() -> None:
    found = asked(SURVEY, "built_hd", subject(item(1, BUILT), item(2, {**BUILT, "hd": None}, stands_for=2)))
    assert (found.words, found.missing[0].cameras) == ((1,), ("d2.1",))
    assert found.missing[0].why == "有 2 台的是否高清未知，没有计入"


def test_a_count_with_unknown_cameras_is_not_sure() -> None:
    found = asked(SURVEY, "built_hd", subject(item(1, BUILT), item(2, {**BUILT, "hd": None})))
    assert not found.origins[0].confirmed


def test_where_nothing_counts_and_some_is_unknown_nothing_is_written() -> None:
    found = asked(SURVEY, "built_police", subject(item(1, BUILT)))
    assert (found.words, found.value) == ((), None)


def test_what_is_known_not_to_count_makes_a_zero() -> None:
    found = asked(SURVEY, "built_police", subject(item(1, {**BUILT, "upper_network": "互联网"})))
    assert found.words == (0,)


def test_one_condition_that_fails_decides_though_another_is_unknown() -> None:
    found = asked(SURVEY, "built_hd", subject(item(1, {"build_state": "拟新建"})))
    assert (found.words, found.missing) == ((0,), ())


def test_before_anybody_looked_nothing_is_counted() -> None:
    found = find(Desk(SURVEY, CATALOGUE, Choices(), AT, None), "built", subject(), RULES)
    assert found.value is None


def test_guesses_make_a_count_that_awaits_confirmation() -> None:
    found = asked(SURVEY, "built", subject(item(1, BUILT, confirmed=False)))
    assert not found.origins[0].confirmed


def test_a_rebuilt_camera_is_no_built_one() -> None:
    rebuilt = subject(item(1, {**BUILT, "build_state": "拟改建"}))
    assert asked(SURVEY, "built", rebuilt).words == (0,)


def test_a_rebuilt_camera_counts_as_built_where_the_site_says_so() -> None:
    rebuilt = subject(item(1, {**BUILT, "build_state": "拟改建"}))
    assert asked(SURVEY, "built", rebuilt, Choices(rebuild_counts_as_built=True)).words == (1,)


@pytest.mark.parametrize(
    ("listed", "figure"),
    [
        ("单位主要出入口", "built_entrance"),
        ("周界面向公共区域", "built_perimeter"),
        ("操场或户外活动场所", "built_ground"),
        ("公共区域", "built_public"),
        ("内部资源", "built_inside"),
        ("其他", "built_other"),
    ],
)
def test_the_classes_of_the_list_go_to_the_survey_by_name(listed: str, figure: str) -> None:
    whole = subject(item(1, {**BUILT, "resource_class": listed}))
    ones = [
        name
        for name in SURVEY.figures
        if name.startswith("built_") and asked(SURVEY, name, whole).words == (1,)
    ]
    assert ones == ["built_hd", figure]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["已建", "拟新建", "拟改建"]),
            st.sampled_from(
                ["公共区域", "单位主要出入口", "周界面向公共区域", "操场或户外活动场所", "内部资源", "其他"]
            ),
            st.integers(1, 50),
        ),
        min_size=1,
        max_size=12,
    )
)
def test_the_eighteen_counts_add_up_to_all_cameras(lines: list[tuple[str, str, int]]) -> None:
    whole = subject(
        *(
            item(number, {"build_state": state, "resource_class": word}, stands_for=times)
            for number, (state, word, times) in enumerate(lines)
        )
    )
    classes = [
        name for name in SURVEY.figures if name.split("_")[0] in ("built", "new", "rebuilt") and "_" in name
    ]
    eighteen = [name for name in classes if name not in ("built_hd", "built_government", "built_police")]
    counts = [asked(SURVEY, name, whole).value for name in eighteen]
    assert len(eighteen) == 18
    assert sum(count for count in counts if isinstance(count, int)) == sum(times for _, _, times in lines)


def test_a_union_names_each_word_once_in_the_forms_own_words() -> None:
    words = ("自建局域网", "互联网", "自建局域网")
    whole = subject(*(item(number, {"access_network": word}) for number, word in enumerate(words)))
    assert asked(SURVEY, "access", whole).words == ("单位局域网", "互联网")


def test_the_least_of_several_tells_the_spread() -> None:
    systems = tuple(
        System(f"system:s{days}", {"system_retention_days": value(days)}) for days in (30, 17, 90)
    )
    found = asked(SURVEY, "least_days", subject(systems=systems))
    assert (found.words, "17～90" in found.origins[0].note) == ((17,), True)


TALLY = Figure(name="型号", tally="{brand} {model}（{n}个）", unknown="未识别（{n}个）")


def test_a_tally_names_the_largest_group_first_and_the_unknown_last() -> None:
    whole = subject(
        item(1, {}),
        item(2, {"brand": "大华", "model": "A"}),
        item(3, {"brand": "海康威视", "model": "B"}),
        item(4, {"brand": "海康威视", "model": "B"}, stands_for=2),
    )
    assert figured(TALLY, whole).text == "海康威视 B（3个）/大华 A（1个）/未识别（1个）"


@pytest.mark.parametrize(("said", "text"), [({"brand": "大华"}, "大华（1个）"), ({"model": "A"}, "A（1个）")])
def test_a_tally_leaves_no_gap_where_a_part_is_not_known(said: Said, text: str) -> None:
    assert figured(TALLY, subject(item(1, said))).text == text


def test_a_name_with_braces_from_a_device_is_only_text() -> None:
    assert figured(TALLY, subject(item(1, {"brand": "{n}", "model": "{x}"}))).text == "{n} {x}（1个）"


def test_a_unit_stands_behind_the_value() -> None:
    figure = Figure(field="system_retention_days", unit="天")
    systems = (System("system:s1", {"system_retention_days": value(30)}),)
    assert figured(figure, subject(systems=systems)).value == "30天"


def test_every_rule_that_a_form_names_is_there(catalogue: Catalogue) -> None:
    named = {
        figure.rule for form in catalogue.forms.values() for figure in form.figures.values() if figure.rule
    }
    assert named - RULES.keys() == set()


def test_every_way_to_propose_records_is_there(catalogue: Catalogue) -> None:
    blocks = [block for form in catalogue.forms.values() for block in form.blocks if block.kind == "records"]
    assert {block.drafts for block in blocks if block.drafts} - DRAFTS.keys() == set()


@pytest.mark.parametrize("form", [form for form in CATALOGUE.forms if form.startswith(("ruian", "huoqiu"))])
def test_a_text_about_nothing_known_is_the_original(form: str) -> None:
    desk = Desk(CATALOGUE.forms[form], CATALOGUE, Choices(), AT, None)
    nothing = Subject("unit", {})
    told = {
        content.verbatim: tell(desk, content, nothing, "").filled.value
        for _, content in CATALOGUE.forms[form].contents
        if content.text
    }
    assert {words: said for words, said in told.items() if said != words} == {}


Boxes = Callable[[Said], str]


@pytest.fixture
def network_boxes() -> Boxes:
    """Give a function that ticks the survey's boxes for one camera."""
    desk = Desk(SURVEY, CATALOGUE, Choices(), AT, AT)
    content = next(content for _, content in SURVEY.contents if content.ticks == ("upper",))
    return lambda said: str(tell(desk, content, subject(item(1, said)), "").filled.value)


def test_the_box_of_a_known_word_is_ticked(network_boxes: Boxes) -> None:
    assert (
        network_boxes({"upper_network": "政府视联网"})
        == "□互联网 □单位局域网 ☑政府视联网 □公安视频专网 □其他（ ）"
    )


def test_a_box_may_be_filled_where_the_typeface_has_no_tick() -> None:
    desk = Desk(SURVEY, CATALOGUE, Choices(ticked="■"), AT, AT)
    content = next(content for _, content in SURVEY.contents if content.ticks == ("upper",))
    told = tell(desk, content, subject(item(1, {"upper_network": "互联网"})), "")
    assert str(told.filled.value).startswith("■互联网 □单位局域网")


def test_a_word_without_a_box_stands_behind_the_last_one(network_boxes: Boxes) -> None:
    assert network_boxes({"upper_network": "教育专网"}).endswith("☑其他（教育专网）")


def test_an_unknown_word_ticks_nothing(network_boxes: Boxes) -> None:
    assert "☑" not in network_boxes({})


def test_a_word_that_looks_like_a_box_is_only_text(network_boxes: Boxes) -> None:
    assert (
        network_boxes({"upper_network": "□互联网"})
        == "□互联网 □单位局域网 □政府视联网 □公安视频专网 ☑其他（□互联网）"
    )


def test_a_word_for_which_the_cell_has_neither_box_nor_room_is_marked_odd() -> None:
    desk = Desk(SURVEY, CATALOGUE, Choices(), AT, AT)
    content = next(content for _, content in SURVEY.contents if content.ticks == ("platform_mode",))
    systems = (System("system:s1", {"platform_mode": value("县级建设")}),)
    assert tell(desk, content, subject(systems=systems), "").filled.odd
