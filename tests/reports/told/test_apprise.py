"""Apprise: said so where it is missing, and not trusted with the robots whose errors it takes for success."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from config.notices import Notice
from config.words import say
from reports.told import with_apprise
from reports.told.message import Message, Part, Row
from reports.told.outcome import NotSent, Secret, Sent
from reports.told.senders import send

# It imports what Python 3.13 has no more.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

CHANNEL = Notice(name="other", kind="apprise")
KEY = "S3ntinel-key-9f2c"


def message() -> Message:
    made = datetime(2026, 11, 21, 7, tzinfo=UTC)
    parts = (Part("", (Row("昨夜巡检 64 台全部正常。", 1),)),)
    return Message("digest", "示例一小", made, "晨报", parts, (), "{count}", {})


def test_where_it_is_not_installed_the_mend_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(with_apprise, "find_spec", lambda _: None)
    said = say("unsent.apprise_missing")
    assert send(CHANNEL, Secret("json://127.0.0.1"), message()) == NotSent(said, retry=False)


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        (f"wecombot://{KEY}/", "wecom"),
        (f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={KEY}", "wecom"),
        ("dingtalk://S3ntinelkey9f2c/", "dingtalk"),
    ],
)
def test_the_robots_that_it_gets_wrong_are_left_to_our_own_senders(url: str, kind: str) -> None:
    said = say("unsent.apprise_ours", kind=kind)
    assert send(CHANNEL, Secret(url), message()) == NotSent(said, retry=False)


def test_an_address_that_it_does_not_know_is_told() -> None:
    said = say("unsent.apprise_url")
    assert send(CHANNEL, Secret(f"nothing://{KEY}"), message()) == NotSent(said, retry=False)


@pytest.mark.parametrize(("status", "is_sent"), [(200, True), (500, False)])
def test_its_own_yes_and_no_are_passed_on(
    open_receiver: Callable[..., Any], status: int, is_sent: bool, caplog: pytest.LogCaptureFixture
) -> None:
    with open_receiver(lambda _: (status, {}, b"")) as there:
        outcome = send(CHANNEL, Secret(f"json://127.0.0.1:{there.port}/{KEY}"), message())
    assert isinstance(outcome, Sent) is is_sent
    assert json.loads(there.asked[0].body)["message"] == "昨夜巡检 64 台全部正常。"
    warned = [one.getMessage() for one in caplog.records if one.levelno >= logging.WARNING]
    assert [KEY in said for said in (*warned, repr(outcome))] == [False]
