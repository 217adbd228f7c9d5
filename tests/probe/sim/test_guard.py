"""The login of a simulated camera: it counts, it locks, and it tells a wrong password from a wrong clock."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime, timedelta

import pytest

from probe.sim.guard import Guard, Login
from probe.sim.model import Device, Marks
from probe.sim.plan import plan_school
from probe.sim.ports import Layout

NOON = datetime(2026, 11, 21, 4, 0, 0, tzinfo=UTC)


def camera(*faults: str) -> Device:
    return plan_school(1, 1, "127.77.0.0/24", {1: faults}, layout=Layout("real", ("127.77.0.1",))).devices[0]


def wsse(guard: Guard, device: Device, password: str, at: datetime) -> Login:
    created = at.strftime("%Y-%m-%dT%H:%M:%SZ")
    digest = base64.b64encode(hashlib.sha1(b"salt" + created.encode() + password.encode()).digest()).decode()  # noqa: S324
    return guard.check_wsse(
        device.user, digest, "…#PasswordDigest", base64.b64encode(b"salt").decode(), created
    )


def guarded(*faults: str) -> tuple[Guard, Device, Marks]:
    device, marks = camera(*faults), Marks()
    return Guard(device, marks, lambda: NOON), device, marks


def test_a_right_token_is_taken_and_counts_no_wrong_login() -> None:
    guard, device, marks = guarded()
    assert (wsse(guard, device, device.password, NOON), marks.wrong_logins) == (Login.OK, 0)


def test_a_wrong_password_counts_once() -> None:
    guard, device, marks = guarded()
    assert (wsse(guard, device, "guess", NOON), marks.wrong_logins) == (Login.WRONG, 1)


@pytest.mark.parametrize("off_s", [-3600, 3600])
def test_a_token_from_another_hour_is_stale_and_no_wrong_password(off_s: int) -> None:
    guard, device, marks = guarded()
    login = wsse(guard, device, device.password, NOON + timedelta(seconds=off_s))
    assert (login, marks.wrong_logins, marks.stale_logins) == (Login.STALE, 0, 1)


def test_the_window_lies_around_the_devices_own_clock() -> None:
    guard, device, _ = guarded("clock-wrong")
    at = NOON + timedelta(seconds=device.clock_offset_s)
    assert wsse(guard, device, device.password, at) is Login.OK


def test_after_so_many_wrong_logins_even_the_right_password_is_locked_out() -> None:
    guard, device, _ = guarded()
    for _ in range(device.speaks.lock_after):
        wsse(guard, device, "guess", NOON)
    assert wsse(guard, device, device.password, NOON) is Login.LOCKED


def test_digest_agrees_with_the_worked_example_of_rfc_7616() -> None:
    # RFC 7616 §3.9.1, MD5, with our user, realm and nonce in the place of theirs.
    guard, device, _ = guarded()
    (challenge,) = guard.challenges("/dir/index.html", ("MD5",))
    nonce = challenge.split('nonce="')[1].split('"')[0]

    def md5(text: str) -> str:
        return hashlib.md5(text.encode()).hexdigest()  # noqa: S324

    ha1, ha2 = md5(f"{device.user}:{guard.realm}:{device.password}"), md5("GET:/dir/index.html")
    response = md5(f"{ha1}:{nonce}:00000001:c:auth:{ha2}")
    header = (
        f'Digest username="{device.user}", realm="{guard.realm}", nonce="{nonce}", uri="/dir/index.html", '
        f'qop=auth, nc=00000001, cnonce="c", response="{response}"'
    )
    assert guard.check(header, "GET", "/dir/index.html", basic=False) is Login.OK


def test_a_digest_nonce_that_was_never_given_is_stale() -> None:
    guard, device, marks = guarded()
    ha1 = hashlib.md5(f"{device.user}:{guard.realm}:{device.password}".encode()).hexdigest()  # noqa: S324
    ha2 = hashlib.md5(b"GET:/").hexdigest()  # noqa: S324
    response = hashlib.md5(f"{ha1}:made-up:{ha2}".encode()).hexdigest()  # noqa: S324
    header = f'Digest username="{device.user}", realm="x", nonce="made-up", uri="/", response="{response}"'
    assert (guard.check(header, "GET", "/", basic=False), marks.wrong_logins) == (Login.STALE, 0)


def test_basic_is_not_taken_where_it_was_not_offered() -> None:
    guard, device, marks = guarded()
    header = "Basic " + base64.b64encode(f"{device.user}:guess".encode()).decode()
    assert (guard.check(header, "GET", "/", basic=False), marks.wrong_logins) == (Login.NONE, 0)
