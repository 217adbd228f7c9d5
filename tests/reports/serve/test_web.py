"""What the service tells, and whom: the watch's health, bounded figures, and nothing to strangers."""

from __future__ import annotations

import asyncio
import json
import os
import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.types import Message

from config.errors import UsageError
from inventory.schedule import Slot
from probe.model import (
    Channel,
    ChannelReport,
    DeviceReport,
    Evidence,
    Measured,
    ScanReport,
    Target,
)
from reports.serve import guard
from reports.serve.current import Current
from reports.serve.figures import Gauge
from reports.serve.guard import hosts_of, is_loopback, new_token, token_of
from reports.serve.troubles import Troubles
from reports.serve.web import REPORT, Pages, application
from reports.workspace import Workspace, open_workspace

NIGHT = datetime(2026, 11, 17, 17, 45, tzinfo=UTC)
EVERYBODY = "0.0.0.0"  # noqa: S104
SLOT = Slot("check", "2026-11-18", NIGHT)


@dataclass
class Clock:
    now: datetime = field(default=NIGHT + timedelta(hours=6))

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    monkeypatch.setattr("probe.transport.vault.system_keyring", lambda: None)
    (tmp_path / "camcensus.toml").write_text('school = "<示例>小学"\n', "utf-8")
    return open_workspace(tmp_path)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@dataclass
class Answer:
    status_code: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def text(self) -> str:
        return self.body.decode()

    def json(self) -> Any:  # noqa: ANN401
        return json.loads(self.body)


@dataclass
class Client:
    """Asks the application as a server would, without one."""

    app: Starlette

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        told = {"host": "127.0.0.1:8765", **{name.lower(): said for name, said in (headers or {}).items()}}
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "root_path": "",
            "headers": [(name.encode(), said.encode()) for name, said in told.items()],
            "server": ("127.0.0.1", 8765),
            "client": ("127.0.0.1", 5000),
        }
        answer = Answer()

        async def receive() -> Message:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer.status_code = message["status"]
                answer.headers = {name.decode(): said.decode() for name, said in message["headers"]}
            else:
                answer.body += message.get("body", b"")

        asyncio.run(self.app(scope, receive, send))
        return answer


@contextmanager
def asking(
    place: Workspace,
    clock: Clock,
    host: str = "127.0.0.1",
    token: str = "",
    troubles: Troubles | None = None,
) -> Iterator[Client]:
    current = Current(place)
    pages = Pages(current, Gauge(current), clock, troubles or Troubles())
    yield Client(application(pages, hosts_of(host), token))


def night(place: Workspace, at: datetime = NIGHT, cameras: int = 3) -> None:
    evidence = (Evidence("onvif", Measured("supported"), "onvif.identity", at),)
    channel = ChannelReport(Channel(1, "正门"), (Evidence("alive", Measured(True), "rtsp.alive", at),))
    devices = tuple(
        DeviceReport(Target(f"10.0.0.{n}", (80, 554)), evidence, (channel,)) for n in range(1, cameras + 1)
    )
    report = ScanReport("check", at, at + timedelta(minutes=9), (), 254, cameras, devices)
    with place.store() as store:
        store.record(report, store.begin_turn(SLOT, at))


def failed(place: Workspace, at: datetime) -> None:
    with place.store() as store:
        store.end_turn(store.begin_turn(SLOT, at), at, "failed", "网线没有插好")


def test_the_watch_is_well_while_its_last_night_is_young(place: Workspace, clock: Clock) -> None:
    night(place)
    with asking(place, clock) as client:
        told = client.get("/healthz")
    assert (told.status_code, told.json()["ok"]) == (200, True)
    assert told.json()["last_night"] == "2026-11-17T17:54:00+00:00"


def test_a_night_of_the_day_before_yesterday_is_overdue(place: Workspace, clock: Clock) -> None:
    night(place)
    clock.now = NIGHT + timedelta(hours=36, minutes=10)
    with asking(place, clock) as client:
        told = client.get("/healthz")
    assert (told.status_code, "超过 36 小时" in told.json()["why"]) == (503, True)


def test_why_the_last_night_failed_is_told(place: Workspace, clock: Clock) -> None:
    failed(place, NIGHT)
    with asking(place, clock) as client:
        assert "网线没有插好" in client.get("/healthz").json()["why"]


def test_a_night_in_the_future_proves_nothing(place: Workspace, clock: Clock) -> None:
    night(place, NIGHT + timedelta(days=300))
    with asking(place, clock) as client:
        assert client.get("/healthz").status_code == 503


def test_before_the_first_night_the_next_one_is_named(place: Workspace, clock: Clock) -> None:
    with asking(place, clock) as client:
        told = client.get("/healthz")
    assert (told.status_code, told.json()["next"][:10]) == (503, "2026-11-19")
    assert not place.database.exists()


def test_figures_are_counts_and_their_number_does_not_grow_with_the_school(
    place: Workspace, clock: Clock
) -> None:
    night(place, cameras=2)
    with asking(place, clock) as client:
        small = client.get("/metrics").text
    night(place, NIGHT + timedelta(hours=1), cameras=40)
    with asking(place, clock) as client:
        large = client.get("/metrics").text
    assert small.count("\n") == large.count("\n")
    assert sum(float(n) for n in re.findall(r"camcensus_cameras\{.*\} (.*)", large)) == 40
    assert "10.0.0." not in large


def test_when_and_how_long_the_last_run_was_is_told(place: Workspace, clock: Clock) -> None:
    night(place)
    with asking(place, clock) as client:
        told = client.get("/metrics").text
    (at,) = re.findall(r'camcensus_run_timestamp_seconds\{work="check"\} (.*)', told)
    assert float(at) == (NIGHT + timedelta(minutes=9)).timestamp()
    assert 'camcensus_run_duration_seconds{work="check"} 540.0' in told


