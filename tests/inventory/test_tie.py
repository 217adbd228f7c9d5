"""Tying is the same whatever the order of devices; a virtual school has as many cameras as there are."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.load import load_catalogue
from inventory.behind import Listed, Place, is_inside
from inventory.identity import Key
from inventory.record import View
from inventory.store import Store, open_store
from inventory.telling import name_two, without_shared
from inventory.tie import Before, Thing, Tied, tie
from probe.model import (
    Behind,
    Channel,
    ChannelReport,
    DeviceReport,
    Evidence,
    Gap,
    Measured,
    NotMeasured,
    Reading,
    ScanReport,
    StreamOffer,
    Target,
)
from probe.sim.model import Campus, Device
from probe.sim.plan import plan_school
from probe.sim.truth import truth

CATALOGUE = load_catalogue()
MONDAY = datetime(2026, 9, 7, 1, 30, tzinfo=UTC)
MACS = [Key("mac", f"C0:51:7E:00:00:0{n}") for n in range(5)]
SERIALS = [Key("serial", f"SER-AAA-000{n}") for n in range(5)]
RECORDER = Key("serial", "RECORDER-8")


def partition(shown: Mapping[Place, Place | None]) -> set[frozenset[Place]]:
    """Return which places show the same camera, whatever it is called."""
    together: dict[Place, set[Place]] = defaultdict(set)
    for place, camera in shown.items():
        if camera is not None:
            together[camera].add(place)
    return {frozenset(places) for places in together.values()}


@st.composite
def listed_keys(draw: st.DrawFn) -> frozenset[Key]:
    macs, serials = (draw(st.sampled_from([None, *keys])) for keys in (MACS, [*SERIALS, RECORDER]))
    return frozenset(key for key in (macs, serials) if key is not None)


@st.composite
def runs(draw: st.DrawFn) -> tuple[list[Thing], list[Listed]]:
    """Cameras 1 to 4 with keys of their own, and recorders 8 and 9 that list anything at all."""
    things = [
        Thing(
            n,
            frozenset(key for key in (MACS[n], SERIALS[n]) if draw(st.booleans())),
            is_camera=True,
            at=frozenset({(f"10.0.0.{n}", None)}) if draw(st.booleans()) else frozenset(),
        )
        for n in range(1, draw(st.integers(1, 5)))
    ]
    things += [Thing(n, frozenset({Key("serial", f"RECORDER-{n}")}), is_recorder=True) for n in (8, 9)]
    inputs = [
        Listed(
            (recorder, number),
            kind="analogue" if is_analogue else "network",
            keys=frozenset() if is_analogue else draw(listed_keys()),
            address=draw(st.sampled_from(["", *(f"10.0.0.{n}" for n in range(1, 5))])),
            channel=draw(st.sampled_from([None, 1, 2])),
        )
        for recorder in (8, 9)
        for number in range(1, draw(st.integers(1, 4)))
        for is_analogue in [draw(st.integers(0, 3)) == 0]
    ]
    return things, inputs


@given(runs(), st.randoms())
def test_the_order_of_devices_and_channels_does_not_change_what_is_one(
    run: tuple[list[Thing], list[Listed]], chance: random.Random
) -> None:
    things, inputs = run
    mixed, mixed_inputs = list(things), list(inputs)
    chance.shuffle(mixed)
    chance.shuffle(mixed_inputs)
    first = partition(tie(things, inputs, Before()).shown)
    assert partition(tie(mixed, mixed_inputs, Before()).shown) == first


@given(runs())
def test_two_cameras_that_answer_on_the_network_are_never_one(run: tuple[list[Thing], list[Listed]]) -> None:
    shown = tie(*run, Before()).shown
    cameras = [shown[thing.place] for thing in run[0] if thing.is_camera]
    assert len(set(cameras)) == len(cameras)


def after(before: Before, tied: Tied) -> Before:
    """Return what the next run finds, as the database would give it."""
    joined = dict(before.joined)
    for goes, stays in tied.joins:
        joined = {name: stays if now == goes else now for name, now in joined.items()} | {goes: stays}
    shown = {place: camera and joined.get(camera, camera) for place, camera in before.shown.items()}
    cameras = sorted({camera for camera in tied.shown.values() if camera is not None} - set(before.born))
    born = {**before.born, **{camera: len(before.born) + n for n, camera in enumerate(cameras)}}
    return Before({**shown, **tied.shown}, tied.keys, born, joined)


@given(st.lists(runs(), min_size=2, max_size=4))
def test_two_cameras_on_the_network_stay_two_whatever_lists_say_later(
    nights: list[tuple[list[Thing], list[Listed]]],
) -> None:
    (things, _), before = max(nights, key=lambda night: len(night[0])), Before()
    for _, inputs in nights:
        before = after(before, tie(things, inputs, before))
    cameras = [before.shown[thing.place] for thing in things if thing.is_camera]
    assert len(set(cameras)) == len(cameras)


@given(st.lists(runs(), min_size=2, max_size=3))
def test_the_same_night_again_changes_nothing(nights: list[tuple[list[Thing], list[Listed]]]) -> None:
    (things, _), before = max(nights, key=lambda night: len(night[0])), Before()
    for _, inputs in [*nights, nights[-1]]:
        last, before = before, after(before, tie(things, inputs, before))
    assert before.shown == last.shown


MODELS = ("", "ipc-a", "ipc-a-28mm", "ipc-b")


@st.composite
def with_models(draw: st.DrawFn) -> tuple[list[Thing], list[Listed]]:
    """One camera, and rows of two recorders that may all mean it, or each other: few values, many clashes."""
    mac, serial = Key("mac", "C0:51:7E:00:00:01"), Key("serial", "SER-AAA-0001")
    model = st.sampled_from(MODELS)
    keys = st.sets(st.sampled_from([mac, serial]), min_size=1).map(frozenset)
    camera = Thing(1, draw(keys), is_camera=True, at=frozenset({("10.0.0.1", None)}), model=draw(model))
    things = [Thing(n, frozenset({Key("serial", f"RECORDER-{n}")}), is_recorder=True) for n in (8, 9)]
    inputs = [
        Listed(
            (recorder, number),
            kind="network",
            keys=draw(keys),
            address=draw(st.sampled_from(["10.0.0.1", "10.0.0.2", "192.168.254.3"])),
            model=draw(model),
        )
        for recorder in (8, 9)
        for number in (1, 2)
    ]
    rows = [replace(one, is_inside=is_inside(one.address, "10.0.0.200")) for one in inputs]
    return [*([camera] if draw(st.booleans()) else []), *things], rows


def tied_whole(things: list[Thing], inputs: list[Listed], before: Before | None = None) -> Tied:
    """Tie a run as the inventory does."""
    rows = {one.place: one for one in inputs}
    kept = without_shared(inputs, things, frozenset(), rows)
    return tie(things, kept, replace(before or Before(), rows=rows))


@settings(max_examples=400)
@given(with_models())
def test_channels_that_name_two_models_at_two_addresses_are_two_cameras(
    run: tuple[list[Thing], list[Listed]],
) -> None:
    shown = tied_whole(*run).shown
    for one, other in combinations(run[1], 2):
        if name_two(one, other):
            assert shown[one.place] != shown[other.place]


@given(with_models(), st.randoms())
def test_with_models_too_the_order_changes_nothing(
    run: tuple[list[Thing], list[Listed]], chance: random.Random
) -> None:
    things, inputs = run
    mixed, mixed_inputs = list(things), list(inputs)
    chance.shuffle(mixed)
    chance.shuffle(mixed_inputs)
    assert partition(tied_whole(mixed, mixed_inputs).shown) == partition(tied_whole(*run).shown)


@given(runs())
def test_every_tie_says_why(run: tuple[list[Thing], list[Listed]]) -> None:
    tied = tie(*run, Before())
    behind = {place for places in partition(tied.shown) for place in sorted(places)[1:]}
    assert behind - {place for place, (_, why) in tied.why.items() if why} == set()


@given(runs())
def test_an_analogue_channel_is_never_tied(run: tuple[list[Thing], list[Listed]]) -> None:
    tied = tie(*run, Before())
    assert {one.place for one in run[1] if one.kind == "analogue"} & set(tied.why) == set()


# --- a virtual school, from its own truth ---


def school(seed: int) -> Campus:
    return plan_school(seed, 60, "127.91.0.0/16", {}, recorders=8)


def reports(campus: Campus) -> list[DeviceReport]:
    """Return what a scan that misses nothing would hand over, pictures left out."""
    told = {one["address"]: one for one in truth(campus)["devices"]}
    return [_report(one, told[one.address]) for one in campus.devices if one.answers]


def _report(device: Device, told: Mapping[str, object]) -> DeviceReport:
    target = Target(device.address, (device.http_port, device.rtsp_port))
    if told["login"] != "ok":
        return DeviceReport(target, _read(onvif=Measured("supported"), model=NotMeasured(Gap.AUTH_REFUSED)))
    words = ("manufacturer", "model", "firmware", "serial", "mac")
    read = _read(
        onvif=Measured("supported"),
        device_kind=Measured(str(told["kind"])),
        **{word: Measured(str(told[word])) for word in words},
    )
    return DeviceReport(target, read, tuple(_channels(device)))


def _channels(device: Device) -> Iterator[ChannelReport]:
    for lens in device.shown:
        streams = (StreamOffer("main", f"rtsp://{device.address}/{lens.number}"),)
        one = device.recorder.channel(lens.number) if device.recorder else None
        if one is None:
            yield ChannelReport(Channel(lens.number, lens.name, streams=streams))
            continue
        channel = Channel(lens.number, one.name, streams=streams, kind=one.kind, online=one.online)
        if (told := one.behind) is not None:
            behind = Behind(
                told.address, told.port, told.protocol, told.channel, told.mac.lower(), told.serial
            )
            words = replace(behind, model=told.model, brand=told.manufacturer, firmware=told.firmware)
            channel = replace(channel, camera=words)
        yield ChannelReport(channel)


def _read(**readings: Reading) -> tuple[Evidence, ...]:
    return tuple(Evidence(name, reading, "test.probe", MONDAY) for name, reading in readings.items())


def untied(campus: Campus) -> set[str]:
    """Return the cameras that only their picture ties: the list has no key, and an address of another net."""
    by_address = {one.address for one in campus.devices}
    return {
        lens.camera_id
        for device in campus.devices
        if device.recorder
        for lens in device.shown
        if (one := device.recorder.channel(lens.number)) is not None
        and one.behind is not None
        and not (one.behind.mac or one.behind.serial)
        and one.behind.address not in by_address
    }


def run(devices: Sequence[DeviceReport], day: int = 0) -> ScanReport:
    at = MONDAY + timedelta(days=day)
    return ScanReport("scan", at, at + timedelta(minutes=9), (), 254, len(devices), tuple(devices))


def found(view: View) -> dict[tuple[str, int], str]:
    """Return by address and channel which camera is seen there."""
    addresses = {one.id: one.report.target.address for one in view.devices}
    return {
        (addresses[sight.device_id], sight.channel): camera.id
        for camera in view.cameras
        for sight in camera.sights
    }


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(tmp_path / "camcensus.db", CATALOGUE)
    yield store
    store.close()


@pytest.mark.parametrize("seed", [1, 3])
def test_every_camera_of_a_virtual_school_is_one_record(store: Store, seed: int) -> None:
    campus = school(seed)
    store.record(run(reports(campus)))
    seen = found(store.view())
    records: dict[str, set[str]] = defaultdict(set)
    for one in truth(campus)["cameras"]:
        for place in one["seen_as"]:
            if (key := (place["address"], place["channel"])) in seen:
                records[one["camera_id"]].add(seen[key])
    assert {camera for camera, ids in records.items() if len(ids) > 1} <= untied(campus)


@pytest.mark.parametrize("seed", [1, 3])
def test_a_virtual_school_has_no_two_cameras_in_one_record(store: Store, seed: int) -> None:
    campus = school(seed)
    store.record(run(reports(campus)))
    owners: dict[str, set[str]] = defaultdict(set)
    seen = found(store.view())
    for one in truth(campus)["cameras"]:
        for place in one["seen_as"]:
            if (key := (place["address"], place["channel"])) in seen:
                owners[seen[key]].add(one["camera_id"])
    assert {record: cameras for record, cameras in owners.items() if len(cameras) > 1} == {}


@pytest.mark.parametrize("seed", [1])
def test_ids_ties_and_claims_hold_while_devices_come_and_go(store: Store, seed: int) -> None:
    chance = random.Random(seed)
    whole = reports(school(seed))
    store.record(run(whole))
    first = found(store.view())
    for camera in store.view().cameras:
        store.claim(camera.id, "remark", camera.id, "person", "李老师", MONDAY)
    for day in range(1, 4):
        store.record(run(chance.sample(whole, len(whole) * 2 // 3), day))
    cameras = store.view().cameras
    assert (found(store.view()), {one.fields["remark"].value for one in cameras}) == (
        first,
        {one.id for one in cameras},
    )


@settings(max_examples=8, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(4, 6))
def test_no_claim_is_lost_by_joins(chance: random.Random, seed: int) -> None:
    """Whatever part of a school is met first, what was typed then stands at the camera that it became."""
    whole = reports(plan_school(seed, 8, "127.91.0.0/16", {}, recorders=2))
    with TemporaryDirectory() as folder:
        store = open_store(Path(folder) / "camcensus.db", CATALOGUE)
        typed: set[str] = set()
        for day in range(3):
            store.record(run(chance.sample(whole, chance.randint(1, len(whole))), day))
            for camera in store.view().cameras:
                word = f"{camera.id} {day}"
                store.claim(camera.id, "remark", word, "person", "李老师", MONDAY + timedelta(days=day))
                typed.add(word)
        store.record(run(whole, 4))
        said = {
            str(claim.said.value)
            for camera in store.view().cameras
            for claim in store.claims(camera.id)
            if claim.field == "remark"
        }
        store.close()
    assert said == typed
