"""WS-Discovery messages: what real devices say, and what nobody should ever say."""

from __future__ import annotations

import contextlib
import csv
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.errors import Malformed
from probe.wire.wsd import (
    DEVICE,
    VIDEO_TRANSMITTER,
    ProbeFault,
    ProbeMatches,
    ProbeMessage,
    format_probe,
    parse_answer,
    parse_probe,
)

CAPTURES = Path(__file__).resolve().parents[3].parent / "shared" / "captures"
ONVIF_TYPES = (
    'xmlns:dn="http://www.onvif.org/ver10/network/wsdl" xmlns:tds="http://www.onvif.org/ver10/device/wsdl"'
)


def envelope(body: str, *, declared: str = ONVIF_TYPES, header: str = "") -> bytes:
    return (
        f'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" {declared}'
        ' xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"'
        ' xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery">'
        f"<s:Header>{header}</s:Header><s:Body>{body}</s:Body></s:Envelope>"
    ).encode()


def match(types: str = VIDEO_TRANSMITTER, scopes: str = "", xaddrs: str = "http://192.0.2.9/o") -> str:
    return (
        "<d:ProbeMatches><d:ProbeMatch><a:EndpointReference><a:Address>urn:uuid:7</a:Address>"
        f"</a:EndpointReference><d:Types>{types}</d:Types><d:Scopes>{scopes}</d:Scopes>"
        f"<d:XAddrs>{xaddrs}</d:XAddrs></d:ProbeMatch></d:ProbeMatches>"
    )


def matches(datagram: bytes) -> ProbeMatches:
    answer = parse_answer(datagram)
    assert isinstance(answer, ProbeMatches)
    return answer


def is_camera(types: str, scopes: str = "", declared: str = ONVIF_TYPES) -> bool:
    return matches(envelope(match(types, scopes), declared=declared)).matches[0].is_camera


def test_a_match_is_read_word_for_word() -> None:
    told = matches(envelope(match(scopes="onvif://www.onvif.org/name/Gate", xaddrs="http://a/ \n http://b/")))
    assert (told.matches[0].epr, told.matches[0].xaddrs) == ("urn:uuid:7", ("http://a/", "http://b/"))


def test_the_newer_dialect_is_read_too() -> None:
    older = envelope(match()).decode()
    newer = older.replace(
        "http://schemas.xmlsoap.org/ws/2005/04/discovery",
        "http://docs.oasis-open.org/ws-dd/ns/discovery/2009/01",
    ).replace("http://schemas.xmlsoap.org/ws/2004/08/addressing", "http://www.w3.org/2005/08/addressing")
    assert matches(newer.encode()).matches == matches(older.encode()).matches


def test_a_match_without_relates_to_is_a_match() -> None:
    assert matches(envelope(match())).relates_to == ""


def test_prefixes_that_are_never_declared_do_not_lose_the_device() -> None:
    undeclared = envelope(match(), declared="").replace(b"a:Endpoint", b"wsa:Endpoint")
    assert matches(undeclared).matches[0].epr == "urn:uuid:7"


def test_a_fault_is_an_answer() -> None:
    fault = (
        "<s:Fault><s:Code><s:Value>s:Sender\n</s:Value><s:Subcode><s:Value>ter:InvalidArgVal</s:Value></s:Subcode>"
        '</s:Code><s:Reason><s:Text xml:lang="en">error</s:Text></s:Reason></s:Fault>'
    )
    assert parse_answer(envelope(fault)) == ProbeFault("s:Sender", ("ter:InvalidArgVal",), "error")


def test_an_empty_answer_matches_nothing() -> None:
    assert matches(envelope("<d:ProbeMatches/>")).matches == ()


def test_our_own_probe_echoed_is_no_answer() -> None:
    with pytest.raises(Malformed):
        parse_answer(format_probe(ProbeMessage("urn:uuid:1")))


def test_scopes_in_a_chinese_code_page_stay_readable() -> None:
    declared = b'<?xml version="1.0" encoding="utf-8"?>'
    answer = declared + envelope(match(scopes="onvif://www.onvif.org/name/操场")).decode().encode("gb18030")
    assert matches(answer).matches[0].scopes == ("onvif://www.onvif.org/name/操场",)


