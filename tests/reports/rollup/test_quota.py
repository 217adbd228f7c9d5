"""Built against quota: the document's own sum, ranks, over-building, order of steps."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from shutil import copytree

import pytest

from config import plans
from config.errors import ConfigError
from config.plans import Place, Quota, load_quota
from reports.rollup.quota import done, out_of_order, place_named, track

YONGJIA = load_quota("yongjia-2010")
SMALL = Quota(
    id="small",
    campaign="small",
    total=110,
    places=(
        Place(name="甲", quota=100, aliases=("甲镇",)),
        Place(name="乙", quota=10),
        Place(name="无", quota=0),
        Place(name="卡口", quota=0, kind="type"),
    ),
)


def built(**numbers: int | None) -> Mapping[str, Mapping[str, int | None]]:
    return {name: {"built": number} for name, number in numbers.items()}


def test_the_quotas_add_up_to_the_documents_total() -> None:
    assert (sum(place.quota for place in YONGJIA.places), len(YONGJIA.places)) == (1200, 17)


@pytest.mark.parametrize("place", range(17))
def test_one_changed_quota_is_noticed(tmp_path: Path, place: int) -> None:
    folder = copytree(Path(plans.__file__).parent / "quotas", tmp_path / "quotas")
    file = folder / "yongjia-2010.toml"
    quota = YONGJIA.places[place]
    text = file.read_text("utf-8")
    file.write_text(
        text.replace(f'"{quota.name}", quota = {quota.quota}', f'"{quota.name}", quota = {quota.quota + 1}'),
        "utf-8",
    )
    with pytest.raises(ConfigError, match="1201"):
        load_quota("yongjia-2010", tmp_path)


def test_too_many_in_one_town_do_not_hide_what_another_lacks() -> None:
    frame = track(SMALL, built(甲=60, 乙=50))
    assert done(frame) == "63.6%"  # 60 + 10 of 110
    assert frame["over"].tolist()[:2] == [0, 40]
    assert frame["short"].tolist()[:2] == [40, 0]


def test_a_quota_of_nought_has_no_percentage_and_no_rank() -> None:
    frame = track(SMALL, built(无=3)).set_index("name")
    assert frame.loc["无", "done"] == "—"
    assert frame["rank"].isna()["无"]


def test_a_type_of_place_is_not_ranked() -> None:
    frame = track(YONGJIA, {place.name: {"built": place.quota} for place in YONGJIA.places}).set_index("name")
    assert frame["rank"].isna().sum() == 1
    assert frame["rank"].isna()["卡口"]


def test_equal_shares_share_a_rank() -> None:
    frame = track(SMALL, built(甲=50, 乙=5)).set_index("name")
    assert frame["rank"].to_dict()["甲"] == frame["rank"].to_dict()["乙"] == 1


def test_who_has_not_reported_is_not_counted_as_nought() -> None:
    frame = track(SMALL, built(甲=100)).set_index("name")
    assert frame.loc["乙", ["built", "short", "over", "done", "rank"]].isna().all()


def test_more_on_line_than_connected_is_told() -> None:
    frame = track(SMALL, {"甲": {"located": 50, "built": 40, "connected": 30, "online": 31}})
    assert [(one.name, one.earlier, one.later) for one in out_of_order(frame)] == [
        ("甲", "connected", "online")
    ]


def test_a_step_that_nobody_reported_is_stepped_over() -> None:
    frame = track(SMALL, {"甲": {"located": 10, "online": 11}})
    assert [one.later for one in out_of_order(frame)] == ["online"]


def test_a_town_is_found_by_its_alias() -> None:
    assert place_named(SMALL, " 甲 镇") == "甲"
    assert place_named(SMALL, "丙镇") is None
