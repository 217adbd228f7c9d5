"""What a person may write as TARGET, and what is refused before anything is sent."""

from __future__ import annotations

import contextlib
from ipaddress import IPv4Interface

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import UsageError
from config.words import say
from probe.discover.interfaces import Interface
from probe.discover.targets import Asked, parse_targets

LOOPBACK = Interface("lo", IPv4Interface("127.0.0.1/8"), is_loopback=True, resolves=False)
SCHOOL = Interface("eth0", IPv4Interface("10.1.2.2/24"))
OFFICE = Interface("以太网 2", IPv4Interface("10.9.0.7/23"))
NO_DHCP = Interface("eth1", IPv4Interface("169.254.3.3/16"))
INTERFACES = (LOOPBACK, SCHOOL, OFFICE)


def asked(*words: str, interfaces: tuple[Interface, ...] = INTERFACES, most: int = 65536) -> Asked:
    return parse_targets(words, interfaces, most)


def addresses(*words: str) -> list[str]:
    return list(asked(*words).addresses())


def complaint(*words: str, interfaces: tuple[Interface, ...] = INTERFACES, most: int = 65536) -> str:
    with pytest.raises(UsageError) as refused:
        asked(*words, interfaces=interfaces, most=most)
    return str(refused.value)


def test_a_network_asks_its_hosts() -> None:
    assert addresses("10.5.0.0/30") == ["10.5.0.1", "10.5.0.2"]


def test_a_network_may_be_written_by_a_host_in_it() -> None:
    assert addresses("10.5.0.2/30") == ["10.5.0.1", "10.5.0.2"]


def test_a_range_asks_both_ends() -> None:
    assert addresses("10.5.0.254-10.5.1.1") == ["10.5.0.254", "10.5.0.255", "10.5.1.0", "10.5.1.1"]


def test_a_range_may_end_in_its_last_number() -> None:
    assert addresses("10.5.0.1-3") == ["10.5.0.1", "10.5.0.2", "10.5.0.3"]


def test_an_address_is_asked_by_name() -> None:
    assert asked("10.5.0.1").named == ("10.5.0.1",)


def test_a_port_pins_its_address() -> None:
    assert asked("10.5.0.1:8080", "[fd00::1]:81").pinned == (("10.5.0.1", 8080), ("fd00::1", 81))


def test_a_pinned_address_is_asked_nothing_else() -> None:
    assert asked("10.5.0.1:8080").spans == ()


def test_an_interface_name_asks_its_network() -> None:
    assert asked("eth0").count == 254


def test_an_interface_name_may_be_chinese_and_hold_a_blank() -> None:
    assert asked("以太网 2").multicast == (OFFICE,)


def test_no_target_asks_every_network_but_loopback() -> None:
    assert asked().words == ("10.1.2.0/24", "10.9.0.0/23")


def test_no_target_asks_by_multicast_where_no_address_was_given() -> None:
    without = asked(interfaces=(NO_DHCP,))
    assert (without.multicast, without.spans) == ((NO_DHCP,), ())


def test_full_width_characters_of_a_chinese_keyboard_are_read() -> None:
    assert asked("１０.5.0.1：8080").pinned == (("10.5.0.1", 8080),)


def test_overlapping_targets_are_asked_once() -> None:
    assert asked("10.5.0.0/24", "10.5.0.1-50", "10.5.0.7", "10.5.0.255").count == 255


def test_multicast_goes_only_where_a_target_stands() -> None:
    assert asked("10.1.2.7").multicast == (SCHOOL,)


def test_multicast_on_loopback_serves_loopback_targets() -> None:
    assert asked("127.0.0.0/28").multicast == (LOOPBACK,)


def test_routed_targets_need_no_multicast() -> None:
    assert asked("10.200.0.0/24").multicast == ()


@pytest.mark.parametrize(
    "word",
    [
        "camera.local",
        "http://10.5.0.1/",
        "10.5.0.256",
        "10.5.0",
        "10.5.0.0/33",
        "10.5.0.0/x",
        "10.5.0.9-10.5.0.1",
        "10.5.0.9-",
        "10.5.0.9-300",
        "10.5.0.1:0",
        "10.5.0.1:70000",
        "10.5.0.1:http",
        "10.5.0.0/24:80",
        "[fd00::1]",
        "0.0.0.0",  # noqa: S104  a target, nothing is bound
        "239.255.255.250",
        "255.255.255.255",
        "224.0.0.0/24",
        "10.5.0.1,10.5.0.2",
        "",
    ],
)
def test_a_bad_target_is_refused_by_its_own_name(word: str) -> None:
    assert f"“{word}”" in complaint(word)


def test_all_bad_targets_are_refused_together() -> None:
    said = complaint("10.5.0.1", "camera.local", "10.5.0.0/40", "10.5.0.1:x")
    assert all(word in said for word in ("“camera.local”", "“10.5.0.0/40”", "“10.5.0.1:x”"))


def test_a_host_name_is_told_from_a_bad_number_and_shown_the_interfaces() -> None:
    known = say("reading.comma").join(("lo", "eth0", "以太网 2"))
    assert say("target.unreadable", word="camera.local", known=known) in complaint("camera.local")


def test_a_network_too_big_says_how_to_mend_it() -> None:
    assert "max_addresses" in complaint("10.0.0.0/8")


def test_networks_too_big_together_are_refused() -> None:
    assert "max_addresses" in complaint("10.0.0.0/24", "10.2.0.0/24", most=300)


def test_a_huge_ipv6_network_is_refused_like_any_other() -> None:
    assert "max_addresses" in complaint("fd00::/32")


def test_a_local_network_too_big_is_refused_by_its_name() -> None:
    assert "eth0" in complaint(most=100)


def test_without_any_network_a_sentence_says_so() -> None:
    assert complaint(interfaces=(LOOPBACK,)) == say("target.no_network")


@given(st.lists(st.text(max_size=30), min_size=1, max_size=4))
def test_any_words_are_targets_or_a_sentence(words: list[str]) -> None:
    with contextlib.suppress(UsageError):
        assert isinstance(asked(*words), Asked)


@given(st.lists(st.tuples(st.integers(1, 300), st.integers(0, 60)), min_size=1, max_size=6))
def test_every_asked_address_comes_once_and_none_is_lost(ranges: list[tuple[int, int]]) -> None:
    def dotted(number: int) -> str:
        return f"10.5.{number // 256}.{number % 256}"

    words = [f"{dotted(start)}-{dotted(start + more)}" for start, more in ranges]
    wanted = {dotted(number) for start, more in ranges for number in range(start, start + more + 1)}
    assert sorted(addresses(*words)) == sorted(wanted)
