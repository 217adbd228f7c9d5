"""The login budget: one wrong password, once, over every door and every connection."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Literal

import pytest

from probe.errors import AuthRefused, DeviceError, Locked, NoCredential, Silent
from probe.model import Gap
from probe.transport.login import Credential, Door, Login, says_clock, says_locked

NOW = datetime(2026, 1, 1, tzinfo=UTC)
DIGEST = ['Digest realm="r", nonce="n", qop="auth"']
SENTINEL = "S3ntinel-pässwort"


class Stored:
    """Credentials a, b, … with different passwords; `twin` has the password of a."""

    def credential(self, name: str) -> Credential:
        return Credential(name, 1, "admin", SENTINEL if name in ("a", "twin") else f"other {name}")


def login(
    *names: str,
    refused: tuple[str, ...] = (),
    locked: Mapping[str, datetime] | None = None,
    tell: Callable[[Mapping[str, Gap]], None] = lambda _: None,
) -> Login:
    return Login(Stored(), names, refused, locked=locked, tell=tell)


async def refuse(one: Login, door: Door = "soap", said: str = "") -> None:
    async with one.turn(door) as turn:
        turn.authorization(DIGEST, "POST", "/")
        turn.refused(said)


async def accept(one: Login, door: Door = "soap") -> None:
    async with one.turn(door) as turn:
        turn.authorization(DIGEST, "POST", "/")
        turn.accepted()


async def test_without_a_credential_it_says_so() -> None:
    with pytest.raises(NoCredential):
        async with login().turn("soap"):
            pass


async def test_an_accepted_login_serves_again() -> None:
    one = login("a")
    await accept(one)
    await accept(one)
    assert one.refusals == ()


@pytest.mark.parametrize("door", ["soap", "rtsp"])
async def test_a_password_refused_at_one_door_is_shown_at_no_other(door: Door) -> None:
    one = login("a")
    await refuse(one, "soap")
    with pytest.raises(AuthRefused):
        await refuse(one, door)
    assert one.refusals == ("a@1",)


async def test_the_next_name_is_tried_after_a_refusal() -> None:
    one = login("a", "b")
    await refuse(one)
    assert one.current() == "b@1"


async def test_two_names_of_one_password_are_one_try() -> None:
    one = login("a", "twin")
    await refuse(one)
    with pytest.raises(AuthRefused):
        one.current()


async def test_no_device_is_shown_more_than_two_wrong_passwords() -> None:
    one = login("a", "b", "c")
    await refuse(one)
    await refuse(one)
    with pytest.raises(AuthRefused):
        one.current()


async def test_what_an_earlier_run_refused_is_not_tried() -> None:
    with pytest.raises(AuthRefused):
        login("a", refused=("a@1",)).current()


async def test_a_lock_of_an_earlier_run_is_still_called_a_lock() -> None:
    with pytest.raises(Locked, match="locked on 2026-01-01 00:00 UTC; set the credential anew"):
        login("a", refused=("a@1",), locked={"a@1": NOW}).current()


async def test_after_a_lock_a_newer_version_is_tried() -> None:
    assert login("a", refused=("a@0",), locked={"a@0": NOW}).current() == "a@1"


async def test_a_refusal_is_told_before_the_next_thing_is_done() -> None:
    told: list[Mapping[str, Gap]] = []
    one = login("a", tell=told.append)
    async with one.turn("soap") as turn:
        turn.authorization(DIGEST, "POST", "/")
        turn.refused()
        assert told == [{"a@1": Gap.AUTH_REFUSED}]


async def test_a_lock_is_told_for_every_login() -> None:
    told: list[Mapping[str, Gap]] = []
    await refuse(login("a", "b", tell=told.append), said="The account is locked")
    assert told == [{"a@1": Gap.LOCKED, "b@1": Gap.LOCKED}]


async def test_a_refusal_that_is_on_record_is_not_told_again() -> None:
    told: list[Mapping[str, Gap]] = []
    await refuse(login("a", "b", refused=("a@1",), tell=told.append))
    assert told == [{"b@1": Gap.AUTH_REFUSED}]


async def test_a_newer_version_is_tried() -> None:
    assert login("a", refused=("a@0",)).current() == "a@1"


async def test_after_attempts_left_nothing_more_is_tried_and_nothing_by_later_runs() -> None:
    one = login("a", "b")
    await refuse(one, said="Invalid password! You still have 3 attempt(s).")
    with pytest.raises(Locked, match="3 attempt"):
        one.current()
    assert set(one.refusals) == {"a@1", "b@1"}


async def test_a_lock_told_to_an_anonymous_question_counts() -> None:
    one = login("a")
    one.heard("User Locked! Please try again after 30 minutes")
    with pytest.raises(Locked):
        await accept(one, "rtsp")


async def test_within_a_turn_a_proof_is_given_once() -> None:
    async with login("a").turn("soap") as turn:
        turn.authorization(DIGEST, "POST", "/")
        with pytest.raises(AuthRefused):
            turn.authorization(DIGEST, "POST", "/")


async def test_wsse_may_be_followed_by_the_digest_that_the_refusal_asks_for() -> None:
    one = login("a")
    async with one.turn("soap") as turn:
        turn.wsse(NOW)
        turn.refused("", challenged=True)
        turn.authorization(DIGEST, "POST", "/")
        turn.accepted()
    assert one.proven("soap")


async def test_wsse_refused_without_a_challenge_is_the_end() -> None:
    async with login("a").turn("soap") as turn:
        turn.wsse(NOW)
        turn.refused()
        with pytest.raises(AuthRefused):
            turn.authorization(DIGEST, "POST", "/")


async def test_a_stale_nonce_is_believed_once() -> None:
    stale = ['Digest realm="r", nonce="m", qop="auth", stale=true']
    async with login("a").turn("soap") as turn:
        turn.authorization(DIGEST, "POST", "/")
        turn.authorization(stale, "POST", "/")
        with pytest.raises(AuthRefused):
            turn.authorization(stale, "POST", "/")


async def test_an_unanswered_proof_is_spent() -> None:
    one = login("a")
    async with one.turn("soap") as turn:
        turn.wsse(NOW)
    with pytest.raises(Silent):
        one.current("rtsp")
    assert one.refusals == ()


async def test_a_turn_without_a_proof_spends_nothing() -> None:
    one = login("a")
    async with one.turn("rtsp"):
        pass
    assert one.current() == "a@1"


async def test_right_for_soap_and_refused_by_rtsp_leaves_soap_alone() -> None:
    one = login("a")
    await accept(one, "soap")
    await refuse(one, "rtsp")
    with pytest.raises(AuthRefused):
        one.current("rtsp")
    await accept(one, "soap")
    assert one.refusals == ()


async def test_two_refusals_in_a_row_of_a_good_login_end_it() -> None:
    one = login("a")
    await accept(one)
    await refuse(one)
    await accept(one)
    await refuse(one)
    await refuse(one)
    with pytest.raises(AuthRefused):
        one.current()


async def test_a_refused_clock_is_no_wrong_password() -> None:
    one = login("a")
    async with one.turn("soap") as turn:
        turn.wsse(NOW)
        turn.refused("Wsse authorized time check failed")
    assert one.refusals == ()
    with pytest.raises(AuthRefused):
        one.current("soap")


@pytest.mark.parametrize("connections", [2, 20])
async def test_connections_at_the_same_time_show_a_wrong_password_once(connections: int) -> None:
    one = login("a")
    shown = 0

    async def connect(door: Door) -> None:
        nonlocal shown
        async with one.turn(door) as turn:
            turn.authorization(DIGEST, "POST", "/")
            shown += 1
            await asyncio.sleep(0)
            turn.refused()

    doors: list[Literal["soap", "rtsp"]] = ["soap", "rtsp"]
    outcomes = await asyncio.gather(
        *(connect(doors[number % 2]) for number in range(connections)), return_exceptions=True
    )
    assert shown == 1
    assert sum(isinstance(outcome, AuthRefused) for outcome in outcomes) == connections - 1


async def test_the_counter_of_a_nonce_rises() -> None:
    one = login("a")
    await accept(one)
    async with one.turn("soap") as turn:
        assert "nc=00000002" in turn.authorization(DIGEST, "POST", "/")


@pytest.mark.parametrize(
    "said",
    [
        "Sender not Authorized. You still have 3 attempt(s).",
        "The account is locked",
        "IP address is blocked",
        "<lockStatus>lock</lockStatus><unlockTime>1785</unlockTime>",
        "<retryLoginTime>4</retryLoginTime>",
        "User Locked! Please try again after 30 minutes",
        '{"remainLockSecond": 300}',
        "账号已锁定",
        "密码错误，还可以尝试4次",
        "剩余登录次数：2次",
        "device is locked, try after 5 minutes",
    ],
)
def test_words_of_locks_are_known(said: str) -> None:
    assert says_locked(said)


@pytest.mark.parametrize(
    "said",
    [
        "Sender not Authorized",
        "<lockStatus>unlock</lockStatus>",
        "Wsse authorized time check failed",
        "401 Unauthorized: check the clock",
        "door unlocked",
        "用户名或密码错误",
    ],
)
def test_other_refusals_are_no_lock(said: str) -> None:
    assert not says_locked(said)


def test_words_of_clocks_are_known() -> None:
    assert says_clock("Wsse authorized time check failed")
    assert not says_clock("Sender not Authorized")


async def test_a_concealed_login_in_a_path_is_usable_and_not_shown() -> None:
    one = login("a")
    shown = one.conceal("rtsp://u:p@10.0.0.1:554/user=admin_password=tlJwpbo6_channel=1&x=0")
    assert shown == "rtsp://10.0.0.1:554/user=***_password=***_channel=1&x=0"
    assert one.reveal(shown) == "rtsp://10.0.0.1:554/user=admin_password=tlJwpbo6_channel=1&x=0"


async def test_the_password_shows_nowhere(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    seen: list[str] = []

    async def note(doing: Callable[[], object]) -> None:
        try:
            doing()
        except DeviceError as error:
            seen.extend(traceback.format_exception(error))

    one = login("a")
    async with one.turn("soap") as turn:
        seen += [repr(turn), repr(one), repr(Stored().credential("a")), str(Stored().credential("a"))]
        seen += [turn.authorization(DIGEST, "POST", "/")]
        await note(lambda: turn.wsse(NOW))
        turn.refused("You still have 2 attempt(s)")
    await note(lambda: one.current())
    everything = "\n".join((*seen, caplog.text, str(one.refusals)))
    assert SENTINEL not in everything
