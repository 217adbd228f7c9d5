"""RPC2 within the login's budget: one password once, questions that only read, and a logout."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from probe.errors import AuthRefused, Locked, NoCredential
from probe.transport.login import Credential, Login
from probe.transport.rpc import READING, RpcClient
from probe.wire.dahua_table import SessionLost

PASSWORD = "S3ntinel-pw"
LOST = {"result": False, "error": {"code": 287637505, "message": "Invalid session in request data!"}}


class Stored:
    def credential(self, name: str) -> Credential:
        return Credential(name, 1, "admin", PASSWORD)


@dataclass
class Device:
    """Answers as a device does; `proof` is what it says to a proven login, `told` to a question."""

    proof: dict[str, Any] = field(default_factory=lambda: {"result": True, "params": {}})
    told: Callable[[dict[str, Any]], dict[str, Any]] = lambda _: {"result": True, "params": {"time": "now"}}
    asked: list[dict[str, Any]] = field(default_factory=list)

    async def send(self, path: str, body: bytes) -> bytes:
        one = json.loads(body)
        self.asked.append(one)
        if one["method"] != "global.login":
            return json.dumps(self.told(one)).encode()
        if not one["params"]["password"]:
            challenge = {"realm": "r", "random": "7", "encryption": "Default"}
            return json.dumps({"result": False, "session": len(self.asked), "params": challenge}).encode()
        return json.dumps({"session": one["session"], **self.proof}).encode()

    @property
    def methods(self) -> list[str]:
        return [one["method"].rpartition(".")[2] for one in self.asked]


async def a_login(*, proven: bool = True) -> Login:
    login = Login(Stored(), ("dh",))
    if proven:
        async with login.turn("soap") as turn:
            turn.accepted()
    return login


async def test_a_session_is_opened_once_and_ended() -> None:
    device = Device()
    client = RpcClient(await a_login(), device.send)
    for _ in range(2):
        assert (await client.ask("global.getCurrentTime")).table == {"time": "now"}
    await client.leave()
    assert device.methods == ["login", "login", "getCurrentTime", "getCurrentTime", "logout"]


async def test_without_a_question_nothing_is_entered_or_left() -> None:
    device = Device()
    await RpcClient(await a_login(), device.send).leave()
    assert device.asked == []


@pytest.mark.parametrize(
    "method", ["configManager.setConfig", "magicBox.reboot", "global.login", "system.multicall"]
)
async def test_what_might_change_the_device_is_never_sent(method: str) -> None:
    device = Device()
    with pytest.raises(ValueError, match="might change"):
        await RpcClient(await a_login(), device.send).ask(method)
    assert device.asked == []


def test_no_method_that_may_be_asked_sets_anything() -> None:
    assert not [one for one in READING if "set" in one.lower().replace("factory", "")]


async def test_a_password_that_no_other_door_has_taken_is_not_tried_here() -> None:
    device = Device()
    with pytest.raises(NoCredential):
        await RpcClient(await a_login(proven=False), device.send).ask("global.getCurrentTime")
    assert device.asked == []


async def test_a_refused_password_is_shown_once() -> None:
    device = Device(proof={"result": False, "error": {"code": 268632085, "message": "not valid"}})
    client = RpcClient(await a_login(), device.send)
    for _ in range(3):
        with pytest.raises(AuthRefused):
            await client.ask("global.getCurrentTime")
    assert sum(bool(one["params"]["password"]) for one in device.asked) == 1


async def test_a_word_of_tries_left_ends_all_logins() -> None:
    counted = {"remainLoginTimes": 3}
    device = Device(proof={"result": False, "error": {"code": 268632085, "message": "no"}, "params": counted})
    login = await a_login()
    with pytest.raises(AuthRefused):
        await RpcClient(login, device.send).ask("global.getCurrentTime")
    with pytest.raises(Locked):
        login.current("soap")


async def test_no_password_is_sent_as_it_is() -> None:
    device = Device()
    await RpcClient(await a_login(), device.send).ask("global.getCurrentTime")
    assert PASSWORD not in json.dumps(device.asked)


async def test_a_session_that_ran_out_is_opened_anew_once() -> None:
    def told(asked: dict[str, Any]) -> dict[str, Any]:
        return LOST if asked["session"] == 1 else {"result": True, "params": {"time": "now"}}

    device = Device(told=told)
    await RpcClient(await a_login(), device.send).ask("global.getCurrentTime")
    assert device.methods == [
        "login",
        "login",
        "getCurrentTime",
        "keepAlive",
        "login",
        "login",
        "getCurrentTime",
    ]


async def test_a_handle_that_is_lost_alone_costs_no_login() -> None:
    def told(asked: dict[str, Any]) -> dict[str, Any]:
        return {"result": True} if asked["method"] == "global.keepAlive" else LOST

    device = Device(told=told)
    client = RpcClient(await a_login(), device.send)
    with pytest.raises(SessionLost):
        await client.ask("mediaFileFind.findNextFile", {"count": 100}, handle=9)
    assert device.methods == ["login", "login", "findNextFile", "keepAlive"]
