"""What the RTSP client makes of good cameras and of bad ones."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest

from config.settings import Rtsp
from probe.errors import AuthRefused, DeviceError, Malformed, NoCredential, Silent, Unreachable, Unsupported
from probe.rtsp.client import grab
from probe.transport.login import Credential, Login

# The camera of conftest.py; a fixture is the only way to share it without packages under tests/.
Camera = Any


async def test_a_grab_ends_with_two_keyframes_that_lie_the_span_apart(
    camera: Camera, login: Login, settings: Rtsp
) -> None:
    taken = await grab(camera.uri(), login, settings)
    assert (taken.keyframes[0].time_s, taken.keyframes[-1].time_s) == (0.0, 4.0)


async def test_rate_and_interval_come_from_the_rtp_time(camera: Camera, login: Login, settings: Rtsp) -> None:
    taken = await grab(camera.uri(), login, settings)
    assert (taken.codec, taken.fps, taken.keyframe_interval_s, taken.transport) == ("H264", 10.0, 1.0, "tcp")


async def test_every_session_ends_in_teardown(camera: Camera, login: Login, settings: Rtsp) -> None:
    await grab(camera.uri(), login, settings)
    assert camera.asked == ["DESCRIBE", "SETUP", "PLAY", "TEARDOWN"]


async def test_a_cancelled_grab_still_tears_down(camera: Camera, login: Login, settings: Rtsp) -> None:
    camera.packets = camera.packets[:30]
    task = asyncio.create_task(grab(camera.uri(), login, settings))
    await camera.heard["PLAY"].wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert camera.asked[-1] == "TEARDOWN"


async def test_a_session_that_was_made_behind_our_back_is_torn_down_too(
    camera: Camera, login: Login, settings: Rtsp
) -> None:
    camera.drip_s = 0.002
    task = asyncio.create_task(grab(camera.uri(), login, settings))
    await camera.heard["SETUP"].wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await camera.heard["TEARDOWN"].wait()


async def test_the_session_goes_with_play_and_teardown_without_its_timeout(
    camera: Camera, login: Login, settings: Rtsp
) -> None:
    camera.session = " 0xAB 77 ; timeout=30"
    await grab(camera.uri(), login, settings)
    assert all("Session: 0xAB 77\r" in request for request in camera.requests[2:])


async def test_the_client_names_itself(camera: Camera, login: Login, settings: Rtsp) -> None:
    await grab(camera.uri(), login, settings)
    assert all("User-Agent: camcensus\r" in request for request in camera.requests)


@pytest.mark.parametrize("way", ["basic", "digest"])
async def test_a_login_is_shown_where_it_is_asked_for(
    camera: Camera, login: Login, settings: Rtsp, way: str
) -> None:
    camera.auth = way
    taken = await grab(camera.uri(), login, settings)
    assert len(taken.keyframes) == 5
    assert camera.asked == ["DESCRIBE", "DESCRIBE", "SETUP", "PLAY", "TEARDOWN"]


async def test_a_wrong_password_is_shown_once(camera: Camera, wrong_login: Login, settings: Rtsp) -> None:
    camera.auth = "digest"
    for _ in range(3):
        with pytest.raises(AuthRefused):
            await grab(camera.uri(), wrong_login, settings)
    assert camera.proofs == 1


async def test_a_stale_nonce_is_no_wrong_password(camera: Camera, login: Login, settings: Rtsp) -> None:
    camera.auth, camera.stale = "digest", True
    await grab(camera.uri(), login, settings)
    assert login.refusals == ()


async def test_without_a_stored_login_none_is_shown(camera: Camera, settings: Rtsp) -> None:
    camera.auth = "digest"
    with pytest.raises(NoCredential):
        await grab(camera.uri(), Login(_Nobody(), []), settings)
    assert camera.proofs == 0


async def test_a_login_in_the_address_is_neither_sent_nor_shown(
    camera: Camera, login: Login, settings: Rtsp
) -> None:
    uri = camera.uri().replace("//", "//admin:hunter2@")
    taken = await grab(uri, login, settings)
    assert "hunter2" not in taken.uri + "".join(camera.requests)


async def test_a_password_in_the_path_is_sent_but_not_shown(
    camera: Camera, login: Login, settings: Rtsp
) -> None:
    taken = await grab(camera.uri("/user=a_password=hunter2_channel=1.sdp"), login, settings)
    assert "hunter2" in camera.requests[0]
    assert taken.uri.endswith("/user=***_password=***_channel=1.sdp")


async def test_errors_do_not_show_a_password(camera: Camera, login: Login, settings: Rtsp) -> None:
    camera.paths = ("/other",)
    with pytest.raises(Unsupported) as caught:
        await grab(camera.uri("/user=a_password=hunter2").replace("//", "//a:hunter2@"), login, settings)
    assert "hunter2" not in str(caught.value)


async def test_udp_is_taken_where_tcp_is_refused(camera: Camera, login: Login, settings: Rtsp) -> None:
    camera.transports = ("udp",)
    taken = await grab(camera.uri(), login, settings)
    assert (taken.transport, len(taken.keyframes)) == ("udp", 5)


async def test_udp_is_taken_where_it_is_granted_unasked(camera: Camera, login: Login, settings: Rtsp) -> None:
    camera.transports = ("udp", "udp-always")
    taken = await grab(camera.uri(), login, settings)
    assert taken.transport == "udp"
    assert camera.asked.count("SETUP") == camera.asked.count("TEARDOWN") == 2


async def test_a_camera_without_any_transport_is_named(camera: Camera, login: Login, settings: Rtsp) -> None:
    camera.transports = ()
    with pytest.raises(Unsupported, match="461 Unsupported Transport"):
        await grab(camera.uri(), login, settings)


async def test_another_address_in_the_uri_is_mended(camera: Camera, login: Login, settings: Rtsp) -> None:
    uri = camera.uri().replace("127.0.0.1", "10.9.8.7")
    taken = await grab(uri, login, settings, address="127.0.0.1")
    assert taken.uri == camera.uri()


@pytest.mark.parametrize(
    ("base", "control", "asked"),
    [
        ("rtsp://10.9.8.7/main/", "trackID=1", "/main/trackID=1"),
        ("10.9.8.7:554/main/", "trackID=1", "/main/trackID=1"),
        ("rtsp://rtsp://10.9.8.7/main", "trackID=1", "/main/trackID=1"),
        ("10.9.8.7", "trackID=1", "/main/trackID=1"),
        ("", "?ctype=video", "/main?ctype=video"),
        ("", "", "/main"),
    ],
)
async def test_tracks_are_found_behind_odd_bases(
    camera: Camera, login: Login, settings: Rtsp, base: str, control: str, asked: str
) -> None:
    camera.sdp = camera.sdp.replace("trackID=1", control)
    camera.headers = {"Content-Base": base} if base else {}
    await grab(camera.uri(), login, settings)
    assert camera.requests[1].startswith(f"SETUP {camera.uri(asked)} ")


async def test_the_answers_may_carry_their_number_in_any_case(
    camera: Camera, login: Login, settings: Rtsp
) -> None:
    camera.cseq = "Cseq"
    assert (await grab(camera.uri(), login, settings)).fps == 10.0


async def test_frames_between_the_answers_are_part_of_the_stream(
    camera: Camera, login: Login, settings: Rtsp
) -> None:
    first = camera.packets[0]
    camera.between = b"$\x00" + len(first).to_bytes(2) + first + b"$\x01\x00\x04abcd"
    assert (await grab(camera.uri(), login, settings)).fps == 10.0


async def test_junk_between_frames_is_skipped(camera: Camera, login: Login, settings: Rtsp) -> None:
    camera.between = b"\x00\x00junk junk"
    assert (await grab(camera.uri(), login, settings)).fps == 10.0


async def test_what_came_before_a_break_is_kept(camera: Camera, login: Login, settings: Rtsp) -> None:
    camera.packets = camera.packets[: len(camera.packets) // 4]
    taken = await grab(camera.uri(), login, settings)
    assert taken.pictures > 10
    assert taken.note == "the stream stood still for 0.4 s"


async def test_a_stream_without_packets_is_silent(camera: Camera, login: Login, settings: Rtsp) -> None:
    camera.packets = []
    with pytest.raises(Silent, match="no picture came"):
        await grab(camera.uri(), login, settings)


async def test_the_byte_cap_ends_a_stream(camera: Camera, login: Login, settings: Rtsp) -> None:
    capped = settings.model_copy(update={"max_bytes": 100_000})
    taken = await grab(camera.uri(), login, capped)
    assert taken.note == "stopped after 100000 bytes"


async def test_nothing_listens_is_unreachable(camera: Camera, login: Login, settings: Rtsp) -> None:
    with pytest.raises(Unreachable):
        await grab("rtsp://127.0.0.1:9/main", login, settings)


async def test_too_many_clients_is_no_refused_login(camera: Camera, login: Login, settings: Rtsp) -> None:
    camera.answers = {"SETUP": b"RTSP/1.0 453 Not Enough Bandwidth\r\nCSeq: 2\r\n\r\n"}
    with pytest.raises(Unreachable, match="453"):
        await grab(camera.uri(), login, settings)


async def test_an_answer_that_is_not_rtsp_is_malformed_at_once(
    camera: Camera, login: Login, settings: Rtsp
) -> None:
    camera.answers = {"DESCRIBE": b"HTTP/1.1 400 Bad Request\r\n\r\n"}
    with pytest.raises(Malformed, match=r"HTTP/1\.1 400"):
        await grab(camera.uri(), login, settings)


async def test_our_own_request_sent_back_is_malformed(camera: Camera, login: Login, settings: Rtsp) -> None:
    camera.answers = {"DESCRIBE": b"DESCRIBE rtsp://x/ RTSP/1.0\r\nCSeq: 1\r\n\r\n\0\0\0"}
    with pytest.raises(Malformed, match="our own request"):
        await grab(camera.uri(), login, settings)


async def test_a_codec_that_cannot_be_read_is_named(camera: Camera, login: Login, settings: Rtsp) -> None:
    camera.sdp = camera.sdp.replace("H264", "SVAC")
    with pytest.raises(Unsupported, match="SVAC/90000"):
        await grab(camera.uri(), login, settings)


@pytest.mark.parametrize("method", ["DESCRIBE", "SETUP", "PLAY"])
@pytest.mark.parametrize("fault", ["silent_at", "close_at"])
async def test_a_camera_that_stops_costs_its_deadline_at_most(
    camera: Camera, login: Login, settings: Rtsp, method: str, fault: str
) -> None:
    setattr(camera, fault, method)
    assert await seconds_lost(camera, login, settings) < 3 * settings.grab_s + 1.5


async def test_a_dripping_answer_costs_one_answer(camera: Camera, login: Login, settings: Rtsp) -> None:
    camera.drip_s = 0.05
    assert await seconds_lost(camera, login, settings) < 3 * settings.answer_s + 0.5


async def test_endless_headers_are_cut(camera: Camera, login: Login, settings: Rtsp) -> None:
    camera.answers = {"DESCRIBE": b"RTSP/1.0 200 OK\r\n" + b"X-More: and more\r\n" * 8000}
    with pytest.raises(Malformed, match="longer than"):
        await grab(camera.uri(), login, settings)


async def seconds_lost(camera: Camera, login: Login, settings: Rtsp) -> float:
    begun = time.monotonic()
    with pytest.raises(DeviceError):
        await grab(camera.uri(), login, settings)
    return time.monotonic() - begun


class _Nobody:
    def credential(self, name: str) -> Credential:
        raise AssertionError(name)
