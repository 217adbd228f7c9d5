"""Serves one file by gst-rtsp-server on loopback. Run by the system's own Python, which has the bindings."""

import argparse
import sys
from typing import Any

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtsp", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtsp, GstRtspServer  # noqa: E402

PAYLOADERS = {
    "h264": "qtdemux ! h264parse ! rtph264pay name=pay0 pt=96 config-interval=-1",
    "h265": "qtdemux ! h265parse ! rtph265pay name=pay0 pt=96 config-interval=-1",
    "mjpeg": "qtdemux ! jpegparse ! rtpjpegpay name=pay0",
}


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("clip")
    asked.add_argument("codec", choices=PAYLOADERS)
    asked.add_argument("--auth", choices=["none", "basic", "digest"], default="none")
    asked.add_argument("--user", default="user")
    asked.add_argument("--password", default="secret")
    asked.add_argument("--protocol", choices=["any", "udp"], default="any")
    args = asked.parse_args()

    Gst.init(None)
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service("0")
    server.set_backlog(256)

    factory = GstRtspServer.RTSPMediaFactory()
    factory.set_launch(f"( filesrc location={args.clip} ! {PAYLOADERS[args.codec]} )")
    if args.protocol == "udp":
        factory.set_protocols(GstRtsp.RTSPLowerTrans.UDP)
    if args.auth != "none":
        protect(server, factory, args)
    server.get_mount_points().add_factory("/main", factory)

    server.connect("client-connected", lambda _, client: watch(client))
    server.attach(None)
    say(f"ready {server.get_bound_port()}")
    GLib.MainLoop().run()


def protect(server: Any, factory: Any, args: argparse.Namespace) -> None:  # noqa: ANN401  no stubs
    auth = GstRtspServer.RTSPAuth()
    token = GstRtspServer.RTSPToken()
    token.set_string("media.factory.role", "viewer")
    if args.auth == "basic":
        auth.add_basic(GstRtspServer.RTSPAuth.make_basic(args.user, args.password), token)
        auth.set_supported_methods(GstRtsp.RTSPAuthMethod.BASIC)
    else:
        auth.add_digest(args.user, args.password, token)
        auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
    server.set_auth(auth)
    factory.add_role_from_structure(
        Gst.Structure.from_string("viewer,media.factory.access=true,media.factory.construct=true")[0]
    )


def watch(client: Any) -> None:  # noqa: ANN401  no stubs
    """Tell the test what the client asked, and when it went."""
    for method in ("describe", "setup", "play", "teardown"):
        client.connect(f"{method}-request", lambda _client, _context, name: say(name), method.upper())
    client.connect("closed", lambda _client: say("closed"))


def say(word: str) -> None:
    sys.stdout.write(word + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
