"""Who is who: by key, strongest first; by place and face only where there is no key."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from inventory.identity import Face, Key
from inventory.match import Known, Matched, Seen, match, shared_keys

M1, M2 = Key("mac", "C0:51:7E:00:00:01"), Key("mac", "C0:51:7E:00:00:02")
S1, S2 = Key("serial", "SER-AAA-1"), Key("serial", "SER-BBB-2")
E1, E2 = Key("epr", "epr-0000-1"), Key("epr", "epr-0000-2")
HERE, THERE = "10.0.2.9", "10.0.2.77"


def face(
    address: str = HERE, *, ports: tuple[int, ...] = (80, 554), pinned: int | None = None, model: str = ""
) -> Face:
    return Face(address, pinned, frozenset(ports), model)


def seen(*keys: Key, at: str = HERE, ports: tuple[int, ...] = (80, 554), model: str = "") -> Seen:
    return Seen(frozenset(keys), face(at, ports=ports, model=model))


def known(id_: int, *keys: Key, at: str = HERE, ports: tuple[int, ...] = (80, 554), model: str = "") -> Known:
    return Known(id_, frozenset(keys), face(at, ports=ports, model=model))


def devices(matched: Matched) -> list[int | None]:
    return [device for _, device in sorted(matched.groups)]


def test_a_mac_finds_its_device_at_another_address() -> None:
    assert devices(match([seen(M1, at=THERE)], [known(1, M1)])) == [1]


def test_an_address_alone_finds_nobody() -> None:
    assert devices(match([seen(M2)], [known(1, M1)])) == [None]


def test_a_stronger_key_wins_over_a_weaker_one() -> None:
    assert devices(match([seen(M1, S2, at=THERE)], [known(1, M1, S1), known(2, M2, S2)])) == [1]


def test_the_key_that_lost_is_told() -> None:
    clashes = match([seen(M1, S2, at=THERE)], [known(1, M1, S1), known(2, M2, S2)]).clashes
    assert {(clash.key, clash.known) for clash in clashes} == {(S2, "d2"), (S2, S1.value)}


def test_an_equal_serial_does_not_join_two_macs() -> None:
    assert devices(match([seen(M2, S1, at=THERE)], [known(1, M1, S1)])) == [None]


def test_a_device_met_by_two_keys_apart_becomes_one_when_they_meet() -> None:
    matched = match([seen(M1, S1, at=THERE)], [known(1, M1, at="10.0.2.5"), known(2, S1, at="10.0.2.6")])
    assert (devices(matched), matched.joins) == ([1], [(2, 1)])


def test_an_epr_at_two_addresses_of_one_run_is_no_key() -> None:
    assert shared_keys([frozenset({E1}), frozenset({E1})]) == {E1}


def test_an_epr_that_was_shared_once_never_ties_again() -> None:
    assert devices(match([seen(E1, at=THERE)], [known(1, E1)], frozenset({E1}))) == [None]


def test_a_serial_at_two_macs_of_one_run_is_no_key() -> None:
    assert shared_keys([frozenset({M1, S1}), frozenset({M2, S1})]) == {S1}


def test_one_port_with_two_addresses_is_one_device() -> None:
    assert [group for group, _ in match([seen(M1, E1), seen(M1, E1, at=THERE)], []).groups] == [(0, 1)]


def test_a_router_that_answers_for_two_cameras_does_not_join_them() -> None:
    assert len(match([seen(M1, S1), seen(M1, S2, at=THERE)], []).groups) == 2


def test_without_keys_the_same_place_and_face_are_the_same_device() -> None:
    assert devices(match([seen(ports=(554,))], [known(1, ports=(554,))])) == [1]


def test_without_keys_another_face_is_another_device() -> None:
    assert devices(match([seen(ports=(8000, 37777))], [known(1, ports=(80, 554))])) == [None]


def test_without_keys_another_model_is_another_device() -> None:
    assert devices(match([seen(model="ipc-1")], [known(1, model="ipc-2")])) == [None]


def test_a_provisional_device_gains_its_first_key() -> None:
    assert devices(match([seen(M1, S1)], [known(1, ports=(554,))])) == [1]


def test_a_silent_night_does_not_cut_a_device_off_its_record() -> None:
    assert devices(match([seen()], [known(1, M1, S1)])) == [1]


def test_a_keyless_answer_does_not_take_the_record_of_a_device_that_moved() -> None:
    assert devices(match([seen(), seen(M1, at=THERE)], [known(1, M1)])) == [None, 1]


def test_a_device_asked_by_port_is_the_one_behind_that_port() -> None:
    pinned = Seen(frozenset(), face(pinned=8080, ports=()))
    others = [Known(1, frozenset(), face(pinned=8081)), Known(2, frozenset(), face(pinned=8080))]
    assert devices(match([pinned], others)) == [2]


keys = st.frozensets(st.sampled_from([M1, M2, S1, S2, E1, E2]), max_size=3)
answers = st.lists(
    st.tuples(keys, st.sampled_from([HERE, THERE, "10.0.2.50"])), max_size=5, unique_by=lambda one: one[1]
)


@given(answers)
def test_every_answer_belongs_to_exactly_one_device(run: list[tuple[frozenset[Key], str]]) -> None:
    matched = match([seen(*one, at=at) for one, at in run], [])
    assert sorted(index for group, _ in matched.groups for index in group) == list(range(len(run)))


@given(answers)
def test_the_same_run_again_finds_every_device_and_no_new_one(run: list[tuple[frozenset[Key], str]]) -> None:
    now = [seen(*one, at=at) for one, at in run]
    first = match(now, [])
    on_record = [
        Known(number, frozenset().union(*(now[i].keys for i in group)), now[group[-1]].face)
        for number, (group, _) in enumerate(first.groups, 1)
    ]
    again = match(now, on_record, first.shared)
    assert sorted(device or 0 for _, device in again.groups) == [one.id for one in on_record]


@given(answers, st.lists(st.tuples(keys, st.sampled_from([HERE, THERE])), max_size=4))
def test_no_record_is_given_to_two_answers(
    run: list[tuple[frozenset[Key], str]], before: list[tuple[frozenset[Key], str]]
) -> None:
    on_record = [known(number, *one, at=at) for number, (one, at) in enumerate(before, 1)]
    given_out = [
        device for device in devices(match([seen(*one, at=at) for one, at in run], on_record)) if device
    ]
    assert len(given_out) == len(set(given_out))
