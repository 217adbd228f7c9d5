"""Finding a stream where no ONVIF names one."""

from __future__ import annotations

from typing import Any

import pytest

from config.settings import Rtsp
from probe.errors import AuthRefused, Silent, Unreachable, Unsupported
from probe.rtsp.find import find_stream, server_name
from probe.transport.login import Login

Camera = Any  # the one of conftest.py

NOTHING_LISTENS = 9


async def test_the_first_path_with_a_video_is_taken(camera: Camera, login: Login, settings: Rtsp) -> None:
    camera.paths = ("/second",)
    found = await find_stream("127.0.0.1", [camera.port], login, settings)
    assert (found.uri, found.codec, camera.asked) == (camera.uri("/second"), "H264", ["DESCRIBE", "DESCRIBE"])


async def test_a_refused_login_ends_the_search(camera: Camera, wrong_login: Login, settings: Rtsp) -> None:
    camera.auth = "basic"
    with pytest.raises(AuthRefused):
        await find_stream("127.0.0.1", [camera.port, camera.port], wrong_login, settings)
    assert camera.proofs == 1


async def test_no_path_with_a_video_is_named(camera: Camera, login: Login, settings: Rtsp) -> None:
    camera.paths = ("/other",)
    with pytest.raises(Unsupported, match="none of 3 usual paths"):
        await find_stream("127.0.0.1", [camera.port], login, settings)


async def test_a_camera_that_hangs_up_after_404_is_called_again(
    camera: Camera, login: Login, settings: Rtsp
) -> None:
    camera.paths = ("/third",)
    camera.hang_up_after_404 = True
    assert (await find_stream("127.0.0.1", [camera.port], login, settings)).uri == camera.uri("/third")


async def test_the_next_port_is_asked_where_one_is_closed(
    camera: Camera, login: Login, settings: Rtsp
) -> None:
    found = await find_stream("127.0.0.1", [NOTHING_LISTENS, camera.port], login, settings)
    assert found.uri == camera.uri("/first")


async def test_no_open_port_is_unreachable(login: Login, settings: Rtsp) -> None:
    with pytest.raises(Unreachable):
        await find_stream("127.0.0.1", [], login, settings)


async def test_a_server_is_known_without_showing_a_login(
    camera: Camera, login: Login, settings: Rtsp
) -> None:
    camera.auth = "digest"
    assert await server_name("127.0.0.1", camera.port, login, settings) == "RTSP"
    assert (camera.asked, camera.proofs) == (["OPTIONS"], 0)


async def test_a_web_server_is_no_rtsp_server(camera: Camera, login: Login, settings: Rtsp) -> None:
    camera.answers = {"OPTIONS": b"HTTP/1.1 400 Bad Request\r\n\r\n"}
    with pytest.raises(Unsupported):
        await server_name("127.0.0.1", camera.port, login, settings)


async def test_a_silent_server_is_silent(camera: Camera, login: Login, settings: Rtsp) -> None:
    camera.silent_at = "OPTIONS"
    with pytest.raises(Silent):
        await server_name("127.0.0.1", camera.port, login, settings)
