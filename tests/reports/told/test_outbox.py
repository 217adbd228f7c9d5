"""The outbox: written before it is sent, sent once, tried again with pauses, and whole after a power cut."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from config.notices import Notice
from inventory import notices
from inventory.database import open_engine, reading, writing
from inventory.notices import Step, Try, next_move
from reports.told import outbox
from reports.told.keys import Keys
from reports.told.message import Message, Part, Row
from reports.told.outcome import NotSent, Secret, Sent

GROUP = Notice(name="安保群", kind="wecom")
KEY = "S3ntinel-key-9f2c"
NOON = datetime(2026, 11, 21, 4, tzinfo=UTC)


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def go(self, **time: float) -> None:
        self.now += timedelta(**time)


class Post:
    """A sender that answers as it is told, and keeps what it was given."""

    def __init__(self, *outcomes: Sent | NotSent | BaseException) -> None:
        self.outcomes = list(outcomes)
        self.sent: list[Message] = []

    def __call__(self, channel: Notice, secret: Secret, message: Message) -> Sent | NotSent:
        assert secret.url.endswith(KEY)
        self.sent.append(message)
        outcome = self.outcomes.pop(0) if self.outcomes else Sent()
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome


DOWN = NotSent("连不上", retry=True)
REFUSED = NotSent("不认", retry=False)
UNCLEAR = NotSent("没有回答", retry=True, is_unclear=True)
THROTTLED = NotSent("限流", retry=True, is_throttled=True)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_engine(tmp_path / "camcensus.db")
    yield engine
    engine.dispose()


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    keys = Keys.open(tmp_path, None)
    keys.set(GROUP, "url", f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={KEY}")
    return keys


@pytest.fixture
def clock() -> Clock:
    return Clock()


Flush = Callable[..., list[str]]


@pytest.fixture
def flush(engine: Engine, keys: Keys, clock: Clock, tmp_path: Path) -> Flush:
    """Send what is due and return the marks of what was tried."""

    def run(post: Post, **more: Any) -> list[str]:  # noqa: ANN401
        done = outbox.flush(engine, [GROUP], keys, tmp_path, clock, send=post, **more)
        return [mark for one in done for mark in one.message.marks]

    return run


def message(mark: str = "digest:1", **more: Any) -> Message:  # noqa: ANN401
    parts = (Part("", (Row("昨夜巡检 64 台全部正常。", 1),)),)
    plain = Message("digest", "示例一小", NOON, "晨报", parts, (mark,), "{count}", {})
    return replace(plain, **more)


def put(engine: Engine, *marks: str) -> int:
    return outbox.put(engine, GROUP, [message(mark) for mark in marks], NOON)


def test_a_notice_goes_out_once(engine: Engine, flush: Flush, clock: Clock) -> None:
    put(engine, "digest:1")
    post = Post()
    first = flush(post)
    clock.go(hours=12)
    assert (first, flush(post), len(post.sent)) == (["digest:1"], [], 1)


def test_a_notice_is_written_before_it_is_sent(engine: Engine, flush: Flush) -> None:
    put(engine, "digest:1")

    class Looks(Post):
        def __call__(self, channel: Notice, secret: Secret, message: Message) -> Sent | NotSent:
            with reading(engine) as connection:
                (waiting,) = notices.waiting_of(connection, GROUP.name)
            assert [one.step for one in waiting.tries] == ["begun"]
            return super().__call__(channel, secret, message)

    assert flush(Looks()) == ["digest:1"]


def test_what_was_told_is_not_written_again(engine: Engine) -> None:
    assert (put(engine, "digest:1"), put(engine, "digest:1")) == (1, 0)
    assert outbox.told(engine, GROUP) == {"digest:1"}


def test_what_is_sent_is_what_was_written(engine: Engine, flush: Flush) -> None:
    put(engine, "digest:1")
    post = Post()
    flush(post)
    assert post.sent == [message()]


def test_an_attachment_lies_in_the_workspace(engine: Engine, flush: Flush, tmp_path: Path) -> None:
    outbox.put(engine, GROUP, [message(sheet="out/记录.xlsx")], NOON)
    post = Post()
    flush(post)
    assert post.sent[0].sheet == str(tmp_path / "out" / "记录.xlsx")


def test_the_pauses_grow_while_the_line_is_down(engine: Engine, flush: Flush, clock: Clock) -> None:
    put(engine, "digest:1")
    tried_at = []
    for minute in range(180):
        if flush(Post(DOWN)):
            tried_at.append(minute)
        clock.go(minutes=1)
    assert tried_at == [0, 1, 3, 7, 15, 30, 60, 120]


def test_what_waits_behind_a_line_that_is_down_is_not_tried(engine: Engine, flush: Flush) -> None:
    put(engine, "a", "b")
    post = Post(DOWN, DOWN)
    assert (flush(post), len(post.sent)) == (["a"], 1)


def test_what_is_refused_does_not_hold_up_the_others(engine: Engine, flush: Flush) -> None:
    put(engine, "a", "b")
    assert flush(Post(REFUSED)) == ["a", "b"]


def test_who_has_to_end_begins_no_other_notice(engine: Engine, flush: Flush) -> None:
    put(engine, "a", "b")
    post = Post()
    assert flush(post, is_over=lambda: bool(post.sent)) == ["a"]
    assert flush(Post()) == ["b"]


def test_a_refused_notice_rests_for_hours(engine: Engine, flush: Flush, clock: Clock) -> None:
    put(engine, "a")
    flush(Post(REFUSED))
    clock.go(hours=5)
    early = flush(Post())
    clock.go(hours=1)
    assert (early, flush(Post())) == ([], ["a"])


def test_a_throttled_robot_rests_for_ten_minutes(engine: Engine, flush: Flush, clock: Clock) -> None:
    put(engine, "a")
    flush(Post(THROTTLED))
    clock.go(minutes=9)
    early = flush(Post())
    clock.go(minutes=1)
    assert (early, flush(Post())) == ([], ["a"])


def test_after_a_key_was_mended_nothing_waits(engine: Engine, flush: Flush) -> None:
    put(engine, "a", "b")
    flush(Post(REFUSED, REFUSED))
    assert flush(Post(), eager=True) == ["a", "b"]


def test_a_robot_gets_twenty_messages_a_minute(engine: Engine, flush: Flush, clock: Clock) -> None:
    put(engine, *map(str, range(50)))
    counts = []
    for _ in range(3):
        counts.append(len(flush(Post())))
        clock.go(seconds=61)
    assert counts == [20, 20, 10]


def test_a_power_cut_between_sending_and_the_note_repeats_once(
    engine: Engine, flush: Flush, clock: Clock
) -> None:
    put(engine, "a")
    post = Post(KeyboardInterrupt(), Sent())
    with pytest.raises(KeyboardInterrupt):
        flush(post)
    clock.go(minutes=6)
    flush(post)
    clock.go(hours=1)
    flush(post)
    assert len(post.sent) == 2


def test_a_database_in_use_after_the_sending_repeats_nothing(
    keys: Keys, clock: Clock, tmp_path: Path
) -> None:
    engine = open_engine(tmp_path / "camcensus.db", busy_s=0.05)
    put(engine, "digest:1")
    with closing(
        sqlite3.connect(tmp_path / "camcensus.db", isolation_level=None, check_same_thread=False)
    ) as other:
        free = threading.Timer(0.2, other.execute, ["ROLLBACK"])

        def send(*_: object) -> Sent:
            other.execute("BEGIN IMMEDIATE")
            free.start()
            return Sent()

        outbox.flush(engine, [GROUP], keys, tmp_path, clock, send=send)
        free.join()
    with reading(engine) as connection:
        last = notices.last_of(connection, GROUP.name)
    engine.dispose()
    assert last is not None
    assert last.tried.step == "sent"


def test_two_power_cuts_do_not_make_three_messages(engine: Engine, flush: Flush, clock: Clock) -> None:
    put(engine, "a")
    post = Post(KeyboardInterrupt(), KeyboardInterrupt(), Sent())
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            flush(post)
        clock.go(minutes=6)
    flush(post)
    assert len(post.sent) == 2


def test_an_answer_that_was_lost_twice_is_not_asked_for_a_third_time(
    engine: Engine, flush: Flush, clock: Clock
) -> None:
    put(engine, "a")
    post = Post(UNCLEAR, UNCLEAR, Sent())
    for _ in range(5):
        flush(post)
        clock.go(hours=1)
    assert len(post.sent) == 2


def test_two_processes_do_not_send_the_same(engine: Engine, flush: Flush) -> None:
    put(engine, "a")

    class Meanwhile(Post):
        def __call__(self, channel: Notice, secret: Secret, message: Message) -> Sent | NotSent:
            assert flush(Post(AssertionError("sent twice"))) == []
            return super().__call__(channel, secret, message)

    assert flush(Meanwhile()) == ["a"]


def test_a_digest_of_yesterday_is_not_sent_any_more(engine: Engine, flush: Flush, clock: Clock) -> None:
    put(engine, "a")
    clock.go(hours=25)
    assert flush(Post()) == []
    with reading(engine) as connection:
        last = notices.last_of(connection, GROUP.name)
    assert last is not None
    assert last.tried.step == "expired"


def test_a_clock_that_was_set_back_stops_no_notice(engine: Engine, flush: Flush, clock: Clock) -> None:
    put(engine, "a")
    clock.go(days=-300)
    flush(Post(DOWN))
    clock.go(days=300)
    flush(Post(DOWN))
    clock.go(hours=-3)
    assert flush(Post()) == ["a"]


def test_without_its_secret_a_channel_says_so_and_keeps_the_notice(
    engine: Engine, keys: Keys, flush: Flush
) -> None:
    put(engine, "a")
    keys.remove(GROUP.name)
    assert flush(Post(AssertionError("sent without a key"))) == ["a"]
    with reading(engine) as connection:
        (waiting,) = notices.waiting_of(connection, GROUP.name)
    assert "camcensus notice set 安保群" in waiting.tries[-1].why


def test_no_secret_stands_in_the_database(engine: Engine, flush: Flush, tmp_path: Path) -> None:
    put(engine, "a", "b")
    flush(Post(REFUSED, Sent()))
    engine.dispose()
    files = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert KEY.encode() not in files


def test_the_outbox_can_only_grow(engine: Engine, tmp_path: Path) -> None:
    put(engine, "a")
    refused = pytest.raises(sqlite3.IntegrityError, match="append-only")
    with closing(sqlite3.connect(tmp_path / "camcensus.db")) as connection, refused:
        connection.execute("DELETE FROM notice")


STEPS: st.SearchStrategy[list[Step]] = st.lists(
    st.sampled_from(["begun", "failed", "throttled", "refused", "unclear", "sent", "expired", "lost"]),
    max_size=12,
)


@settings(deadline=None)
@given(STEPS, st.integers(-3000, 3000), st.booleans())
def test_whatever_happened_nothing_is_sent_after_success_or_after_two_that_may_have_arrived(
    steps: list[Step], minutes: int, eager: bool
) -> None:
    tries = [Try(NOON, step) for step in steps]
    move = next_move(tries, NOON + timedelta(days=1), NOON + timedelta(minutes=minutes), eager=eager)
    if steps and steps[-1] in notices.DONE:
        assert move == "none"
    if steps.count("unclear") >= 2:
        assert move != "send"


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(["sent", "down", "refused", "unclear", "cut"]), max_size=8), st.integers(1, 400)
)
def test_nobody_gets_a_notice_more_than_twice_and_never_again_once_it_is_known(
    outcomes: list[str], minutes: int
) -> None:
    """Of what arrives, all the receiver sees is counted: lost answers and cuts may have arrived."""
    tries: list[Try] = []
    now, arrived, known = NOON, 0, False
    for outcome in outcomes * 3:
        now += timedelta(minutes=minutes)
        if next_move(tries, NOON + timedelta(days=30), now) != "send":
            continue
        assert not known
        tries.append(Try(now, "begun"))
        arrived += outcome in ("sent", "unclear", "cut")
        known = outcome == "sent"
        ends: dict[str, Step] = {"sent": "sent", "down": "failed", "refused": "refused", "unclear": "unclear"}
        if outcome in ends:
            tries.append(Try(now, ends[outcome]))
    assert arrived <= 2


def test_a_claim_that_is_undone_left_nothing(engine: Engine) -> None:
    put(engine, "a")
    with writing(engine) as connection:
        assert notices.claim(connection, GROUP.name, NOON) is not None
        connection.rollback()
    with reading(engine) as connection:
        (waiting,) = notices.waiting_of(connection, GROUP.name)
    assert waiting.tries == ()
