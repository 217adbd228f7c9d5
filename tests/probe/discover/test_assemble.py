"""What was heard and what was open becomes targets, and each answer that does not becomes a note."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Interface

from config.words import say
from probe.discover.assemble import kept_sightings, lone_macs, silent_of, targets_of
from probe.discover.interfaces import Interface
from probe.discover.targets import Asked, parse_targets
from probe.discover.ws_discovery import Heard
from probe.model import Sighting, Target
from probe.wire.neighbours import Neighbour

SCHOOL = Interface("eth0", IPv4Interface("10.1.2.2/24"))


def asked(*words: str) -> Asked:
    return parse_targets(words, (SCHOOL,), 65536)


def seen(address: str, *xaddrs: str) -> Sighting:
    return Sighting(address, "ws-discovery", "urn:uuid:1", xaddrs)


def names(*words: str, sightings: tuple[Sighting, ...] = (), **ports: tuple[int, ...]) -> list[str]:
    opened = {address.replace("_", "."): found for address, found in ports.items()}
    return [target.name for target in targets_of(asked(*words), sightings, opened, {})]


def test_an_open_port_makes_a_target() -> None:
    (target,) = targets_of(
        asked("10.1.2.0/24"), (), {"10.1.2.9": {554, 80}}, {"10.1.2.9": "02:00:00:00:00:01"}
    )
    assert target == Target("10.1.2.9", (80, 554), (Sighting("10.1.2.9", "tcp"),), "02:00:00:00:00:01")


def test_an_answer_makes_a_target() -> None:
    assert names("10.1.2.0/24", sightings=(seen("10.1.2.9"),)) == ["10.1.2.9"]


def test_targets_come_in_the_order_of_their_addresses() -> None:
    assert (
        targets_of(asked("10.1.2.0/24"), (seen("10.1.2.100"), seen("10.1.2.9")), {}, {})[0].address
        == "10.1.2.9"
    )


def test_a_named_address_carries_its_name_as_a_sighting() -> None:
    (target,) = targets_of(asked("10.1.2.9"), (), {"10.1.2.9": {80}}, {})
    assert [one.seen_by for one in target.sightings] == ["tcp", "named"]


def test_a_pinned_port_is_a_target_with_that_port_alone() -> None:
    (target,) = targets_of(asked("10.1.2.9:8080"), (), {"10.1.2.9": {8080}}, {})
    assert (target.pinned, target.ports) == (8080, (8080,))


def test_two_pinned_ports_of_one_address_are_two_targets() -> None:
    found = targets_of(asked("10.1.2.9:81", "10.1.2.9:82"), (), {"10.1.2.9": {81, 82}}, {})
    assert [target.name for target in found] == ["10.1.2.9:81", "10.1.2.9:82"]


def test_a_pinned_port_is_not_also_a_port_of_its_network() -> None:
    found = targets_of(asked("10.1.2.0/24", "10.1.2.9:80"), (), {"10.1.2.9": {80}}, {})
    assert [target.name for target in found] == ["10.1.2.9:80"]


def test_an_answer_that_speaks_of_a_pinned_port_belongs_to_it() -> None:
    said = seen("10.1.2.9", "http://10.1.2.9:8080/o")
    (target,) = targets_of(asked("10.1.2.0/24", "10.1.2.9:8080"), (said,), {"10.1.2.9": {8080}}, {})
    assert target.eprs == ("urn:uuid:1",)


def test_a_named_address_that_stays_silent_is_reported() -> None:
    silent = silent_of(asked("10.1.2.9", "10.1.2.10:81", "10.1.2.32/28"), ())
    assert [one.address for one in silent] == ["10.1.2.9", "10.1.2.10:81"]


def test_a_named_address_that_answers_is_not_silent() -> None:
    question = asked("10.1.2.9")
    assert silent_of(question, targets_of(question, (seen("10.1.2.9"),), {}, {})) == ()


def test_an_answer_from_another_subnet_is_kept_and_noted() -> None:
    kept, notes = kept_sightings(Heard((seen("192.168.1.64"),)), asked("10.1.2.0/24"))
    assert (len(kept), "192.168.1.64" in notes[0]) == (1, True)


def test_a_stranger_is_not_dragged_into_the_scan_of_one_address() -> None:
    kept, notes = kept_sightings(Heard((seen("192.168.1.64"),)), asked("10.1.2.9"))
    assert (kept, len(notes)) == ((), 1)


def test_a_neighbour_that_was_not_asked_for_is_only_noted() -> None:
    kept, notes = kept_sightings(Heard((seen("10.1.2.200"),)), asked("10.1.2.0/28"))
    assert (kept, "10.1.2.200" in notes[0]) == ((), True)


def test_what_else_answers_at_an_address_that_is_asked_by_port_is_no_target() -> None:
    said = (seen("10.1.2.9", "http://10.1.2.9:8080/o"), seen("10.1.2.9", "http://10.1.2.9:81/o"))
    kept, _ = kept_sightings(Heard(said), asked("10.1.2.9:8080", "10.1.2.0/29"), lambda _: True)
    found = targets_of(asked("10.1.2.9:8080", "10.1.2.0/29"), kept, {"10.1.2.9": {8080, 554}}, {})
    assert [target.name for target in found] == ["10.1.2.9:8080"]


def test_a_known_device_that_moved_is_kept() -> None:
    kept, notes = kept_sightings(Heard((seen("10.1.2.200"),)), asked("10.1.2.9"), lambda _: True)
    assert ([one.address for one in kept], notes) == (["10.1.2.200"], ())


def test_a_known_device_that_also_answers_at_its_place_is_asked_there_alone() -> None:
    kept, _ = kept_sightings(Heard((seen("10.1.2.200"), seen("10.1.2.9"))), asked("10.1.2.9"), lambda _: True)
    assert [one.address for one in kept] == ["10.1.2.9"]


def test_an_endpoint_that_is_heard_at_two_places_is_no_device_that_moved() -> None:
    kept, _ = kept_sightings(
        Heard((seen("10.1.2.200"), seen("10.1.2.201"))), asked("10.1.2.9"), lambda _: True
    )
    assert kept == ()


def test_without_a_target_everybody_is_kept() -> None:
    kept, _ = kept_sightings(Heard((seen("10.1.2.200"), seen("192.168.1.64"))), asked())
    assert len(kept) == 2


def test_printers_are_noted() -> None:
    _, notes = kept_sightings(Heard(others=("10.1.2.3",)), asked())
    assert notes == (say("discover.no_cameras", count=1, addresses="10.1.2.3"),)


def test_a_mac_that_two_addresses_share_names_neither() -> None:
    table = [Neighbour("10.1.2.3", "02:00:00:00:00:01"), Neighbour("10.1.2.4", "02:00:00:00:00:01")]
    macs, notes = lone_macs(table, ["10.1.2.3", "10.1.2.4"])
    assert (macs, len(notes)) == ({}, 1)


def test_a_mac_of_its_own_names_its_address() -> None:
    macs, _ = lone_macs([Neighbour("10.1.2.3", "02:00:00:00:00:01"), Neighbour("10.1.2.4", "")], ["10.1.2.3"])
    assert macs == {"10.1.2.3": "02:00:00:00:00:01"}


def test_who_looks_at_one_device_is_told_of_no_other() -> None:
    heard = Heard((seen("10.1.2.9"), seen("10.1.2.10")), others=("10.1.2.11",))
    kept, notes = kept_sightings(heard, replace(asked("10.1.2.9"), alone=True))
    assert ([one.address for one in kept], notes) == (["10.1.2.9"], ())
