"""Neighbour tables as Linux, Windows and macOS print them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.wire.neighbours import (
    Neighbour,
    TableState,
    canonical_mac,
    parse_arp_a,
    parse_arp_cache,
    parse_proc_arp,
)

LINUX = """IP address       HW type     Flags       HW address            Mask     Device
192.0.2.10       0x1         0x2         02:11:22:aa:bb:cc     *        eth0
192.0.2.11       0x1         0x0         00:00:00:00:00:00     *        eth0
"""
WINDOWS = """
接口: 192.0.2.2 --- 0x7
  Internet 地址         物理地址              类型
  192.0.2.10            02-11-22-aa-bb-cc     动态
  192.0.2.255           ff-ff-ff-ff-ff-ff     静态
  239.255.255.250       01-00-5e-7f-ff-fa     静态
"""
MACOS = """? (192.0.2.10) at 2:11:22:aa:b:cc on en0 ifscope [ethernet]
? (192.0.2.11) at (incomplete) on en0 ifscope [ethernet]
"""
STATE = """entries  allocs   destroys table_fulls
0000000a 00000002 00000000 00000003
0000000a 00000002 00000000 00000004
"""


def test_linux_shows_who_answered_and_who_did_not() -> None:
    assert parse_proc_arp(LINUX) == (
        Neighbour("192.0.2.10", "02:11:22:AA:BB:CC"),
        Neighbour("192.0.2.11", ""),
    )


def test_windows_table_is_read_in_any_language() -> None:
    assert parse_arp_a(WINDOWS)[0] == Neighbour("192.0.2.10", "02:11:22:AA:BB:CC")


def test_broadcast_and_multicast_name_no_device() -> None:
    assert [line.mac for line in parse_arp_a(WINDOWS)[1:]] == ["", ""]


def test_macos_drops_leading_zeros() -> None:
    assert parse_arp_a(MACOS) == (Neighbour("192.0.2.10", "02:11:22:AA:0B:CC"), Neighbour("192.0.2.11", ""))


def test_fulls_are_summed_over_processors_and_entries_are_not() -> None:
    assert parse_arp_cache(STATE) == TableState(entries=10, fulls=7)


def test_another_file_is_no_table_state() -> None:
    assert parse_arp_cache(LINUX) is None


@pytest.mark.parametrize(
    "nobody", ["00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff", "01:00:5e:00:00:01", "", "02:11"]
)
def test_what_names_no_single_device_is_no_mac(nobody: str) -> None:
    assert canonical_mac(nobody) == ""


@given(st.text(max_size=300))
def test_any_text_is_a_table(text: str) -> None:
    for line in (*parse_proc_arp(text), *parse_arp_a(text)):
        assert line.address
    parse_arp_cache(text)
