"""A simulated Dahua recorder by RPC2, without a socket: the client's own requests, and its own parsers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from probe.errors import AuthRefused, Locked, Unsupported
from probe.sim.dahua_rpc import DahuaRpc, nested
from probe.sim.footage import Footage, Stretch
from probe.sim.http import Request
from probe.wire import dahua_device, dahua_inputs, dahua_records
from probe.wire.dahua_rpc import (
    RpcReply,
    RpcSession,
    challenge_request,
    login_request,
    parse_challenge,
    parse_login,
    parse_rpc_reply,
    rpc_request,
)
from probe.wire.dahua_table import SessionLost

Make = Callable[..., Any]  # the bench of conftest.py; pytest hands it over

NOW = datetime(2026, 9, 15, 6, 30, tzinfo=UTC)
DAY = timedelta(days=1)
MIDNIGHT = datetime(2026, 9, 14)  # noqa: DTZ001  by the recorder's own clock


@dataclass
class Caller:
    """Asks a recorder by RPC2."""

    bench: Any
    session: RpcSession | None = None
    count: int = field(default=2)

    def __post_init__(self) -> None:
        one = self.bench
        self.rpc = DahuaRpc(one.archive, one.marks, one.guard, one.face)

    def post(self, path: str, body: bytes) -> bytes:
        return self.rpc.answer(Request("POST", path, {}, body)).body

    def log_in(self, password: str) -> None:
        user = self.bench.device.user
        challenge = parse_challenge(self.post("/RPC2_Login", challenge_request(user)))
        self.session = parse_login(self.post("/RPC2_Login", login_request(challenge, user, password)))

    def ask(
        self,
        method: str,
        params: Mapping[str, object] | None = None,
        handle: int | None = None,
        table: str = "",
    ) -> RpcReply:
        self.count += 1
        session = self.session.id if self.session else None
        body = rpc_request(method, params, number=self.count, session=session, handle=handle)
        return parse_rpc_reply(self.post("/RPC2", body), method, table)

    def config(self, name: str) -> Mapping[str, str]:
        return self.ask("configManager.getConfig", {"name": name}, table=name).table


@pytest.fixture
def call(bench: Make) -> Callable[..., Caller]:
    """Return a function that gives somebody who is logged in at a recorder."""

    def make(*faults: str, **more: Any) -> Caller:  # noqa: ANN401
        caller = Caller(bench("dahua", *faults, **more))
        caller.log_in(caller.bench.device.password)
        return caller

    return make


def test_a_wrong_password_says_how_many_tries_are_left_and_is_counted(bench: Make) -> None:
    caller = Caller(bench("dahua"))
    with pytest.raises(AuthRefused, match="4 tries left"):
        caller.log_in("wrong")
    assert caller.bench.marks.wrong_logins == 1


def test_five_wrong_passwords_lock_it_for_the_cgi_too(bench: Make) -> None:
    caller = Caller(bench("dahua"))
    for _ in range(5):
        with pytest.raises((AuthRefused, Locked)):
            caller.log_in("wrong")
    with pytest.raises(Locked):
        caller.log_in(caller.bench.device.password)
    assert caller.bench.guard.locked


def test_a_challenge_costs_no_try(bench: Make) -> None:
    caller = Caller(bench("dahua"))
    parse_challenge(caller.post("/RPC2_Login", challenge_request("admin")))
    assert (caller.bench.marks.wrong_logins, caller.bench.marks.logins) == (0, 0)


def test_without_a_session_nothing_is_told(bench: Make) -> None:
    with pytest.raises(SessionLost):
        Caller(bench("dahua")).ask("magicBox.getSystemInfo")


def test_it_says_who_it_is_where_the_cgi_is_off(call: Callable[..., Caller]) -> None:
    caller = call("cgi-off")
    said = dahua_device.system_info_of(caller.ask("magicBox.getSystemInfo").table)
    assert (said.serial, said.model) == (caller.bench.device.serial, caller.bench.device.model)


def test_configurations_are_the_same_as_by_cgi(call: Callable[..., Caller]) -> None:
    caller = call()
    archive = caller.bench.archive
    tracks = dahua_device.tracks_of(caller.config("RecordMode"), caller.config("Record"))
    titles = dahua_inputs.titles_of(caller.config("ChannelTitle"))
    remote = dahua_inputs.remote_devices_of(caller.config("RemoteDevice"))
    streams = dahua_inputs.stream_settings_of(caller.config("Encode"))
    channels = archive.recorder.channels
    assert {track.number: track.mode for track in tracks} == {one.number: one.mode for one in channels}
    assert titles == {one.number: one.name for one in channels}
    assert [row.number for row in remote if not row.is_slot] == [one.number for one in archive.cameras()]
    assert len(streams) == sum(len(lens.streams) for lens in archive.device.lenses)


def test_disks_are_told(call: Callable[..., Caller]) -> None:
    caller = call()
    disks = dahua_device.disks_of(caller.ask("storage.getDeviceAllInfo").table)
    there = [disk for disk in caller.bench.archive.recorder.disks if disk.state != "missing"]
    assert [(disk.capacity_mib, disk.is_good) for disk in disks] == [
        (disk.capacity_mib, True) for disk in there
    ]


def test_a_day_is_found_whose_channel_counts_from_nought(call: Callable[..., Caller]) -> None:
    caller = call(footage=Footage((Stretch(NOW - 3 * DAY, None),)))
    handle = caller.ask("mediaFileFind.factory.create").handle
    caller.ask("mediaFileFind.findFile", dahua_records.condition(1, MIDNIGHT, MIDNIGHT + DAY), handle)
    page = caller.ask("mediaFileFind.findNextFile", {"count": 100}, handle).table
    assert len(dahua_records.clips_of(page).clips) == 48
    assert dahua_records.channels_of(page) == {0}
    for method in ("mediaFileFind.close", "mediaFileFind.destroy"):
        caller.ask(method, handle=handle)
    assert caller.bench.marks.asked.searches_closed == 1


def test_a_change_is_refused_and_counted(call: Callable[..., Caller]) -> None:
    caller = call()
    with pytest.raises(Unsupported):
        caller.ask("configManager.setConfig", {"name": "RecordMode", "table": []})
    assert caller.bench.marks.changes_asked == 1


def test_lines_become_lists_and_objects() -> None:
    lines = ["a[0].b=x", "a[0].c[1]=true", "a[1].Port=80", "d.uuid:e_0.f=007"]
    assert nested(lines) == {
        "a": [{"b": "x", "c": [{}, True]}, {"Port": 80}],
        "d": {"uuid:e_0": {"f": "007"}},
    }
