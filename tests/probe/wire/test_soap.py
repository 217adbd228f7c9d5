"""SOAP as devices really answer it: repaired, classified, and never fatal."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.errors import Malformed
from probe.wire.soap import MOST_BYTES, Fault, Reply, envelope, parse_reply

S = 'xmlns:s="http://www.w3.org/2003/05/soap-envelope"'


def wrapped(inner: str, declaration: str = '<?xml version="1.0" encoding="UTF-8"?>', spaces: str = "") -> str:
    return f"{declaration}<s:Envelope {S} {spaces}><s:Body>{inner}</s:Body></s:Envelope>"


def reply(answer: bytes | str, status: int = 200, kind: str = "application/soap+xml") -> Reply:
    said = parse_reply(status, kind, answer.encode() if isinstance(answer, str) else answer)
    assert isinstance(said, Reply)
    return said


def fault(answer: bytes | str, status: int = 400, kind: str = "application/soap+xml") -> Fault:
    said = parse_reply(status, kind, answer.encode() if isinstance(answer, str) else answer)
    assert isinstance(said, Fault)
    return said


FAULT = wrapped(
    "<s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>ter:NotAuthorized</s:Value></s:Subcode>"
    '</s:Code><s:Reason><s:Text xml:lang="en">{reason}</s:Text></s:Reason></s:Fault>'
)
DENIED = FAULT.replace("{reason}", "Sender not Authorized")


def test_a_plain_answer_is_read_by_local_names_and_keeps_its_bytes() -> None:
    answer = wrapped('<x:GetA xmlns:x="urn:x"><x:B q:c="1" xmlns:q="urn:q"> v </x:B></x:GetA>').encode()
    said = reply(answer)
    assert (said.operation, said.text("B"), said.raw, said.repaired) == ("GetA", "v", answer, ())


def test_an_attribute_is_found_whatever_its_prefix() -> None:
    node = reply(wrapped('<A><B q:token="7" xmlns:q="urn:q"/></A>')).find("B")
    assert node is not None
    assert node.get("token") == "7"


def test_an_unescaped_ampersand_stays_in_the_text() -> None:
    said = reply(wrapped("<R><Uri>rtsp://a/x?b=1&onvif=0.sdp&amp;c&#38;d</Uri></R>"))
    assert said.text("Uri") == "rtsp://a/x?b=1&onvif=0.sdp&c&d"
    assert said.repaired == ("unescaped &",)


def test_an_ampersand_in_a_cdata_section_is_left_alone() -> None:
    said = reply(wrapped("<R><Uri><![CDATA[rtsp://a/?b&c]]></Uri></R>"))
    assert (said.text("Uri"), said.repaired) == ("rtsp://a/?b&c", ())


@pytest.mark.parametrize("declared", ["UTF-8", "GB2312", "nonsense"])
def test_gbk_bytes_are_read_whatever_is_declared(declared: str) -> None:
    answer = wrapped("<R><N>食堂門口</N></R>", f'<?xml version="1.0" encoding="{declared}"?>').encode(
        "gb18030"
    )
    assert reply(answer).text("N") == "食堂門口"


def test_utf_8_bytes_are_read_though_gb2312_is_declared() -> None:
    assert reply(wrapped("<R><N>操场</N></R>", '<?xml version="1.0" encoding="GB2312"?>')).text("N") == "操场"


def test_a_name_cut_within_a_character_leaves_the_rest_readable() -> None:
    answer = wrapped("<R><N>教学楼二楼东</N></R>").encode().replace("东".encode(), "东".encode()[:2])
    assert reply(answer).text("N").startswith("教学楼二楼")


def test_utf_16_declared_over_plain_bytes_is_read() -> None:
    said = reply(wrapped("<R><N>x</N></R>", '<?xml version="1.0" encoding="utf-16"?>'))
    assert (said.text("N"), said.repaired) == ("x", ("declared utf-16, is 8-bit",))


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
def test_true_utf_16_and_byte_order_marks_are_read(codec: str) -> None:
    assert reply(wrapped("<R><N>门</N></R>", "").encode(codec)).text("N") == "门"


def test_typographic_quotes_in_the_declaration_do_no_harm() -> None:
    assert reply(wrapped("<R><N>x</N></R>", "<?xml version=“1.0” encoding=“UTF-8”?>")).text("N") == "x"


def test_an_unbound_prefix_loses_nothing() -> None:
    said = reply(wrapped("<R><tad:A><tt:N>1</tt:N></tad:A></R>"))
    assert (said.text("A", "N"), said.repaired) == ("1", ("unbound prefix",))


def test_an_answer_as_a_string_literal_is_opened() -> None:
    literal = '"' + wrapped("<R><N>x</N></R>").replace('"', '\\"').replace("<s:Body>", "<s:Body>\\n") + '"'
    said = reply(literal)
    assert said.text("N") == "x"
    assert "escaped literal" in said.repaired


def test_what_stands_around_the_document_is_dropped() -> None:
    assert reply("\r\nxx" + wrapped("<R><N>x</N></R>", "") + "\0\0tail").text("N") == "x"


def test_a_truncated_answer_gives_what_came() -> None:
    whole = wrapped("<R><P token='1'><N>a</N></P><P token='2'><N>b</N></P></R>")
    said = reply(whole[: whole.index("<N>b")])
    assert [node.get("token") for node in said.findall("P")] == ["1", "2"]


def test_the_content_type_does_not_matter() -> None:
    assert reply(wrapped("<R><N>x</N></R>"), kind="text/html").text("N") == "x"


@pytest.mark.parametrize("status", [200, 400, 401, 500])
def test_a_fault_is_a_fault_in_any_status(status: int) -> None:
    said = fault(DENIED, status)
    assert (said.code, said.subcodes, said.reason, said.not_authorized) == (
        "s:Sender",
        ("ter:NotAuthorized",),
        "Sender not Authorized",
        True,
    )


def test_a_fault_of_soap_1_1_in_an_envelope_of_1_2_is_read() -> None:
    said = fault(wrapped("<s:Fault><faultcode>s:Client</faultcode><faultstring>no</faultstring></s:Fault>"))
    assert (said.code, said.reason, said.not_authorized) == ("s:Client", "no", False)


def test_a_login_refusal_without_a_subcode_is_known_by_its_words() -> None:
    words = "<faultcode>s:Client</faultcode><faultstring>Bad username or password</faultstring>"
    assert fault(wrapped(f"<s:Fault>{words}</s:Fault>"), 500).not_authorized


@pytest.mark.parametrize(
    ("reason", "left"),
    [
        ("Sender not Authorized. You still have 3 attempt(s).", 3),
        ("2 attempts left", 2),
        ("密码错误，还可以尝试4次", 4),
        ("Sender not Authorized", None),
    ],
)
def test_the_tries_that_are_left_are_counted(reason: str, left: int | None) -> None:
    assert fault(FAULT.replace("{reason}", reason)).attempts_left == left


def test_what_is_not_offered_is_told_from_what_is_forbidden() -> None:
    said = fault(
        DENIED.replace("NotAuthorized", "ActionNotSupported").replace("Sender not Authorized", "-"), 500
    )
    assert (said.unsupported, said.not_authorized) == (True, False)


@pytest.mark.parametrize("page", [b"", b"<html><head><title>Unauthorized</title></head></html>", b"401"])
def test_a_401_without_soap_wants_a_login(page: bytes) -> None:
    said = fault(page, 401, "text/html")
    assert (said.not_authorized, said.in_soap) == (True, False)


@pytest.mark.parametrize(
    ("status", "answer", "words"),
    [
        (200, b"", "an empty body"),
        (
            404,
            b"<!DOCTYPE html><html><title>Not Found</title></html>",
            "HTML page instead of SOAP: not found",
        ),
        (200, b'{"error": 1}', "JSON"),
        (200, b"<device><x/></device>", "instead of SOAP"),
        (200, b"<Envelope><Header/></Envelope>", "without a body"),
        (500, wrapped("").encode(), "empty SOAP body"),
        (200, b"\xff\xfe\xfd garbage", "instead of SOAP"),
    ],
)
def test_what_is_no_soap_is_named(status: int, answer: bytes, words: str) -> None:
    with pytest.raises(Malformed, match=words):
        parse_reply(status, "", answer)


def test_entities_are_refused() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + wrapped("<R>&b;</R>", "")
    with pytest.raises(Malformed, match="entities"):
        parse_reply(200, "", bomb.encode())


def test_nothing_outside_is_read(tmp_path: object) -> None:
    said = parse_reply(
        200, "", (f'<!DOCTYPE s SYSTEM "file://{tmp_path}/x.dtd">' + wrapped("<R/>", "")).encode()
    )
    assert isinstance(said, Reply)


def test_an_answer_beyond_the_limit_is_refused() -> None:
    with pytest.raises(Malformed, match="bytes"):
        parse_reply(200, "", b"<" * (MOST_BYTES + 1))


def test_deep_nesting_is_survived() -> None:
    with suppress(Malformed):
        parse_reply(200, "", wrapped("<a>" * 5000 + "</a>" * 5000).encode())


def test_our_own_envelope_is_well_formed() -> None:
    said = reply(envelope("<tds:GetServices/>", security="<w:Security xmlns:w='urn:w'/>"))
    assert (said.operation, said.repaired) == ("GetServices", ())


PIECES = st.sampled_from(
    b'<s:Envelope> <Body> </Body> <Fault> & \xb2\xd9 <?xml utf-16 \0 =\\" <html> <![CDATA[ ]]> <!ENTITY '
    b"<Code> <Value> <GetAResponse> \xff\xfe encoding='gb2312' ?>".split()
)


@given(st.integers(100, 599), st.text(max_size=20), st.binary(max_size=300) | st.lists(PIECES).map(b"".join))
def test_any_bytes_give_a_reply_a_fault_or_malformed(status: int, kind: str, answer: bytes) -> None:
    with suppress(Malformed):
        assert isinstance(parse_reply(status, kind, answer), Reply | Fault)


@given(st.binary(max_size=200), st.integers(0, 200))
def test_an_answer_damaged_anywhere_is_survived(noise: bytes, place: int) -> None:
    whole = DENIED.encode()
    with suppress(Malformed):
        parse_reply(200, "", whole[:place] + noise + whole[place + len(noise) :])