def test_the_front_page_is_the_report_where_there_is_one(place: Workspace, clock: Clock) -> None:
    (place.folder / REPORT).parent.mkdir()
    (place.folder / REPORT).write_text("<p>体检报告</p>", "utf-8")
    with asking(place, clock) as client:
        assert client.get("/").text == "<p>体检报告</p>"


def test_a_page_that_is_older_than_the_last_run_says_so(place: Workspace, clock: Clock) -> None:
    (place.folder / REPORT).parent.mkdir()
    (place.folder / REPORT).write_text("<html><body><p>体检报告</p></body></html>", "utf-8")
    os.utime(place.folder / REPORT, (NIGHT.timestamp(), NIGHT.timestamp()))
    night(place)
    with asking(place, clock) as client:
        page = client.get("/").text
    assert page.startswith('<html><body><p class="notice">这一页还没有包括 2026-11-18 01:54 完成的检测')


def test_a_page_that_is_newer_than_the_last_run_stands_as_it_is(place: Workspace, clock: Clock) -> None:
    night(place)
    (place.folder / REPORT).parent.mkdir()
    (place.folder / REPORT).write_text("<html><body><p>体检报告</p></body></html>", "utf-8")
    os.utime(place.folder / REPORT, (clock.now.timestamp(), clock.now.timestamp()))
    with asking(place, clock) as client:
        assert client.get("/").text == "<html><body><p>体检报告</p></body></html>"


def test_a_page_of_a_clock_that_was_ahead_is_not_taken_for_newer(place: Workspace, clock: Clock) -> None:
    (place.folder / REPORT).parent.mkdir()
    (place.folder / REPORT).write_text("<html><body><p>体检报告</p></body></html>", "utf-8")
    ahead = (clock.now + timedelta(hours=8)).timestamp()
    os.utime(place.folder / REPORT, (ahead, ahead))
    night(place)
    with asking(place, clock) as client:
        assert "这一页还没有包括" in client.get("/").text


def failing(times: int) -> Troubles:
    troubles = Troubles()
    for _ in range(times):
        troubles.note("settings", "第 3 行写错了")
    return troubles


@pytest.mark.parametrize(("times", "status"), [(1, 200), (2, 200), (3, 503)])
def test_what_fails_three_times_in_a_row_is_no_good_health(
    place: Workspace, clock: Clock, times: int, status: int
) -> None:
    night(place)
    with asking(place, clock, troubles=failing(times)) as client:
        told = client.get("/healthz")
    assert (told.status_code, told.json()["trouble"]) == (status, ["第 3 行写错了"])


def test_what_fails_stands_on_the_page(place: Workspace, clock: Clock) -> None:
    with asking(place, clock, troubles=failing(1)) as client:
        assert "第 3 行写错了" in client.get("/").text


def test_what_is_done_again_is_no_trouble_any_more() -> None:
    troubles = failing(5)
    troubles.note("settings", "")
    assert (troubles.said, troubles.is_grave) == ((), False)


def test_without_a_report_the_front_page_has_the_figures(place: Workspace, clock: Clock) -> None:
    night(place)
    with asking(place, clock) as client:
        page = client.get("/").text
    assert ("&lt;示例&gt;小学" in page, "未测" in page, "<示例>" in page) == (True, True, False)


def test_a_name_that_is_not_ours_is_turned_away(place: Workspace, clock: Clock) -> None:
    with asking(place, clock) as client:
        assert client.get("/", headers={"Host": "evil.example"}).status_code == 421


@pytest.mark.parametrize("host", ["localhost:8765", "127.0.0.1", "[::1]:8765"])
def test_this_computer_may_be_called_by_its_names(place: Workspace, clock: Clock, host: str) -> None:
    with asking(place, clock) as client:
        assert client.get("/", headers={"Host": host}).status_code == 200


def test_every_answer_carries_the_headers_that_close_doors(place: Workspace, clock: Clock) -> None:
    with asking(place, clock) as client:
        for answer in (client.get("/"), client.get("/nothing"), client.get("/", headers={"Host": "x"})):
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_beyond_this_computer_only_the_token_opens(
    place: Workspace, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "_AFTER_WRONG_S", 0.0)
    basic = b64encode(b"anybody:right").decode()
    with asking(place, clock, EVERYBODY, "right") as client:
        codes = [
            client.get(path, headers={"Authorization": shown} if shown else {}).status_code
            for path, shown in [
                ("/metrics", ""),
                ("/", ""),
                ("/metrics", "Bearer wrong"),
                ("/metrics", "Basic %%%"),
                ("/metrics", "Bearer right"),
                ("/", f"Basic {basic}"),
                ("/healthz", ""),
            ]
        ]
    assert codes == [401, 401, 401, 401, 200, 200, 503]


def test_beyond_this_computer_a_token_has_to_be_set_first(place: Workspace) -> None:
    with pytest.raises(UsageError, match="serve --new-token"):
        token_of(place.folder, EVERYBODY)


def test_a_new_token_is_kept_and_the_old_one_worth_nothing(place: Workspace) -> None:
    first = new_token(place.folder)
    second = new_token(place.folder)
    assert first != second == token_of(place.folder, "192.168.1.5")


@pytest.mark.parametrize(
    ("host", "loops"), [("127.0.0.1", True), ("::1", True), ("localhost", True), (EVERYBODY, False)]
)
def test_what_is_this_computer_alone_is_known(host: str, loops: bool) -> None:
    assert is_loopback(host) == loops
