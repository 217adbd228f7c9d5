"""The JSON that scripts rely on: held to its published schema, unknown as null, nothing silently absent."""

from __future__ import annotations

import json
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

import jsonschema
import pytest
import typer

from config.load import load_catalogue
from config.schema import Catalogue, binding_rules
from config.site import Site
from inventory.record import CameraRecord, Conflict, DeviceRecord, FieldValue, Kind, RunInfo, View
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
    SilentTarget,
    StreamOffer,
    Target,
    Value,
)
from probe.transport.vault import Vault
from reports.commands.scanning import finish
from reports.document import scan_document, to_json
from reports.results import bugs, not_met
from reports.scan_json import Document, Fault
from reports.workspace import Workspace

SCHEMA = Path(__file__).resolve().parents[2] / "docs" / "scan.schema.json"
NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)
LOST = NotMeasured(Gap.UNREACHABLE)
ALL = binding_rules(load_catalogue(), "ruian-2018")  # which has no rules of its own


def read(**values: Value | Reading) -> tuple[Evidence, ...]:
    return tuple(
        Evidence(metric, one if isinstance(one, Measured | NotMeasured) else Measured(one), "test", NOON)
        for metric, one in values.items()
    )


def camera(number: int, *, asked: bool = True, **picture: Value | Reading) -> DeviceRecord:
    address = f"10.1.2.{number}"
    streams = (
        StreamOffer("main", f"rtsp://{address}/1", "p1", "H264", 1920, 1080, 25.0),
        StreamOffer("sub", f"rtsp://{address}/2", "p2", "", 640, 360, 12.0),
    )
    usual: dict[str, Value | Reading] = {"codec": "H264", "width": 1920, "height": 1080, "alive": True}
    shown = read(**usual | picture)
    report = DeviceReport(
        Target(address, (80, 554), (Sighting(address, "tcp"), Sighting(address, "ws-discovery"))),
        read(onvif="supported", rtsp="supported", model="IPC-1", serial="", mac=LOST, clock_offset_s=0.0),
        (ChannelReport(Channel(1, "", "v1", streams), shown),),
    )
    return DeviceRecord(f"d{number}", "camera", address, report, NOON, NOON, True, asked)


def record(number: int) -> CameraRecord:
    brand = FieldValue("海康威视", "derived", "onvif.identity", NOON, True)
    return CameraRecord(f"d{number}.1", f"d{number}", 1, (), {"brand": brand}, True, (1,))


def view(*devices: DeviceRecord) -> View:
    run = RunInfo(7, "scan", NOON, NOON, ("10.1.2.0/24",), 254, len(devices))
    cameras = tuple(record(int(device.id[1:])) for device in devices)
    typed, measured = (FieldValue(word, "person", "李老师", NOON, True) for word in ("大华", "海康威视"))
    conflicts = tuple(Conflict(one.id, "brand", typed, measured) for one in cameras)
    return View(run, devices, cameras, conflicts, (SilentTarget("10.1.2.99", "unreachable"),))


def written(catalogue: Catalogue, *devices: DeviceRecord, whole: bool = False) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(to_json(scan_document(view(*devices), catalogue, whole=whole)))
    return document


def test_the_published_schema_is_the_one_of_the_models() -> None:
    assert json.loads(SCHEMA.read_text("utf-8")) == Document.model_json_schema(by_alias=True)


def test_the_document_keeps_to_the_published_schema(catalogue: Catalogue) -> None:
    document = written(catalogue, camera(1), camera(2, width=LOST, height=LOST, alive=LOST))
    jsonschema.validate(document, json.loads(SCHEMA.read_text("utf-8")))


def test_before_the_first_run_the_document_is_empty_and_valid(catalogue: Catalogue) -> None:
    document = json.loads(to_json(scan_document(View(None), catalogue)))
    assert (document["run"], document["devices"], document["cameras"]) == (None, [], [])
    jsonschema.validate(document, json.loads(SCHEMA.read_text("utf-8")))


def test_what_is_not_known_is_null_and_what_is_nought_is_nought(catalogue: Catalogue) -> None:
    (device,) = written(catalogue, camera(1))["devices"]
    assert (device["serial"], device["mac"], device["clock_offset_s"]) == (None, None, 0.0)
    assert device["gaps"] == {"mac": "unreachable"}


def test_the_faults_that_are_judged_are_the_words_that_scripts_know(catalogue: Catalogue) -> None:
    assert set(catalogue.faults) == set(get_args(Fault))


def test_only_the_main_stream_is_measured(catalogue: Catalogue) -> None:
    main, sub = written(catalogue, camera(1))["devices"][0]["channels"][0]["streams"]
    assert (main["width"], sub["width"]) == (1920, None)
    assert sub["declared"] == {"codec": None, "width": 640, "height": 360, "fps": 12.0}


