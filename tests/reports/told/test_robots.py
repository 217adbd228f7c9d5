"""Robots and webhooks over real sockets: what the receiver got, and what its answer was taken for."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import socket
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from config.notices import Notice, Way
from reports.told import dingtalk, post, webhook
from reports.told.message import Message, Part, Row
from reports.told.outcome import NotSent, Secret, Sent
from reports.told.senders import send

KEY = "S3ntinel-key-9f2c"
SIGNING = "SECS3ntinel-signing"
SCHEMA = Path(__file__).resolve().parents[3] / "docs" / "notice.schema.json"
PATHS: dict[Way, str] = {
    "wecom": f"/cgi-bin/webhook/send?key={KEY}",
    "dingtalk": f"/robot/send?access_token={KEY}",
    "webhook": f"/in/{KEY}",
}
ROBOTS: tuple[Way, ...] = ("wecom", "dingtalk")
ALL: tuple[Way, ...] = ("wecom", "dingtalk", "webhook")

Open = Callable[..., Any]
Make = Callable[..., Any]


def message(*lines: str, title: str = "【示例一小】11月21日 监控晨报") -> Message:
    rows = tuple(Row(line, 1) for line in lines or ("昨夜巡检 64 台全部正常。",))
    made = datetime(2026, 11, 21, 7, tzinfo=UTC)
    return Message(
        "digest", "示例一小", made, title, (Part("", rows),), ("digest:1",), "其余 {count} 处见报告", {}
    )


def channel(kind: Way, **more: Any) -> Notice:  # noqa: ANN401
    return Notice.model_validate({"name": "group", "kind": kind, **more})


def sent_to(
    url: str,
    kind: Way,
    said: Message | None = None,
    password: str = "",
    **more: Any,  # noqa: ANN401
) -> Sent | NotSent:
    return send(channel(kind, **more), Secret(url + PATHS[kind], password), said or message())


def answering(
    status: int, body: bytes, **headers: str
) -> Callable[[object], tuple[int, dict[str, str], bytes]]:
    return lambda _: (status, headers, body)


def robot_says(code: object, errmsg: str = "no") -> Callable[[object], tuple[int, dict[str, str], bytes]]:
    return answering(200, json.dumps({"errcode": code, "errmsg": errmsg}).encode())


def why(outcome: Sent | NotSent) -> str:
    assert isinstance(outcome, NotSent)
    return outcome.why


def test_wecom_gets_plain_text(open_receiver: Open, wecom_robot: Make) -> None:
    with open_receiver(wecom_robot(KEY)) as there:
        assert sent_to(there.url, "wecom") == Sent()
    assert there.asked[0].json == {
        "msgtype": "text",
        "text": {"content": "【示例一小】11月21日 监控晨报\n昨夜巡检 64 台全部正常。"},
    }


@pytest.mark.parametrize("markdown", [False, True])
def test_wecom_takes_a_very_long_message_because_it_was_cut(
    open_receiver: Open, wecom_robot: Make, markdown: bool
) -> None:
    with open_receiver(wecom_robot(KEY)) as there:
        long = message(*(f"· 第 {n} 路：{'断线' * 20}" for n in range(300)))
        assert sent_to(there.url, "wecom", long, markdown=markdown) == Sent()
    asked = there.asked[0].json
    assert "处见报告" in asked[asked["msgtype"]]["content"]


def test_dingtalk_gets_a_signed_text(open_receiver: Open, dingtalk_robot: Make) -> None:
    with open_receiver(dingtalk_robot(KEY, key=SIGNING)) as there:
        assert sent_to(there.url, "dingtalk", password=SIGNING) == Sent()


def test_the_keyword_of_dingtalk_survives_the_cutting(open_receiver: Open, dingtalk_robot: Make) -> None:
    with open_receiver(dingtalk_robot(KEY, keyword="平安校园")) as there:
        long = message(*("断线" * 40 for _ in range(300)))
        assert sent_to(there.url, "dingtalk", long, keyword="平安校园") == Sent()
    assert len(there.asked[0].json["text"]["content"].encode()) <= dingtalk.TEXT_BYTES


def test_a_missing_keyword_is_told_with_its_mend(open_receiver: Open, dingtalk_robot: Make) -> None:
    with open_receiver(dingtalk_robot(KEY, keyword="平安校园")) as there:
        assert "keyword" in why(sent_to(there.url, "dingtalk"))


def test_a_wrong_signing_key_is_told_with_its_mend(open_receiver: Open, dingtalk_robot: Make) -> None:
    with open_receiver(dingtalk_robot(KEY, key=SIGNING)) as there:
        assert "加签没有通过" in why(sent_to(there.url, "dingtalk", password="SECother"))


@pytest.mark.parametrize(
    ("kind", "code", "part", "retry", "throttled"),
    [
        ("wecom", 45009, "被限流了", True, True),
        ("wecom", -1, "繁忙", True, False),
        ("wecom", 93000, "不认这个机器人地址", False, False),
        ("wecom", 40058, "内容没有被接受", False, False),
        ("wecom", 777, "错误码 777", False, False),
        ("dingtalk", 130101, "被限流了", True, True),
        ("dingtalk", 310000, "安全设置没有通过", False, False),
        ("dingtalk", 300005, "不认这个机器人地址", False, False),
        ("dingtalk", 400013, "群已解散", False, False),
    ],
)
def test_an_error_code_inside_http_200_is_no_success(
    open_receiver: Open, kind: Way, code: int, part: str, retry: bool, throttled: bool
) -> None:
    with open_receiver(robot_says(code)) as there:
        outcome = sent_to(there.url, kind)
    assert isinstance(outcome, NotSent)
    assert part in outcome.why
    assert (outcome.retry, outcome.is_throttled) == (retry, throttled)


def test_the_twenty_first_message_of_a_minute_is_refused_and_said_so(
    open_receiver: Open, wecom_robot: Make
) -> None:
    with open_receiver(wecom_robot(KEY)) as there:
        outcomes = [sent_to(there.url, "wecom") for _ in range(21)]
    assert [isinstance(one, Sent) for one in outcomes] == [True] * 20 + [False]


@pytest.mark.parametrize("kind", ROBOTS)
@pytest.mark.parametrize(
    "body", [b"", b"ok", b"[]", b"{}", b'{"errcode":"0"}', b'{"errcode":false}', b"\xff" * 9]
)
def test_an_answer_that_is_not_the_robots_is_no_success(open_receiver: Open, kind: Way, body: bytes) -> None:
    with open_receiver(answering(200, body)) as there:
        assert "看不懂" in why(sent_to(there.url, kind))


@pytest.mark.parametrize("kind", ALL)
def test_the_log_in_page_of_a_campus_gateway_is_no_success(open_receiver: Open, kind: Way) -> None:
    with open_receiver(answering(200, b"\r\n<!DOCTYPE html><title>login</title>")) as there:
        assert "回答的是一个网页" in why(sent_to(there.url, kind))


@pytest.mark.parametrize("kind", ALL)
@pytest.mark.parametrize(
    ("status", "retry"), [(500, True), (502, True), (429, True), (404, False), (403, False)]
)
def test_a_status_that_is_no_success_is_told(
    open_receiver: Open, kind: Way, status: int, retry: bool
) -> None:
    with open_receiver(answering(status, b"")) as there:
        outcome = sent_to(there.url, kind)
    assert isinstance(outcome, NotSent)
    assert (str(status) in outcome.why, outcome.retry) == (True, retry)


@pytest.mark.parametrize("kind", ALL)
def test_a_redirect_is_not_followed(open_receiver: Open, kind: Way) -> None:
    with open_receiver(answering(200, b'{"errcode":0}')) as other:
        away = f"{other.url}/portal?from={KEY}"
        with open_receiver(answering(307, b"", Location=away)) as there:
            outcome = sent_to(there.url, kind)
    assert other.asked == []
    assert "转向" in why(outcome)


@pytest.mark.parametrize("kind", ALL)
def test_an_answer_that_does_not_come_is_given_up_and_called_unclear(
    open_receiver: Open, kind: Way, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(_: object) -> tuple[int, dict[str, str], bytes]:
        time.sleep(0.8)
        return 200, {}, b'{"errcode":0}'

    monkeypatch.setattr(post, "WHOLE_S", 0.3)
    with open_receiver(slow) as there:
        outcome = sent_to(there.url, kind)
    assert isinstance(outcome, NotSent)
    assert (outcome.retry, outcome.is_unclear) == (True, True)


@pytest.mark.parametrize("kind", ALL)
def test_a_port_that_is_closed_is_surely_not_sent(kind: Way) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        outcome = sent_to(f"http://127.0.0.1:{closed.getsockname()[1]}", kind)
    assert isinstance(outcome, NotSent)
    assert (outcome.retry, outcome.is_unclear) == (True, False)
    assert "连不上 127.0.0.1（对方拒绝连接）" in outcome.why


@pytest.mark.parametrize("kind", ALL)
def test_a_certificate_that_nobody_vouches_for_gets_nothing(
    open_receiver: Open, certificate: Path, kind: Way
) -> None:
    with open_receiver(answering(200, b'{"errcode":0}'), certificate) as there:
        outcome = sent_to(there.url, kind)
    assert there.asked == []
    assert "证书不可信" in why(outcome)


def test_a_certificate_that_is_trusted_is_taken(
    open_receiver: Open, wecom_robot: Make, trusted: Path
) -> None:
    with open_receiver(wecom_robot(KEY), trusted) as there:
        assert sent_to(there.url, "wecom") == Sent()


def test_plain_http_where_tls_is_spoken_is_told(open_receiver: Open, wecom_robot: Make) -> None:
    with open_receiver(wecom_robot(KEY)) as there:
        assert "加密连接" in why(sent_to(there.url.replace("http:", "https:"), "wecom"))


def test_the_proxy_of_the_environment_is_not_trusted(
    open_receiver: Open, wecom_robot: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_receiver(wecom_robot(KEY)) as there, open_receiver(robot_says(0)) as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        assert sent_to(there.url, "wecom") == Sent()
    assert proxy.asked == []


def test_a_proxy_that_the_school_names_is_used(open_receiver: Open) -> None:
    with open_receiver(robot_says(0)) as proxy:
        assert sent_to("http://127.0.0.1:9", "wecom", proxy=proxy.url) == Sent()
    assert proxy.asked[0].path.startswith("http://127.0.0.1:9/cgi-bin/")


def test_a_webhook_gets_a_document_of_the_published_schema(open_receiver: Open) -> None:
    with open_receiver(answering(204, b"")) as there:
        assert sent_to(there.url, "webhook") == Sent()
    jsonschema.validate(there.asked[0].json, json.loads(SCHEMA.read_text("utf-8")))


def test_a_webhook_is_signed_over_time_and_body(open_receiver: Open) -> None:
    with open_receiver(answering(200, b"ok")) as there:
        sent_to(there.url, "webhook", password=SIGNING)
    headers, body = there.asked[0].headers, there.asked[0].body
    signed = f"{headers['X-Camcensus-Time']}.".encode() + body
    right = hmac.new(SIGNING.encode(), signed, hashlib.sha256).hexdigest()
    assert headers["X-Camcensus-Signature"] == f"sha256={right}"


def test_a_repeated_document_has_the_same_id() -> None:
    assert webhook.document(message())["id"] == webhook.document(message())["id"]


def test_half_a_character_of_a_device_breaks_no_document(open_receiver: Open) -> None:
    with open_receiver(answering(200, b"ok")) as there:
        sent_to(there.url, "webhook", message("断\ud800线"))
    assert there.asked[0].json["text"].endswith("断?线")


@pytest.mark.parametrize("kind", ALL)
@pytest.mark.parametrize(
    "answer",
    [
        lambda asked: (200, {}, json.dumps({"errcode": 93000, "errmsg": f"bad {asked.path}"}).encode()),
        lambda asked: (302, {"Location": f"http://127.0.0.1/{asked.path}"}, b""),
        lambda asked: (500, {}, asked.path.encode()),
        lambda asked: (200, {}, b"HTTP?"),
    ],
    ids=["echoed", "redirected", "500", "strange"],
)
def test_no_outcome_and_no_log_holds_the_key(
    open_receiver: Open, kind: Way, answer: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with open_receiver(answer) as there:
        outcome = sent_to(there.url, kind, password=SIGNING)
    shown = f"{outcome!r}{Secret(KEY, SIGNING)!r}{caplog.text}"
    assert (KEY in shown, SIGNING in shown) == (False, False)
