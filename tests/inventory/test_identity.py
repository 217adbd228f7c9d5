"""Which keys may tie a device, and which are only fillers."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.load import load_catalogue
from inventory.identity import Key, keys_of, keys_of_target, trusted_epr, trusted_mac, trusted_serial
from probe.model import DeviceReport, Evidence, Gap, Measured, NotMeasured, Sighting, Target

BRANDS = load_catalogue().brands
AT = datetime(2026, 9, 1, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize("said", ["c0-51-7e-0a-0b-0c", "C0517E0A0B0C", "c0:51:7e:0a:0b:0c", "c051.7e0a.0b0c"])
def test_a_mac_is_one_word_however_it_is_written(said: str) -> None:
    assert trusted_mac(said) == "C0:51:7E:0A:0B:0C"


@pytest.mark.parametrize(
    "said",
    [
        "",
        "00:00:00:00:00:00",
        "00:00:00:12:34:56",
        "ff:ff:ff:ff:ff:ff",
        "01:00:5e:00:00:01",
        "00:11:22:33:44:55",
        "eth0",
    ],
)
def test_a_filler_mac_is_no_key(said: str) -> None:
    assert trusted_mac(said) == ""


@pytest.mark.parametrize(
    "said",
    [
        "",
        "--",
        "NONE",
        "0000000000",
        "123456",
        "1234567890",
        "A12",
        "null",
        "192168110",
        "010000002009",
    ],
)
def test_a_filler_serial_is_no_key(said: str) -> None:
    assert trusted_serial(said, "10.0.2.9", BRANDS) == ""


def test_a_serial_made_of_the_address_is_no_key() -> None:
    assert trusted_serial("172203045", "172.20.30.45", BRANDS) == ""


def test_a_serial_that_repeats_the_model_is_no_key() -> None:
    assert trusted_serial("IPC-B77Q", "10.0.2.9", BRANDS, same_word=["ipc-b77q"]) == ""


def test_a_real_serial_is_a_key() -> None:
    assert trusted_serial(" 7k02c9apaj31b7f ", "10.0.2.9", BRANDS) == "7K02C9APAJ31B7F"


@pytest.mark.parametrize(
    "said", ["", "urn:uuid:", "uuid:00000000-0000-0000-0000-000000000000", "http://10.0.2.9/onvif"]
)
def test_a_filler_epr_is_no_key(said: str) -> None:
    assert trusted_epr(said, "10.0.2.9") == ""


def test_an_epr_is_the_same_with_and_without_its_prefix() -> None:
    bare = "5f1e0c3a-77d1-4b6e-9c52-c0517e0a0b0c"
    assert trusted_epr(f"urn:uuid:{bare.upper()}", "10.0.2.9") == trusted_epr(bare, "10.0.2.9") == bare


@given(st.text(), st.text(max_size=40))
def test_any_text_gives_a_key_or_none(said: str, address: str) -> None:
    for key in (trusted_mac(said), trusted_serial(said, address, BRANDS), trusted_epr(said, address)):
        assert key.isprintable()


def test_a_key_that_was_not_measured_is_none() -> None:
    gap = Evidence("serial", NotMeasured(Gap.AUTH_REFUSED), "onvif.identity", AT)
    assert keys_of(DeviceReport(Target("10.0.2.9"), (gap,)), BRANDS) == frozenset()


def test_the_mac_of_the_neighbour_table_and_of_the_device_are_both_keys() -> None:
    told = Evidence("mac", Measured("C0:51:7E:0A:0B:0C"), "onvif.network", AT)
    keys = keys_of(DeviceReport(Target("10.0.2.9", mac="c0:51:7e:0a:0b:0d"), (told,)), BRANDS)
    assert keys == {Key("mac", "C0:51:7E:0A:0B:0C"), Key("mac", "C0:51:7E:0A:0B:0D")}


def test_a_target_has_keys_before_it_is_asked() -> None:
    sighting = Sighting("10.0.2.9", "ws-discovery", epr="urn:uuid:5f1e0c3a-77d1-4b6e")
    assert keys_of_target(Target("10.0.2.9", sightings=(sighting,))) == {Key("epr", "5f1e0c3a-77d1-4b6e")}
