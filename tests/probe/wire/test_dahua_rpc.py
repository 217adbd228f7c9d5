"""RPC2: the login and its locks, requests, replies and refusals."""

from __future__ import annotations

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.errors import AuthRefused, DeviceError, Locked, Malformed, Unsupported
from probe.wire import dahua_rpc as rpc
from probe.wire.dahua_table import SessionLost

CHALLENGE = {
    "error": {"code": 268632079, "message": "Component error: login challenge!"},
    "id": 1,
    "params": {"encryption": "Default", "random": "1753", "realm": "Login to SN1"},
    "result": False,
    "session": "be7d",
}


def raw(**said: object) -> bytes:
    return json.dumps(said).encode()


def refused_login(message: str, **params: int) -> bytes:
    return raw(error={"code": 268632085, "message": message}, result=False, params=params, session=1)


def test_the_answer_to_a_challenge_proves_the_password_without_showing_it() -> None:
    challenge = rpc.parse_challenge(raw(**CHALLENGE))
    body = json.loads(rpc.login_request(challenge, "admin", "sentinel"))
    inner = hashlib.md5(b"admin:Login to SN1:sentinel").hexdigest().upper()  # noqa: S324
    proof = hashlib.md5(f"admin:1753:{inner}".encode()).hexdigest().upper()  # noqa: S324
    assert (body["params"]["password"], body["session"]) == (proof, "be7d")
    assert "sentinel" not in json.dumps(body)


def test_the_first_request_of_a_login_carries_no_password() -> None:
    assert json.loads(rpc.challenge_request("admin"))["params"]["password"] == ""


@pytest.mark.parametrize("session", [1005027323, "1005027323"])
def test_a_session_goes_back_as_it_came(session: int | str) -> None:
    challenge = rpc.parse_challenge(raw(**{**CHALLENGE, "session": session}))
    assert json.loads(rpc.login_request(challenge, "a", "b"))["session"] == session


def test_a_login_of_another_kind_is_unsupported() -> None:
    params = {"encryption": "OldDigest", "random": "1", "realm": "r"}
    with pytest.raises(Unsupported, match="OldDigest"):
        rpc.parse_challenge(raw(**{**CHALLENGE, "params": params}))


def test_a_challenge_without_its_realm_is_malformed_and_counts_as_no_try() -> None:
    with pytest.raises(Malformed, match="without a realm"):
        rpc.parse_challenge(raw(**{**CHALLENGE, "params": {}}))


def test_a_login_that_is_taken_gives_a_session_and_how_long_it_lasts() -> None:
    taken = raw(id=3, params={"keepAliveInterval": 30}, result=True, session="4f8f")
    assert rpc.parse_login(taken) == rpc.RpcSession("4f8f", 30)


def test_a_wrong_password_says_how_many_tries_are_left() -> None:
    said = refused_login("User or password not valid!", remainLoginTimes=2, remainLockSecond=0)
    with pytest.raises(AuthRefused, match="2 tries left"):
        rpc.parse_login(said)


@pytest.mark.parametrize(
    "said",
    [
        refused_login("User or password not valid!", remainLoginTimes=0, remainLockSecond=0),
        refused_login("User or password not valid!", remainLockSecond=1785),
        refused_login("Component error: User is locked!"),
    ],
)
def test_an_account_that_is_locked_or_out_of_tries_is_locked(said: bytes) -> None:
    with pytest.raises(Locked):
        rpc.parse_login(said)


def test_a_locked_account_is_seen_at_the_challenge_already() -> None:
    with pytest.raises(Locked, match="600 s"):
        rpc.parse_challenge(refused_login("locked", remainLockSecond=600))


def test_a_config_is_told_in_the_words_of_the_cgi() -> None:
    said = raw(result=True, id=4, params={"table": [{"Name": "大门"}, {"Name": ""}]})
    reply = rpc.parse_rpc_reply(said, "configManager.getConfig", "ChannelTitle")
    assert reply.table == {"ChannelTitle[0].Name": "大门", "ChannelTitle[1].Name": ""}


def test_a_made_object_is_a_number_and_true_is_none() -> None:
    handles = [rpc.parse_rpc_reply(raw(result=made), "factory.create").handle for made in (77, True)]
    assert handles == [77, None]


@pytest.mark.parametrize(
    ("code", "message", "meant"),
    [
        (287637505, "Invalid session in request data!", SessionLost),
        (268894210, "Request error: method not found", Unsupported),
        (268894210, "", Unsupported),
        (285278249, "Authority:check failure.", Unsupported),
        (268632081, "Component error: User Locked!", Locked),
        (1, "something else", Malformed),
    ],
)
def test_a_refusal_is_what_its_code_or_its_words_mean(
    code: int, message: str, meant: type[DeviceError]
) -> None:
    with pytest.raises(DeviceError) as raised:
        rpc.parse_rpc_reply(raw(error={"code": code, "message": message}, result=False), "x.y")
    assert type(raised.value) is meant
    assert "x.y" in str(raised.value)


@pytest.mark.parametrize("said", [b"{}", b'{"result":0}', b'{"result":false,"params":{"a":1}}'])
def test_a_reply_without_a_result_is_malformed(said: bytes) -> None:
    with pytest.raises(Malformed, match=r"x\.y"):
        rpc.parse_rpc_reply(said, "x.y")


def test_a_request_names_its_session_and_its_object_only_when_it_has_them() -> None:
    bare = json.loads(rpc.rpc_request("a.b", number=5))
    full = json.loads(rpc.rpc_request("a.b", {"count": 1}, number=6, session="s", handle=9))
    assert bare == {"method": "a.b", "params": None, "id": 5}
    assert full == {"method": "a.b", "params": {"count": 1}, "id": 6, "object": 9, "session": "s"}


@given(st.binary(max_size=200) | st.sampled_from([b"[" * 100_000, b'{"a":' * 100_000, b"1" * 5000, b"[]"]))
def test_any_bytes_are_a_value_or_a_refusal(said: bytes) -> None:
    for read in (rpc.parse_challenge, rpc.parse_login, lambda body: rpc.parse_rpc_reply(body, "x.y", "T")):
        try:
            read(said)
        except DeviceError:
            continue
