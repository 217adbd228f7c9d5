"""camcensus notice: secrets come by standard input alone, and a test says how it truly ended."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from config.errors import UsageError
from config.words import say
from inventory.database import open_engine
from reports.cli import build
from reports.told import outbox
from reports.told.keys import Keys
from reports.told.outcome import Secret
from reports.told.trial import compose
from reports.workspace import open_workspace, utc_now

KEY = "S3ntinel-key-9f2c"
SITE = """
school = "示例一小"
[[notices]]
name = "group"
kind = "wecom"
[[notices]]
name = "ding"
kind = "dingtalk"
"""

Run = Callable[..., Result]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "camcensus.toml").write_text(SITE, "utf-8")
    return tmp_path


@pytest.fixture
def run(folder: Path) -> Run:
    return lambda *words, given="": CliRunner().invoke(
        build(), ["notice", *words, "-w", str(folder)], input=given
    )


@contextmanager
def robot(code: int) -> Iterator[tuple[str, list[Any]]]:
    asked: list[Any] = []

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps({"errcode": code, "errmsg": "x"}).encode())

        def log_message(self, *_: object) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/cgi-bin/webhook/send?key={KEY}", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def failure(result: Result) -> str:
    assert isinstance(result.exception, UsageError)
    return str(result.exception)


def test_an_address_is_kept_from_standard_input(run: Run, folder: Path) -> None:
    url = f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={KEY}"
    result = run("set", "group", "--url-stdin", given=f"{url}\n")
    assert KEY not in result.output
    assert Keys.open(folder).secret(open_workspace(folder).site.notices[0]) == Secret(url=url)


def test_an_address_and_a_signing_key_are_two_lines(run: Run, folder: Path) -> None:
    url = f"https://oapi.dingtalk.com/robot/send?access_token={KEY}"
    run("set", "ding", "--password-stdin", "--url-stdin", given=f"{url}\r\nSECabc\r\n")
    assert Keys.open(folder).secret(open_workspace(folder).site.notices[1]) == Secret(url, "SECabc")


def test_without_a_terminal_nothing_is_asked_in_plain_sight(run: Run) -> None:
    assert failure(run("set", "group")) == say("notice.no_terminal")


def test_an_address_is_never_an_argument(run: Run) -> None:
    result = run("set", "group", f"https://x/?key={KEY}")
    assert result.exit_code != 0


def test_a_name_that_the_profile_lacks_lists_the_others(run: Run) -> None:
    said = say("notice.unknown", name="nobody", known=say("reading.comma").join(("group", "ding")))
    assert failure(run("set", "nobody", "--url-stdin", given="x")) == said


def test_a_profile_without_notices_says_how_to_write_one(run: Run, folder: Path) -> None:
    (folder / "camcensus.toml").write_text("", "utf-8")
    assert failure(run("test", "group")) == say("notice.none")


def test_a_test_that_is_taken_says_so(run: Run) -> None:
    with robot(0) as (url, asked):
        run("set", "group", "--url-stdin", given=url)
        result = run("test", "group")
    assert (result.exit_code, len(asked)) == (0, 1)
    assert say("notice.test_sent", name="group") in result.output


def test_what_is_sent_for_a_test_says_that_nothing_has_happened(run: Run) -> None:
    with robot(0) as (url, asked):
        run("set", "group", "--url-stdin", given=url)
        run("test", "group")
    assert asked[0]["text"]["content"].splitlines() == [
        "【示例一小】通知试发",
        "这是一条试发的消息，摄像机没有出事。收到就说明“group”设置好了。",
        "以后会发到这里：每日简报、紧急故障、巡检中断。",
    ]


def test_a_test_that_is_refused_inside_http_200_ends_with_3(run: Run) -> None:
    with robot(45009) as (url, _):
        run("set", "group", "--url-stdin", given=url)
        result = run("test", "group")
    assert result.exit_code == 3
    assert "45009" in result.output
    assert KEY not in result.output


def test_a_test_without_a_secret_ends_with_3_and_the_mend(run: Run) -> None:
    result = run("test", "group")
    assert (result.exit_code, say("unsent.no_secret", name="group") in result.output) == (3, True)


def test_a_test_that_works_sends_what_had_waited(run: Run, folder: Path) -> None:
    channel = open_workspace(folder).site.notices[0]
    waiting = compose("示例一小", channel, utc_now())
    engine = open_engine(folder / "camcensus.db")
    outbox.put(engine, channel, [waiting], utc_now())
    outbox.flush(engine, [channel], Keys.open(folder), folder, utc_now)  # no secret yet: refused, and rests
    engine.dispose()
    with robot(0) as (url, asked):
        run("set", "group", "--url-stdin", given=url)
        result = run("test", "group")
    assert len(asked) == 2
    assert say("notice.flushed", count=1) in result.output


def test_the_list_shows_what_is_missing_and_no_secret(run: Run) -> None:
    run("set", "group", "--url-stdin", given=f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={KEY}")
    shown = run("list").output
    assert (KEY in shown, say("notice.held") in shown) == (False, True)
    assert say("notice.missing")[:4] in shown


def test_a_secret_whose_notice_is_gone_is_named(run: Run, folder: Path) -> None:
    run("set", "group", "--url-stdin", given=f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={KEY}")
    (folder / "camcensus.toml").write_text("", "utf-8")
    assert say("notice.orphan", name="group") in run("list").output


def test_a_removed_secret_is_gone(run: Run, folder: Path) -> None:
    run("set", "group", "--url-stdin", given=f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={KEY}")
    run("remove", "group")
    assert Keys.open(folder).names() == ()


def test_removing_what_is_not_there_says_so(run: Run) -> None:
    assert failure(run("remove", "group")) == say("notice.not_kept", name="group")
