"""A school from a seed: always the same, always plausible, and the demonstration shows what it promises."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.errors import UsageError
from config.words import say
from probe.sim.effects import turning_points_s
from probe.sim.faults import FAULTS
from probe.sim.makers import MAKERS
from probe.sim.model import Device
from probe.sim.plan import HONEST, plan_school
from probe.sim.ports import Layout, find_layout, place
from probe.sim.truth import truth

NETWORK = "127.77.0.0/24"


def layout(devices: int) -> Layout:
    return Layout("real", tuple(f"127.77.0.{i}" for i in range(1, devices + 1)))


@given(st.integers())
@settings(max_examples=20)
def test_the_same_seed_gives_the_same_school(seed: int) -> None:
    first = plan_school(seed, 24, NETWORK, layout=layout(24))
    assert first == plan_school(seed, 24, NETWORK, layout=layout(24))


@pytest.mark.parametrize("seed", range(3))
def test_pictures_spoiled_since_yesterday_leave_the_school_the_same(seed: int) -> None:
    words = [one.id for one in FAULTS if one.is_picture or one.id.startswith("ptz")]
    faults = {number: (f"{word}@30",) for number, word in enumerate(words, 1)}
    monday, tuesday = (plan_school(seed, 40, NETWORK, chosen, layout=layout(40)) for chosen in ({}, faults))
    assert monday.credentials == tuesday.credentials
    for before, after in zip(monday.devices, tuesday.devices, strict=True):
        assert _identity(before) == _identity(after)


def _identity(device: Device) -> tuple[object, ...]:
    lens = device.lenses[0]
    return (
        *(device.mac, device.epr, device.serial, device.model, device.firmware, device.address),
        *(device.http_port, device.rtsp_port, device.password, device.clock_offset_s),
        *(lens.name, lens.scene, [one.path for one in lens.streams]),
    )


def test_the_truth_has_a_late_fault_from_its_time_on() -> None:
    campus = plan_school(1, 1, NETWORK, {1: ("covered@45",)}, layout=layout(1))
    faults = [truth(campus, since_s)["devices"][0]["channels"][0]["faults"] for since_s in (0, 44.9, 45)]
    assert (faults, turning_points_s(campus)) == ([[], [], ["covered"]], (45.0,))


def test_the_truth_names_the_size_before_enlarging_and_no_fault() -> None:
    campus = plan_school(1, 1, NETWORK, {1: ("enlarged",)}, layout=layout(1))
    channel = truth(campus)["devices"][0]["channels"][0]
    assert [channel[key] for key in ("width", "enlarged_from", "faults")] == [1920, [352, 288], []]


@pytest.mark.parametrize("fault", ["ptz", "ptz-preset-2", "ptz-elsewhere"])
def test_a_head_that_was_turned_is_no_fault_of_the_picture(fault: str) -> None:
    campus = plan_school(1, 1, NETWORK, {1: (fault,)}, layout=layout(1))
    assert truth(campus)["devices"][0]["channels"][0]["faults"] == []


def test_another_seed_gives_another_school() -> None:
    one, other = (truth(plan_school(seed, 24, NETWORK, layout=layout(24)))["devices"] for seed in (1, 2))
    assert [d["serial"] for d in one] != [d["serial"] for d in other]


@pytest.mark.parametrize("seed", range(5))
def test_the_demonstration_shows_every_fault_that_it_promises(seed: int) -> None:
    campus = plan_school(seed, 24, NETWORK, layout=layout(24))
    assert set(HONEST) <= {fault for device in campus.devices for fault in device.faults}


@pytest.mark.parametrize("seed", range(5))
def test_a_placeholder_maker_is_a_no_name(seed: int) -> None:
    campus = plan_school(seed, 24, NETWORK, layout=layout(24))
    assert [d.maker for d in campus.devices if "placeholder-maker" in d.faults] == ["no-name"]


@pytest.mark.parametrize("seed", range(5))
def test_most_devices_have_no_fault(seed: int) -> None:
    campus = plan_school(seed, 24, NETWORK, layout=layout(24))
    assert sum(1 for device in campus.devices if not device.faults) >= 12


@given(st.integers(), st.integers(1, 60))
@settings(max_examples=30)
def test_no_two_cameras_share_name_mac_or_address(seed: int, devices: int) -> None:
    campus = plan_school(seed, devices, NETWORK, layout=layout(devices))
    for facts in (
        [device.mac for device in campus.devices],
        [device.address for device in campus.devices],
        [lens.name for device in campus.devices for lens in device.lenses],
    ):
        assert len(set(facts)) == devices


def test_every_fault_can_be_planned_on_any_device() -> None:
    for one in FAULTS:
        campus = plan_school(3, 1, NETWORK, {1: (one.id,)}, layout=layout(1))
        assert campus.devices[0].faults == (one.id,)


def test_every_maker_paints_each_stream_at_its_own_path() -> None:
    for maker in MAKERS:
        paths = {
            maker.stream_path.format(n=1, z=0, s=s, s1=s + 1, p1=s + 1, role=r)
            for s, r in ((0, "main"), (1, "sub"))
        }
        assert len(paths) == 2


def test_the_truth_gives_the_network_as_target_and_as_rule() -> None:
    sheet = truth(plan_school(1, 3, NETWORK, layout=layout(3)))
    assert (sheet["targets"], sheet["credentials"][0]["rule"]) == ([NETWORK], NETWORK)


def test_where_there_is_one_address_every_device_is_a_target_of_its_own() -> None:
    campus = plan_school(1, 3, NETWORK, {}, layout=Layout("single", ("127.0.0.1",)))
    assert len({one for one in campus.targets if one.startswith("127.0.0.1:")}) == 3


def test_a_device_with_onvif_off_is_targeted_at_its_rtsp_port() -> None:
    campus = plan_school(1, 1, NETWORK, {1: ("onvif-off",)}, layout=Layout("single", ("127.0.0.1",)))
    assert campus.targets == (f"127.0.0.1:{campus.devices[0].rtsp_port}",)


def test_the_wrong_password_device_has_another_password_than_the_credential() -> None:
    campus = plan_school(1, 1, NETWORK, {1: ("wrong-password",)}, layout=layout(1))
    assert campus.devices[0].password != campus.credentials[0].password


def test_an_off_line_device_answers_nothing_in_the_truth() -> None:
    sheet = truth(plan_school(1, 1, NETWORK, {1: ("off-line",)}, layout=layout(1)))
    assert sheet["devices"][0]["answers"] is False


def test_the_truth_asks_for_no_size_where_there_is_no_picture() -> None:
    channel = truth(plan_school(1, 1, NETWORK, {1: ("no-media",)}, layout=layout(1)))["devices"][0][
        "channels"
    ][0]
    assert (channel["width"], channel["codec"]) == (None, None)


def test_no_password_is_in_a_printed_device() -> None:
    campus = plan_school(1, 1, NETWORK, layout=layout(1))
    assert campus.credentials[0].password not in repr(campus)


@pytest.mark.parametrize(
    ("bind", "said"),
    [
        ("campus", say("sim.bind", bind="campus")),
        ("127.77.0.0/30", say("sim.small", bind="127.77.0.0/30", hosts=2, devices=8)),
        ("192.0.2.192/28", say("sim.elsewhere", bind="192.0.2.192/28", address="192.0.2.200")),
    ],
)
def test_a_network_that_cannot_hold_the_campus_is_refused(bind: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        find_layout(bind, 8)
    assert str(caught.value) == said


def test_without_permission_for_low_ports_cameras_stand_on_high_ones() -> None:
    assert place(Layout("high", ("127.77.0.1",)), 1, 80, (8000, 80)) == ("127.77.0.1", 8080, 8554, (8000,))
