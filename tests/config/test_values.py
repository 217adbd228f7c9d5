"""Whether a value may stand in a field, with a reason that says how to mend it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.load import load_catalogue
from config.values import mistake_in, words_of

FIELDS = load_catalogue().fields


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("students", 1200),
        ("build_cost", 12.5),
        ("build_cost", 12),
        ("no_public_project", False),
        ("contact_phone", "0577-65830000"),
        ("system_built_on", "2020"),
        ("system_built_on", "2020.03"),
        ("system_built_on", "2020.3.15"),
        ("applied_on", "2018-03-09"),
        ("rented", "是"),
        ("storage_mode", "硬盘录像机/SD卡"),
        ("storage_mode", "磁带"),
        ("self_review", "一、\n二、"),
        ("position", "实验楼天台"),
    ],
)
def test_a_fitting_value_may_stand(field: str, value: object) -> None:
    assert mistake_in(FIELDS[field], value) == ""


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("students", "1200", "应为整数"),
        ("students", 1200.0, "应为整数"),
        ("students", True, "应为整数"),
        ("students", -1, "不能小于 0"),
        ("build_cost", "12", "应为数字"),
        ("build_cost", float("nan"), "不能小于 0"),
        ("no_public_project", "是", "true 或 false"),
        ("contact_phone", 13800000000, "双引号"),
        ("system_built_on", "2020年3月", "2020.03"),
        ("system_built_on", "2020.13", "2020.03"),
        ("system_built_on", "0020.03", "2020.03"),
        ("applied_on", "2018-02-30", "2020-03-15"),
        ("rented", "也许", "是、否"),
        ("data_resources", None, "双引号"),
        ("camera_function", "人员卡口/门禁", "不能填 门禁"),
        ("project_name", "两\n行", "换行"),
        ("project_name", "\x07", "控制字符"),
        ("project_name", "半个\ud800", "控制字符"),
        ("project_name", "长" * 201, "最多 200"),
        ("self_review", "长" * 2001, "最多 2000"),
    ],
)
def test_a_wrong_value_is_refused_with_its_mend(field: str, value: object, why: str) -> None:
    assert why in mistake_in(FIELDS[field], value)


def test_several_words_are_told_apart() -> None:
    assert words_of(FIELDS["storage_mode"], "硬盘录像机 / SD卡") == ("硬盘录像机", "SD卡")
    assert words_of(FIELDS["build_mode"], "租赁/运营商") == ("租赁/运营商",)


@given(
    st.sampled_from(sorted(FIELDS)),
    st.text() | st.integers() | st.floats() | st.booleans() | st.none() | st.lists(st.text(), max_size=2),
)
def test_any_value_is_judged_in_words(name: str, value: object) -> None:
    assert isinstance(mistake_in(FIELDS[name], value), str)
