"""What a report lets us say, with its source; and what it does not."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from config.load import load_catalogue
from config.site import Site
from inventory.derive import _DERIVATIONS, AFTER_POSITION, Scene, derive, goes_with, site_fields
from inventory.record import FieldValue, Source
from inventory.systems import DERIVATIONS as OF_SYSTEMS
from probe.model import (
    Channel,
    ChannelReport,
    DeviceReport,
    Evidence,
    Gap,
    Measured,
    NotMeasured,
    Reading,
    Sighting,
    Target,
    Value,
)

CATALOGUE = load_catalogue()
AT = datetime(2026, 9, 1, 2, 0, tzinfo=UTC)


def readings(values: dict[str, Value | Reading], probe: str) -> tuple[Evidence, ...]:
    """Return readings that say how they were had, as those of probes do."""
    return tuple(
        Evidence(
            metric,
            value if isinstance(value, Measured | NotMeasured) else Measured(value, "as the device tells it"),
            probe,
            AT,
        )
        for metric, value in values.items()
    )


def claims(
    *,
    address: str = "10.0.2.9",
    mac: str = "",
    scopes: tuple[str, ...] = (),
    name: str = "",
    device: dict[str, Value | Reading] | None = None,
    channel: dict[str, Value | Reading] | None = None,
    behind_recorder: bool = False,
) -> dict[str, FieldValue]:
    target = Target(address, sightings=(Sighting(address, "ws-discovery", scopes=scopes),), mac=mac)
    shown = ChannelReport(Channel(1, name), readings(channel or {}, "rtsp.stream"))
    report = DeviceReport(target, readings(device or {}, "onvif.identity"), (shown,))
    return derive(Scene(report, report.channels, CATALOGUE, AT), behind_recorder=behind_recorder)


def said(value: FieldValue | None) -> tuple[object, Source, str, bool] | None:
    return (value.value, value.source, value.by, value.confirmed) if value else None


def test_a_known_maker_is_written_as_the_catalogue_writes_it() -> None:
    found = claims(device={"manufacturer": "Hikvision Digital Technology"})
    assert said(found["brand"]) == ("海康威视", "derived", "onvif.identity", True)


def test_an_unknown_maker_keeps_its_own_word() -> None:
    assert said(claims(device={"manufacturer": "Qingyun Optics"})["brand"]) == (
        "Qingyun Optics",
        "derived",
        "onvif.identity",
        True,
    )


@pytest.mark.parametrize("filler", ["", "--", "NONE", "ONVIF", "H264", "General", "IPCamera"])
def test_a_filler_is_no_maker(filler: str) -> None:
    assert "brand" not in claims(device={"manufacturer": filler})


def test_without_a_login_the_scopes_suggest_the_maker() -> None:
    found = claims(scopes=("onvif://www.onvif.org/name/HIKVISION%20DS-2CD2T47",))
    assert said(found["brand"]) == ("海康威视", "suggested", "discover.ws-discovery", False)


def test_the_mac_prefix_is_the_weakest_word_on_the_maker() -> None:
    assert said(claims(mac="3C:EF:8C:00:00:07")["brand"]) == (
        "大华",
        "suggested",
        "discover.neighbours",
        False,
    )


def test_a_label_that_differs_from_the_mac_prefix_is_left_to_a_person() -> None:
    brand = claims(mac="3C:EF:8C:00:00:07", device={"manufacturer": "Qingyun Optics"})["brand"]
    assert (brand.value, brand.confirmed, "大华" in brand.note) == ("Qingyun Optics", False, True)


def test_a_placeholder_model_is_none() -> None:
    assert "model" not in claims(device={"model": "IPC"})


def test_hd_is_judged_from_the_decoded_picture() -> None:
    assert said(claims(channel={"width": 1280, "height": 720})["hd"]) == (
        "是",
        "derived",
        "rtsp.stream",
        True,
    )


def test_a_smaller_picture_is_not_hd() -> None:
    assert claims(channel={"width": 704, "height": 576})["hd"].value == "否"


def test_a_small_picture_that_was_enlarged_is_left_to_a_person_and_says_why() -> None:
    grown: dict[str, Value | Reading] = {"width": 1920, "height": 1080, "enlarged_from": [352, 288]}
    hd = claims(channel=grown)["hd"]
    assert (said(hd), "放大的，原约 352×288" in hd.note) == (("否", "suggested", "rtsp.stream", False), True)


@pytest.mark.parametrize("before", [[], [1280, 720]])
def test_a_picture_that_was_large_enough_before_it_was_enlarged_is_hd(before: list[int]) -> None:
    grown: dict[str, Value | Reading] = {"width": 1920, "height": 1080, "enlarged_from": before}
    assert said(claims(channel=grown)["hd"]) == ("是", "derived", "rtsp.stream", True)


def test_an_unmeasured_picture_has_neither_resolution_nor_hd() -> None:
    gap = NotMeasured(Gap.NO_PICTURE)
    assert not {"hd", "resolution"} & claims(channel={"width": gap, "height": gap}).keys()


def test_the_resolution_is_measured() -> None:
    assert said(claims(channel={"width": 1920, "height": 1080})["resolution"]) == (
        "1920×1080",
        "measured",
        "rtsp.stream",
        True,
    )


def test_a_camera_that_was_seen_stands_there() -> None:
    assert said(claims()["build_state"]) == ("已建", "derived", "discover.ws-discovery", True)


@pytest.mark.parametrize("address", ["10.0.2.9", "172.16.4.4", "192.168.7.1", "127.3.0.5"])
def test_a_private_address_suggests_the_schools_own_network(address: str) -> None:
    assert said(claims(address=address)["access_network"]) == (
        "自建局域网",
        "suggested",
        "discover.ws-discovery",
        False,
    )


def test_a_public_address_suggests_no_network() -> None:
    assert "access_network" not in claims(address="203.0.113.7")


def test_the_position_is_suggested_by_the_channels_name() -> None:
    assert claims(name="东操场 2")["position"].value == "操场"


def test_the_position_is_suggested_by_the_text_on_the_picture() -> None:
    assert claims(channel={"osd": ["2026-09-01 10:00:00", "正门"]})["position"].value == "正门"


def test_a_suggested_position_waits_for_a_person() -> None:
    assert not claims(name="正门")["position"].confirmed


def test_a_clock_on_the_picture_is_no_name() -> None:
    assert "channel_name" not in claims(channel={"osd": ["2026-09-01 10:00:00", "%Y-%m-%d %H:%M:%S"]})


def test_the_resource_class_goes_with_the_position() -> None:
    position = FieldValue("侧门", "person", "李老师", AT, True)
    assert said(goes_with(position, CATALOGUE)["resource_class"]) == (
        "单位主要出入口",
        "suggested",
        "李老师",
        False,
    )


def test_a_camera_behind_a_recorder_does_not_get_the_recorders_make() -> None:
    found = claims(
        device={"manufacturer": "HIKVISION", "model": "DS-7816", "mac": "44:19:B6:00:00:01"},
        behind_recorder=True,
    )
    assert not {"brand", "model", "mac", "serial", "firmware", "ip"} & found.keys()


def test_what_the_school_typed_is_a_persons_word() -> None:
    typed = site_fields(Site(school="青云镇中心小学"), CATALOGUE, AT)
    assert dict(typed) == {
        "school": FieldValue("青云镇中心小学", "person", "camcensus.toml: school", AT, True)
    }


def test_what_is_typed_under_unit_is_a_persons_word_too() -> None:
    typed = site_fields(Site(school="青云镇中心小学", unit={"county": "青云县"}), CATALOGUE, AT)
    assert said(typed["county"]) == ("青云县", "person", "camcensus.toml: county", True)
    assert "address" not in typed


@pytest.mark.parametrize(
    ("scope", "position"),
    [
        ("onvif://www.onvif.org/location/%E6%93%8D%E5%9C%BA%E4%B8%9C", "操场"),
        ("onvif://www.onvif.org/name/North_Gate", "侧门"),
        ("onvif://www.onvif.org/location/city/hangzhou", None),
    ],
)
def test_the_position_is_suggested_by_what_the_device_announces(scope: str, position: str | None) -> None:
    found = claims(scopes=(scope,)).get("position")
    assert (found.value if found else None) == position


def test_the_name_on_the_picture_goes_before_what_the_device_announces() -> None:
    found = claims(scopes=("onvif://www.onvif.org/location/back_gate",), name="操场")
    assert found["position"].value == "操场"


def test_a_gate_looks_at_a_public_place_and_a_classroom_does_not() -> None:
    def faces(place: str) -> list[object]:
        position = FieldValue(place, "person", "清单.xlsx C3", AT, True)
        found = goes_with(position, CATALOGUE)
        return [found[name].value for name in ("coverage", "faces_public")]

    assert faces("正门") == ["C类", "是"]
    assert faces("教室") == ["B类", "否"]


def test_a_place_of_nobodys_vocabulary_tells_nothing() -> None:
    assert goes_with(FieldValue("塔顶", "person", "清单.xlsx C3", AT, True), CATALOGUE) == {}


@pytest.mark.parametrize(("codec", "word"), [("H264", "H.264"), ("H265", "H.265"), ("SVAC", "SVAC")])
def test_the_coding_is_written_in_the_words_of_the_record(codec: str, word: str) -> None:
    assert said(claims(channel={"codec": codec})["coding"]) == (word, "derived", "rtsp.stream", True)


@pytest.mark.parametrize(
    ("channel", "words"),
    [
        ({"osd": ["青云小学正门", "2026-09-01 10:00:00"], "osd_clock": True}, "青云小学正门（时间已叠加）"),
        ({"osd": ["青云小学正门"], "osd_clock": False}, "青云小学正门（时间未叠加）"),
        ({"osd": ["青云小学正门"]}, "青云小学正门"),
        ({"osd_clock": True}, "（时间已叠加）"),
        ({}, None),
    ],
)
def test_the_words_on_the_picture_are_told_with_the_clock(
    channel: dict[str, Value | Reading], words: str | None
) -> None:
    found = claims(channel=channel).get("osd_text")
    assert (found.value if found else None) == words


@pytest.mark.parametrize(
    ("detail", "note"),
    [
        ("", ""),
        ("ONVIF and hikvision", "ONVIF 的通道清单、海康接口的通道清单"),
        ("by dahua; ONVIF: Unsupported: no ONVIF", "大华接口的通道清单"),
        ("by its RTSP path; ONVIF: silent", "没有通道清单，取自 RTSP 常用地址"),
        ("the recorder's own list: uniview: no whole answer", ""),
    ],
)
def test_whose_list_a_channels_name_comes_from_is_told(detail: str, note: str) -> None:
    found = claims(name="南侧通道", device={"channels": Measured([], detail)})
    assert found["channel_name"].note == note


def test_a_camera_that_speaks_onvif_is_supported_and_silence_proves_nothing() -> None:
    assert claims(device={"onvif": "supported"})["standard_support"].value == "支持"
    assert "standard_support" not in claims(device={"onvif": "absent"})


def test_of_a_camera_behind_a_recorder_the_recorders_protocols_say_nothing() -> None:
    found = claims(device={"onvif": "supported"}, behind_recorder=True)
    assert {"standard_support", "ipv4", "ipv6"} & set(found) == set()


@pytest.mark.parametrize(
    ("address", "field"), [("10.0.2.9", "ipv4"), ("fd00::9", "ipv6"), ("fe80::9%eth0", "ipv6")]
)
def test_an_address_stands_under_its_kind(address: str, field: str) -> None:
    found = claims(address=address)
    assert {"ipv4", "ipv6"} & set(found) == {field}


def test_a_camera_that_turns_is_suggested_as_a_dome() -> None:
    assert said(claims(channel={"ptz": True})["camera_type"]) == ("球机", "suggested", "rtsp.stream", False)
    assert "camera_type" not in claims(channel={"ptz": False})


def test_every_way_of_deriving_is_known_to_somebody() -> None:
    later = {"unit-address", "system-built-on", "in-use", *AFTER_POSITION}
    known = set(_DERIVATIONS) | set(OF_SYSTEMS) | later
    assert {rule.derived for rule in CATALOGUE.fields.values() if rule.derived} <= known