def findings(catalogue: Catalogue, device: DeviceRecord) -> dict[str, dict[str, Any]]:
    (channel,) = written(catalogue, device)["devices"][0]["channels"]
    return {one["rule"]: one for one in channel["findings"]}


def test_the_three_readings_of_item_three_are_judged_apart(catalogue: Catalogue) -> None:
    blurred = camera(1, tvl_live_at_least=100, tvl_live_at_most=250)
    verdicts = {rule: one["verdict"] for rule, one in findings(catalogue, blurred).items()}
    assert verdicts["guannan-2018.3"] == "met"
    assert verdicts["guannan-2018.3-live"] == "not-met"
    assert verdicts["guannan-2018.3-playback"] == "unknown"


def test_the_bounds_of_the_tv_lines_stand_side_by_side_with_their_limit(catalogue: Catalogue) -> None:
    sharp = camera(1, tvl_live_at_least=502, tvl_live_at_most=NotMeasured(Gap.UNCLEAR))
    found = findings(catalogue, sharp)["guannan-2018.3-live"]
    assert (found["metric"], found["value"], found["limit"]) == (
        "tvl_live_at_least,tvl_live_at_most",
        [502, None],
        380,
    )


@pytest.mark.parametrize(
    ("kind", "binding"), [("camera", [True, False]), ("recorder", [True, True]), ("unknown", [True, True])]
)
def test_tv_lines_bind_where_the_camera_may_be_an_analogue_one(
    catalogue: Catalogue, kind: Kind, binding: list[bool]
) -> None:
    found = findings(catalogue, replace(camera(1), kind=kind))
    assert [found[rule]["binding"] for rule in ("guannan-2018.3", "guannan-2018.3-live")] == binding


def test_what_does_not_bind_is_not_told_as_not_met(catalogue: Catalogue) -> None:
    blurred = camera(1, tvl_live_at_most=250)
    assert not not_met(scan_document(view(blurred), catalogue), ALL)
    assert not_met(scan_document(view(replace(blurred, kind="recorder")), catalogue), ALL)


@pytest.mark.parametrize(("campaign", "code"), [("chuzhou-2019", 0), ("guannan-2018", 3), ("ruian-2018", 3)])
def test_fail_on_asks_the_rules_of_the_configured_campaign(
    catalogue: Catalogue, tmp_path: Path, campaign: str, code: int
) -> None:
    place = Workspace(tmp_path, Site(campaign=campaign), catalogue, Vault.open(tmp_path, None))
    small = view(camera(1, width=176, height=144))
    with pytest.raises(typer.Exit) if code else nullcontext() as ended:
        finish(small, place, str(tmp_path / "scan.json"), "not-met")
    assert (ended.value.exit_code if ended else 0) == code


def test_a_picture_fault_is_found_absent_or_a_named_gap(catalogue: Catalogue) -> None:
    dark = camera(1, luma_p97=4.0, luma_spread=2.0, chroma_mean=1.0, luma_structure=0.1)
    channel = written(catalogue, dark)["devices"][0]["channels"][0]
    assert channel["faults"] == ["black"]
    assert channel["gaps"].keys() | {"black"} >= set(catalogue.faults)


def test_what_was_not_measured_is_unknown_and_not_met_is_told(catalogue: Catalogue) -> None:
    lost = scan_document(view(camera(1, width=LOST, height=LOST)), catalogue)
    small = scan_document(view(camera(1, width=176, height=144)), catalogue)
    assert (not_met(lost, ALL), not_met(small, ALL)) == (False, True)
    verdicts = {f.metric: f.verdict for f in lost.devices[0].channels[0].findings}
    assert verdicts["width,height"] == "unknown"


def test_a_fault_of_ours_is_named_by_address_and_metric(catalogue: Catalogue) -> None:
    document = scan_document(view(camera(1, alive=NotMeasured(Gap.OUR_BUG))), catalogue)
    assert bugs(document) == ["10.1.2.1 alive"]


@pytest.mark.parametrize(("whole", "listed"), [(False, ["d1"]), (True, ["d1", "d2"])])
def test_a_run_shows_what_it_asked_and_the_inventory_shows_all(
    catalogue: Catalogue, whole: bool, listed: list[str]
) -> None:
    document = written(catalogue, camera(1), camera(2, asked=False), whole=whole)
    assert [device["id"] for device in document["devices"]] == listed
    assert [one["device_id"] for one in document["cameras"]] == listed
    assert [one["camera_id"] for one in document["conflicts"]] == [f"{one}.1" for one in listed]


def test_times_are_iso_8601_with_their_offset(catalogue: Catalogue) -> None:
    assert written(catalogue)["run"]["started"] == "2026-09-01T12:00:00+00:00"


def test_a_device_without_a_camera_is_still_a_device(catalogue: Catalogue) -> None:
    shown = replace(view(camera(1)), cameras=(), conflicts=())
    (device,) = scan_document(shown, catalogue).devices
    assert (device.brand, device.channels[0].camera_id) == (None, None)
