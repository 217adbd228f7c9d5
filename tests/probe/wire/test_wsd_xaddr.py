"""Service addresses are mended to the address that answered."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.wire.wsd_xaddr import mend_xaddrs


@pytest.mark.parametrize(
    ("announced", "mended"),
    [
        ("http://192.0.2.9/onvif/device_service", "http://192.0.2.9/onvif/device_service"),
        ("http://192.0.2.9:8899/onvif/device_service", "http://192.0.2.9:8899/onvif/device_service"),
        ("HTTP://192.0.2.9/Onvif", "http://192.0.2.9/Onvif"),
        ("https://192.0.2.9:443/o", "https://192.0.2.9:443/o"),
        ("http://0.0.0.0:8000/onvif/device_service", "http://192.0.2.9:8000/onvif/device_service"),
        ("http://169.254.7.7/o", "http://192.0.2.9/o"),
        ("http://[fe80::2]:80/o", "http://192.0.2.9:80/o"),
        ("http://192.168.1.64:8080/o?a=b", "http://192.0.2.9:8080/o?a=b"),
        ("http://192.0.2.9:8106:8106/o", "http://192.0.2.9:8106/o"),
        ("http://192.0.2.9:/o", "http://192.0.2.9/o"),
        ("http://192.0.2.9:99999/o", "http://192.0.2.9/o"),
        ("http://camera.local/o", "http://192.0.2.9/o"),
        ("http:///o", "http://192.0.2.9/o"),
        ("http://192.0.2.9", "http://192.0.2.9/"),
        ("http://admin:12345@192.0.2.9/o", "http://192.0.2.9/o"),
        ("192.168.1.64:8000/o", "http://192.0.2.9:8000/o"),
    ],
)
def test_host_is_replaced_and_path_and_port_are_kept(announced: str, mended: str) -> None:
    assert mend_xaddrs([announced], "192.0.2.9") == (mended,)


@pytest.mark.parametrize("garbage", ["SERVICE_URI", "", "http:/", "ftp://192.0.2.9/", "http://a/\x00", "://"])
def test_garbage_is_dropped(garbage: str) -> None:
    assert mend_xaddrs([garbage], "192.0.2.9") == ()


def test_the_address_that_answered_comes_first() -> None:
    announced = ["http://169.254.7.7/link", "http://192.0.2.9/own"]
    assert mend_xaddrs(announced, "192.0.2.9") == ("http://192.0.2.9/own", "http://192.0.2.9/link")


def test_what_is_the_same_after_mending_is_said_once() -> None:
    assert mend_xaddrs(["http://192.0.2.9/o", "http://[fe80::2]/o"], "192.0.2.9") == ("http://192.0.2.9/o",)


def test_an_ipv6_answer_is_bracketed() -> None:
    assert mend_xaddrs(["http://0.0.0.0:81/o"], "fd00::9") == ("http://[fd00::9]:81/o",)


@given(st.lists(st.text(max_size=60), max_size=4))
def test_every_mended_address_is_on_the_host_that_answered(announced: list[str]) -> None:
    mended = mend_xaddrs([f"http://{one}" for one in announced], "192.0.2.9")
    assert all(one.startswith(("http://192.0.2.9:", "http://192.0.2.9/")) for one in mended)


@given(st.lists(st.text(max_size=60), max_size=4))
def test_mending_twice_changes_nothing(announced: list[str]) -> None:
    once = mend_xaddrs(announced, "192.0.2.9")
    assert mend_xaddrs(once, "192.0.2.9") == once
