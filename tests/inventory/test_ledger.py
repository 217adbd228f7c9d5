"""One unit with everything known of it: who spoke last, which system has what, what is only offered."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.load import load_catalogue
from config.site import Site
from inventory.ledger import Ledger, build_ledger, outside, system_of
from inventory.people import PeoplesWords
from inventory.record import CameraRecord, DeviceRecord, FieldValue, Kind, View
from probe.model import Channel, ChannelReport, DeviceReport, Evidence, Measured, Target, Value

CATALOGUE = load_catalogue()
AT = datetime(2026, 9, 1, 2, 0, tzinfo=UTC)
LATER = AT + timedelta(days=1)


def device(
    id: str,  # noqa: A002
    address: str,
    kind: Kind = "camera",
    *,
    channels: int = 1,
    **read: Value,
) -> DeviceRecord:
    """Return a device whose readings say how they were had, as those of probes do."""
    evidence = tuple(
        Evidence(metric, Measured(value, "by isapi"), "onvif.identity", AT) for metric, value in read.items()
    )
    lenses = tuple(ChannelReport(Channel(number)) for number in range(1, channels + 1))
    report = DeviceReport(Target(address), evidence, lenses)
    return DeviceRecord(id, kind, address, report, AT, AT, answered=True)


def camera(id: str, device_id: str, also: tuple[str, ...] = (), **fields: Any) -> CameraRecord:  # noqa: A002, ANN401
    said = {name: FieldValue(value, "measured", "onvif.identity", AT, True) for name, value in fields.items()}
    return CameraRecord(id, device_id, 1, also, said, answered=True, channels=(1,))


def typed(value: str, at: datetime = AT, by: str = "清单.xlsx B3") -> FieldValue:
    return FieldValue(value, "person", by, at, True)


def ledger(
    site: Site | None = None,
    devices: tuple[DeviceRecord, ...] = (),
    cameras: tuple[CameraRecord, ...] = (),
    said: PeoplesWords | None = None,
) -> Ledger:
    view = View(None, devices, cameras)
    return build_ledger(view, site or Site(), CATALOGUE, said or PeoplesWords(), LATER)


def systems(*profiles: dict[str, Any]) -> Site:
    return Site.model_validate({"systems": profiles})


# --- the unit ---


def test_what_the_profile_says_of_the_unit_is_a_persons_word() -> None:
    unit = ledger(Site(school="示例小学", unit={"contact_phone": "0577-1"})).unit
    assert (unit["school"].value, unit["school"].source) == ("示例小学", "person")
    assert unit["contact_phone"].by == "camcensus.toml: contact_phone"


def test_what_is_left_empty_says_nothing() -> None:
    unit = ledger(Site(school="", unit={"county": ""})).unit
    assert "school" not in unit
    assert "county" not in unit


def test_an_imported_sheet_speaks_later_than_the_profile_it_was_made_from() -> None:
    before = typed("旧名", AT, "camcensus.toml: school")
    said = PeoplesWords(unit={"school": (before, typed("新名", AT + timedelta(hours=1)))})
    assert ledger(Site(school="旧名"), said=said).unit["school"].value == "新名"


def test_a_profile_that_was_edited_after_the_import_speaks_last() -> None:
    before = typed("旧名", AT, "camcensus.toml: school")
    said = PeoplesWords(unit={"school": (before, typed("新名", AT + timedelta(hours=1)))})
    assert ledger(Site(school="更新的名"), said=said).unit["school"].value == "更新的名"


def test_a_constant_of_the_catalogue_is_only_offered() -> None:
    kind = ledger().unit["unit_kind"]
    assert (kind.value, kind.source, kind.confirmed) == ("行业及领域", "suggested", False)


def test_a_typed_word_stands_in_place_of_the_offered_one() -> None:
    assert ledger(Site(unit={"unit_kind": "社会单位"})).unit["unit_kind"].confirmed


# --- systems ---


def test_without_a_typed_system_everything_belongs_to_one() -> None:
    made = ledger(
        devices=(device("d1", "10.0.0.1"), device("d2", "10.0.0.2", "recorder")),
        cameras=(camera("d1.1", "d1"),),
        said=PeoplesWords(added=(camera("h1", ""),)),
    )
    (only,) = made.systems
    assert (only.id, only.devices, only.cameras) == ("s1", ("d2",), ("d1.1", "h1"))


def test_a_camera_belongs_to_the_system_of_its_network() -> None:
    site = systems({"networks": ("10.0.1.0/24",)}, {"networks": ("10.0.2.1-10.0.2.9",)})
    devices = (device("d1", "10.0.1.7"), device("d2", "10.0.2.7"))
    made = ledger(site, devices, (camera("d1.1", "d1"), camera("d2.1", "d2")))
    assert [one.cameras for one in made.systems] == [("d1.1",), ("d2.1",)]


def test_a_named_device_goes_before_the_network_it_stands_in() -> None:
    site = systems({"networks": ("10.0.1.0/24",)}, {"devices": ("10.0.1.200",)})
    made = ledger(site, (device("d1", "10.0.1.200", "recorder"),))
    assert [one.devices for one in made.systems] == [(), ("d1",)]


@pytest.mark.parametrize("also", ["10.0.9.200#3", "d9/3"])
def test_a_camera_belongs_to_the_system_of_the_recorder_that_shows_it(also: str) -> None:
    site = systems({"devices": ("10.0.9.200",)}, {})
    devices = (device("d1", "192.168.1.7"), device("d9", "10.0.9.200", "recorder"))
    made = ledger(site, devices, (camera("d1.1", "d1", (also,)),))
    assert system_of(made, "d1.1") == made.systems[0]


def test_a_system_that_names_no_address_takes_the_rest() -> None:
    site = systems({"id": "old", "devices": ("10.0.9.200",)}, {"id": "new"})
    made = ledger(site, (device("d1", "192.168.1.7"),), (camera("d1.1", "d1"),))
    assert system_of(made, "d1.1") == made.systems[1]
    assert [one.id for one in made.systems] == ["old", "new"]


def test_a_person_can_say_to_which_system_a_camera_belongs() -> None:
    site = systems({"id": "old", "devices": ("10.0.9.200",)}, {"id": "new"})
    made = ledger(site, (device("d1", "192.168.1.7"),), (camera("d1.1", "d1", system="old"),))
    assert system_of(made, "d1.1") == made.systems[0]


def test_a_camera_that_fits_no_system_is_told_apart() -> None:
    site = systems({"networks": ("10.0.1.0/24",)}, {"networks": ("10.0.2.0/24",)})
    made = ledger(site, (device("d1", "192.168.1.7"),), (camera("d1.1", "d1"),))
    assert outside(made) == ["d1.1"]


def test_what_is_typed_of_a_system_stands_before_what_was_read() -> None:
    recorder = device("d2", "10.0.0.2", "recorder", manufacturer="Hikvision", model="DS-7616N-I2")
    made = ledger(systems({"platform_brand": "华为"}), (recorder,))
    fields = made.systems[0].fields
    assert fields["platform_brand"].value == "华为"
    assert (fields["platform_model"].value, fields["platform_model"].confirmed) == ("DS-7616N-I2", True)


def test_with_several_recorders_the_main_ones_make_is_only_offered() -> None:
    made = ledger(
        devices=(
            device("d2", "10.0.0.2", "recorder", manufacturer="Hikvision", model="DS-7616N-I2"),
            device("d3", "10.0.0.3", "recorder", manufacturer="Hikvision", model="DS-7604N-K1"),
        )
    )
    assert not made.systems[0].fields["platform_brand"].confirmed


HIKVISION: dict[str, Value] = {"manufacturer": "Hikvision", "gb_registered": True, "gb_platform": "10.9.9.9"}
DAHUA: dict[str, Value] = {"manufacturer": "Dahua", "gb_registered": False}


def test_what_one_recorder_says_of_gb28181_never_stands_beside_anothers_make() -> None:
    made = ledger(
        devices=(
            device("d2", "10.0.0.2", "recorder", channels=8, **HIKVISION),
            device("d3", "10.0.0.3", "recorder", channels=16, **DAHUA),
        )
    )
    fields = made.systems[0].fields
    assert fields["platform_brand"].value == "大华"
    assert not {"platform_gb28181", "xueliang_link"} & fields.keys()


def test_what_the_main_recorder_says_of_gb28181_is_only_offered_where_there_are_several() -> None:
    made = ledger(
        devices=(
            device("d2", "10.0.0.2", "recorder", channels=16, **HIKVISION),
            device("d3", "10.0.0.3", "recorder", channels=8, **DAHUA),
        )
    )
    said = made.systems[0].fields["platform_gb28181"]
    assert (said.value, said.confirmed) == ("是", False)


@pytest.mark.parametrize(
    ("first", "second", "brand", "why"),
    [
        (("recorder", 8, HIKVISION), ("recorder", 16, DAHUA), "大华", "10.0.0.10（通道最多的一台）"),
        (("platform", 1, HIKVISION), ("recorder", 16, DAHUA), "海康威视", "10.0.0.2（监控平台）"),
        (
            ("recorder", 8, DAHUA),
            ("recorder", 8, HIKVISION),
            "海康威视",
            "10.0.0.10（通道一样多，取已向平台注册的一台）",
        ),
        (
            ("recorder", 8, DAHUA),
            ("recorder", 8, {"manufacturer": "Uniview"}),
            "大华",
            "10.0.0.2（通道一样多，取先发现的一台）",
        ),
    ],
)
def test_which_recorder_answers_for_the_system_is_told_with_the_reason(
    first: tuple[Kind, int, dict[str, Value]],
    second: tuple[Kind, int, dict[str, Value]],
    brand: str,
    why: str,
) -> None:
    boxes = (
        device(name, f"10.0.0.{name[1:]}", kind, channels=channels, **read)
        for name, (kind, channels, read) in (("d10", second), ("d2", first))
    )
    said = ledger(devices=tuple(boxes)).systems[0].fields["platform_brand"]
    assert (said.value, said.note.rpartition("；")[2]) == (brand, f"共 2 台录像机或平台，取 {why}")


@pytest.mark.parametrize(
    ("read", "field", "value", "confirmed"),
    [
        ({"gb_registered": True}, "platform_gb28181", "是", True),
        ({"gb_platform": "10.9.9.9:5060"}, "platform_gb28181", "支持未启用", False),
        ({"gb_registered": True}, "xueliang_link", "已对接", False),
        ({"gb_code": "34012341111180175079"}, "system_gb_code", "34012341111180175079", True),
        ({"onvif": "supported"}, "platform_onvif", "支持", True),
        ({"storage_capacity_gib": 3726.0}, "storage_tib", 4.0, True),
        ({}, "storage_mode", "硬盘录像机", False),
        ({}, "network_kind", "局域网", False),
        ({}, "network_structure", "内部局域网", False),
        ({}, "network_ranges", "10.0.0.0/24", False),
    ],
)
def test_a_recorder_speaks_for_its_system(
    read: dict[str, Any], field: str, value: object, confirmed: bool
) -> None:
    fields = ledger(devices=(device("d2", "10.0.0.2", "recorder", **read),)).systems[0].fields
    assert (fields[field].value, fields[field].confirmed) == (value, confirmed)


def test_what_no_recorder_says_of_gb28181_is_not_said() -> None:
    fields = ledger(devices=(device("d2", "10.0.0.2", "recorder", gb_registered=False),)).systems[0].fields
    assert "platform_gb28181" not in fields
    assert "system_gb_code" not in fields


def test_the_systems_retention_is_its_worst_cameras() -> None:
    cameras = (camera("d1.1", "d1", retention_days=31), camera("d2.1", "d2", retention_days=12))
    devices = (device("d1", "10.0.0.1"), device("d2", "10.0.0.2"))
    days = ledger(devices=devices, cameras=cameras).systems[0].fields["system_retention_days"]
    assert (days.value, days.confirmed) == (12, True)


def test_a_retention_that_not_all_cameras_told_is_only_offered() -> None:
    cameras = (camera("d1.1", "d1", retention_days=31), camera("d2.1", "d2"))
    devices = (device("d1", "10.0.0.1"), device("d2", "10.0.0.2"))
    days = ledger(devices=devices, cameras=cameras).systems[0].fields["system_retention_days"]
    assert (days.value, days.confirmed) == (31, False)


# --- cameras ---


def test_what_follows_from_unit_and_system_is_offered_to_each_camera() -> None:
    site = Site.model_validate({"address": "示例路 1 号", "systems": ({"system_built_on": "2020.03"},)})
    (one,) = ledger(site, (device("d1", "10.0.0.1"),), (camera("d1.1", "d1"),)).cameras
    offered = {name: one.fields[name] for name in ("install_address", "built_on", "point_class")}
    assert {name: said.value for name, said in offered.items()} == {
        "install_address": "示例路 1 号",
        "built_on": "2020.03",
        "point_class": "二类",
    }
    assert not any(said.confirmed for said in offered.values())


def test_a_camera_that_answers_is_in_use() -> None:
    (one,) = ledger(devices=(device("d1", "10.0.0.1"),), cameras=(camera("d1.1", "d1"),)).cameras
    assert one.fields["life_state"].value == "在用"


def test_of_a_camera_that_does_not_answer_nobody_says_that_it_is_in_use() -> None:
    silent = CameraRecord("d1.1", "d1", 1, (), {}, answered=False)
    (one,) = ledger(devices=(device("d1", "10.0.0.1"),), cameras=(silent,)).cameras
    assert "life_state" not in one.fields


def test_a_planned_camera_has_no_building_date_of_its_system() -> None:
    planned = CameraRecord("h1", "", 1, (), {"build_state": typed("拟新建")}, answered=False)
    made = ledger(systems({"system_built_on": "2020.03"}), said=PeoplesWords(added=(planned,)))
    assert "built_on" not in made.cameras[0].fields


WORDS = st.sampled_from(["甲", "乙", "丙", ""])


@given(st.lists(st.tuples(WORDS, st.integers(0, 50)), max_size=6), WORDS, st.randoms())
def test_the_order_of_claims_changes_nothing(said: list[tuple[str, int]], profile: str, random: Any) -> None:  # noqa: ANN401
    claims = [typed(word, AT + timedelta(minutes=minutes)) for word, minutes in said]
    shuffled = list(claims)
    random.shuffle(shuffled)
    one = ledger(Site(school=profile), said=PeoplesWords(unit={"school": claims})).unit
    other = ledger(Site(school=profile), said=PeoplesWords(unit={"school": shuffled})).unit
    assert one.get("school") == other.get("school")


@given(WORDS, WORDS)
def test_making_the_ledger_twice_is_the_same_as_once(profile: str, imported: str) -> None:
    said = PeoplesWords(unit={"school": (typed(imported),)})
    assert ledger(Site(school=profile), said=said) == ledger(Site(school=profile), said=said)


ADDRESSES = st.integers(1, 9).map(lambda last: f"10.0.0.{last}")
PROFILES = st.lists(
    st.fixed_dictionaries({"devices": st.lists(ADDRESSES, min_size=1, max_size=3).map(tuple)}), max_size=3
)


@given(PROFILES, st.booleans(), st.lists(ADDRESSES, max_size=5, unique=True))
def test_no_camera_belongs_to_two_systems_and_none_is_lost(
    profiles: list[dict[str, Any]], takes_the_rest: bool, addresses: list[str]
) -> None:
    site = systems(*profiles, *([{}] if takes_the_rest else []))
    devices = tuple(device(f"d{place}", address) for place, address in enumerate(addresses))
    cameras = tuple(camera(f"{one.id}.1", one.id) for one in devices)
    made = ledger(site, devices, cameras)
    placed = [*outside(made), *(one for system in made.systems for one in system.cameras)]
    assert sorted(placed) == sorted(one.id for one in cameras)