def test_a_wrongly_declared_encoding_does_not_lose_the_device() -> None:
    assert matches(b'<?xml version="1.0" encoding="utf-16"?>' + envelope(match())).matches


def test_a_video_transmitter_is_a_camera() -> None:
    assert is_camera("dn:NetworkVideoTransmitter")


def test_an_onvif_device_is_a_camera() -> None:
    assert is_camera("Virtual tds:Device")


def test_an_undeclared_onvif_device_is_a_camera() -> None:
    assert is_camera("tds:Device", declared="")


def test_a_device_without_types_may_be_a_camera() -> None:
    assert is_camera("")


def test_windows_hello_is_no_camera() -> None:
    assert not is_camera("w:Device", declared='xmlns:w="http://schemas.xmlsoap.org/ws/2006/02/devprof"')


def test_a_printer_is_no_camera() -> None:
    assert not is_camera("wsdp:Device wprt:PrintDeviceType", declared="")


def test_onvif_scopes_make_a_camera_of_any_device() -> None:
    assert is_camera("wsdp:Device", scopes="onvif://www.onvif.org/Profile/Streaming", declared="")


def test_an_entity_bomb_is_not_blown_up() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>' + envelope(
        match(scopes="&b;&b;")
    )
    assert "aaaa" not in "".join(matches(bomb).matches[0].scopes)


def test_a_tower_of_elements_is_refused() -> None:
    with pytest.raises(Malformed):
        parse_answer(b"<a>" * 20_000)


@given(st.binary(max_size=2000))
def test_any_bytes_are_an_answer_or_malformed(datagram: bytes) -> None:
    with contextlib.suppress(Malformed):
        assert isinstance(parse_answer(datagram), ProbeMatches | ProbeFault)


@given(st.integers(0, 900), st.binary(max_size=12), st.integers(0, 40))
def test_a_damaged_answer_is_an_answer_or_malformed(start: int, noise: bytes, cut: int) -> None:
    whole = envelope(match(scopes="onvif://www.onvif.org/name/Gate"))
    with contextlib.suppress(Malformed):
        parse_answer(whole[:start] + noise + whole[start + cut :])


@given(
    st.text(st.characters(codec="ascii", exclude_categories=("C", "Z")), max_size=60),
    st.lists(st.sampled_from([VIDEO_TRANSMITTER, DEVICE]), max_size=3).map(tuple),
    st.sampled_from(["2005/04", "2009/01"]),
)
def test_a_probe_is_read_as_it_was_written(message_id: str, types: tuple[str, ...], dialect: object) -> None:
    message = ProbeMessage(message_id, types, "2009/01" if dialect == "2009/01" else "2005/04")
    assert parse_probe(format_probe(message)) == message


@given(st.binary(max_size=500))
def test_any_bytes_are_a_probe_or_malformed(datagram: bytes) -> None:
    with contextlib.suppress(Malformed):
        assert isinstance(parse_probe(datagram), ProbeMessage)


@pytest.mark.skipif(not CAPTURES.is_dir(), reason="the captures of real devices are not beside this project")
def test_every_captured_answer_yields_the_facts_it_should() -> None:
    with (CAPTURES / "INDEX.csv").open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["protocol"] == "wsdiscovery"]
    assert rows
    for row in rows:
        expected = json.loads(row["expected"])
        answer = parse_answer((CAPTURES / row["file"]).read_bytes())
        if "fault" in expected:
            assert isinstance(answer, ProbeFault), row["file"]
            told: object = {"code": answer.code, "subcodes": [*answer.subcodes], "reason": answer.reason}
            assert told == expected["fault"], row["file"]
            continue
        assert isinstance(answer, ProbeMatches), row["file"]
        told = [
            {"epr": one.epr, "types": [*one.types], "xaddrs": [*one.xaddrs], "scopes": [*one.scopes]}
            for one in answer.matches
        ]
        keys = ("epr", "types", "xaddrs", "scopes")
        assert told == [{key: one[key] for key in keys} for one in expected["probe_matches"]], row["file"]
        assert all(one.is_camera for one in answer.matches), row["file"]
