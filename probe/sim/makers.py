"""Who makes the campus's cameras: what each maker's firmware says of itself and how it speaks."""

from __future__ import annotations

import random
import string
from collections.abc import Callable
from dataclasses import dataclass

from probe.sim.model import Codec, Personality


@dataclass(frozen=True, slots=True)
class Model:
    """A product and the way its main stream leaves the factory."""

    name: str
    codec: Codec
    width: int
    height: int
    fps: int


@dataclass(frozen=True, slots=True)
class Maker:
    """A maker. `weight` is how often schools buy it; paths take the words of `path_words`."""

    id: str
    weight: int
    manufacturer: str
    models: tuple[Model, ...]
    ouis: tuple[str, ...]
    onvif_port: int
    more_ports: tuple[int, ...]
    scopes: tuple[str, ...]  # {model} is filled in
    stream_path: str
    profile: str
    serial: Callable[[random.Random, str], str]
    firmware: Callable[[random.Random], str]
    hardware_id: str
    speaks: Personality
    dome: str = ""  # the maker's model on a PTZ head


def path_words(lens: int, stream: int) -> dict[str, object]:
    """Return what the patterns of `makers.py` may name: counted from 1 and from 0, as makers do."""
    return {
        "n": lens,
        "z": lens - 1,
        "s": stream,
        "s1": stream + 1,
        "p1": (lens - 1) * 2 + stream + 1,
        "role": "sub" if stream else "main",
    }


def _digits(chance: random.Random, count: int) -> str:
    return "".join(chance.choices(string.digits, k=count))


def _hex(chance: random.Random, count: int) -> str:
    return "".join(chance.choices("0123456789abcdef", k=count))


def _build(chance: random.Random) -> str:
    return f"{chance.randint(17, 24):02d}{chance.randint(1, 12):02d}{chance.randint(1, 28):02d}"


HIKVISION = Maker(
    id="hikvision",
    weight=30,
    manufacturer="HIKVISION",
    models=(
        Model("DS-2CD3T25D-I3", "H264", 1920, 1080, 12),
        Model("DS-2CD2125F-IS", "H265", 1920, 1080, 10),
        Model("DS-2CD1221-I3", "H264", 1280, 720, 25),
        Model("DS-2CD3325-I", "H264", 1920, 1080, 15),
    ),
    ouis=("44:19:B6", "C0:56:E3", "BC:AD:28", "28:57:BE"),
    onvif_port=80,
    more_ports=(8000,),
    scopes=("name/HIKVISION%20{model}", "hardware/{model}", "location/city/hangzhou", "Profile/Streaming"),
    stream_path="/Streaming/Channels/{n}0{s1}",
    profile="Profile_{p1}",
    serial=lambda chance, model: f"{model}20{_build(chance)}AAWR{chance.choice('CDEF')}{_digits(chance, 8)}",
    firmware=lambda chance: f"V5.{chance.randint(4, 7)}.{chance.randint(1, 12)} build {_build(chance)}",
    hardware_id="88",
    speaks=Personality(
        brand="海康威视",
        soap_prefix="env",
        soap_login="both",
        rtsp_login="digest",
        algorithms=("SHA-256", "MD5"),
        named_algorithm=True,
        nonce_per_path=True,
        media2=True,
        http_server="Hikvision-Webs",
        rtsp_server="",
        realm="IP Camera({last5})",
        onvif_path="/onvif/device_service",
        snapshot_path="/onvif-http/snapshot?Profile_{p1}",
        session_name="Media Presentation",
        clock_window_s=120.0,
        lock_after=5,
    ),
    dome="DS-2DC4223IW-D",
)

DAHUA = Maker(
    id="dahua",
    weight=25,
    manufacturer="Dahua",
    models=(
        Model("DH-IPC-HFW1230M-I1", "H264", 1920, 1080, 12),
        Model("DH-IPC-HFW2431S", "H265", 1280, 720, 15),
        Model("DH-IPC-HDW1025C", "H264", 1280, 720, 25),
    ),
    ouis=("3C:EF:8C", "90:02:A9", "E0:50:8B", "14:A7:8B"),
    onvif_port=80,
    more_ports=(37777,),
    scopes=(
        "name/Dahua",
        "hardware/{model}",
        "location/country/china",
        "Profile/Streaming",
        "type/Network_Video_Transmitter",
    ),
    stream_path="/cam/realmonitor?channel={n}&subtype={s}&unicast=true&proto=Onvif",
    profile="MediaProfile{z:03d}{s:02d}",
    serial=lambda chance, model: (
        f"{chance.randint(1, 9)}{chance.choice('CDEFGH')}0{_digits(chance, 1)}A{_digits(chance, 1)}"
        f"{chance.choice('ABCDE')}PA{chance.choice('GKNRZ')}{_hex(chance, 5).upper()}"
    ),
    firmware=lambda chance: (
        f"2.{chance.choice((420, 622, 800))}.0000.{chance.randint(1, 30)}.R, build: 20"
        f"{chance.randint(17, 23)}-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}"
    ),
    hardware_id="1.00",
    speaks=Personality(
        brand="大华",
        soap_prefix="s",
        soap_login="wsse",
        rtsp_login="digest",
        algorithms=("MD5",),
        named_algorithm=False,
        nonce_per_path=False,
        media2=True,
        http_server="",
        rtsp_server="Rtsp Server/3.0",
        realm="Login to {serial}",
        onvif_path="/onvif/device_service",
        snapshot_path="/onvifsnapshot/media_service/snapshot?channel={n}&subtype={s}",
        session_name="Media Server",
        clock_window_s=300.0,
        lock_after=5,
    ),
    dome="DH-SD49225-HN",
)

UNIVIEW = Maker(
    id="uniview",
    weight=15,
    manufacturer="UNIVIEW",
    models=(
        Model("IPC-B2A2-IR@D", "H265", 1280, 720, 12),
        Model("IPC322SR3-DPF40", "H264", 1920, 1080, 12),
        Model("IPC2121SR3-PF40", "H264", 1280, 960, 15),
    ),
    ouis=("48:EA:63", "6C:F1:7E"),
    onvif_port=80,
    more_ports=(),
    scopes=(
        "name/Uniview",
        "hardware/{model}",
        "location/Hangzhou",
        "Profile/Streaming",
        "type/video_encoder",
    ),
    stream_path="/media/video{s1}",
    profile="media_profile{p1}",
    serial=lambda chance, model: (
        f"210235{chance.choice(('C2UR', 'C3AP', 'C1YQ'))}{chance.choice('ABC')}{_digits(chance, 9)}"
    ),
    firmware=lambda chance: (
        f"IPC_Q1201-B{chance.randint(5000, 6400)}P{chance.randint(10, 90)}D{_build(chance)[:4]}"
    ),
    hardware_id="A",
    speaks=Personality(
        brand="宇视",
        soap_prefix="SOAP-ENV",
        soap_login="both",
        rtsp_login="digest",
        algorithms=("MD5",),
        named_algorithm=True,
        nonce_per_path=False,
        media2=True,
        http_server="gSOAP/2.8",
        rtsp_server="",
        realm="{mac}",
        onvif_path="/onvif/device_service",
        snapshot_path="/images/snapshot{n}.jpg?stream={s}",
        session_name="Media Server",
        clock_window_s=300.0,
        lock_after=5,
    ),
    dome="IPC6412LR-X5P",
)

TPLINK = Maker(
    id="tp-link",
    weight=12,
    manufacturer="TP-Link",
    models=(
        Model("TL-IPC223KP-4", "H264", 1920, 1080, 15),
        Model("TL-IPC43KP-4", "H265", 1280, 720, 15),
    ),
    ouis=("50:C7:BF", "B0:95:75", "34:60:F9"),
    onvif_port=2020,
    more_ports=(80,),
    scopes=(
        "name/TP-IPC",
        "hardware/MODEL",
        "location/ShenZhen",
        "Profile/Streaming",
        "type/NetworkVideoTransmitter",
    ),
    stream_path="/stream{s1}",
    profile="profile_{p1}",
    serial=lambda chance, model: _hex(chance, 8),
    firmware=lambda chance: f"1.0.{chance.randint(1, 15)} Build {_build(chance)} Rel.{_digits(chance, 5)}n",
    hardware_id="1.0",
    speaks=Personality(
        brand="TP-LINK",
        soap_prefix="SOAP-ENV",
        soap_login="wsse",
        rtsp_login="digest",
        algorithms=("MD5",),
        named_algorithm=False,
        nonce_per_path=False,
        media2=False,
        http_server="gSOAP/2.8",
        rtsp_server="",
        realm="TP-LINK IP-Camera",
        onvif_path="/onvif/service",
        snapshot_path="/onvif/snapshot/{n}/{s}",
        session_name='Session streamed by "TP-LINK RTSP Server"',
        clock_window_s=300.0,
        lock_after=10,
    ),
)

EZVIZ = Maker(
    id="ezviz",
    weight=6,
    manufacturer="EZVIZ",
    models=(Model("CS-C3C-1C2WFR", "H264", 1280, 720, 15), Model("CS-C5W-3B2WFR", "H265", 1280, 720, 12)),
    ouis=("58:8F:CF", "0C:A6:4C"),
    onvif_port=80,
    more_ports=(8000,),
    scopes=("name/EZVIZ%20{model}", "hardware/{model}", "location/city/hangzhou", "Profile/Streaming"),
    stream_path="/h264/ch{n}/{role}/av_stream",
    profile="Profile_{p1}",
    serial=lambda chance, model: f"{chance.choice('CDE')}{_digits(chance, 8)}",
    firmware=lambda chance: f"V5.{chance.randint(2, 3)}.{chance.randint(0, 8)} build {_build(chance)}",
    hardware_id="88",
    speaks=Personality(
        brand="萤石",
        soap_prefix="env",
        soap_login="both",
        rtsp_login="digest",
        algorithms=("MD5",),
        named_algorithm=True,
        nonce_per_path=True,
        media2=False,
        http_server="webserver",
        rtsp_server="",
        realm="IP Camera({last5})",
        onvif_path="/onvif/device_service",
        snapshot_path="/onvif-http/snapshot?Profile_{p1}",
        session_name="Media Presentation",
        clock_window_s=120.0,
        lock_after=5,
    ),
)

XIONGMAI = Maker(
    id="xiongmai",
    weight=7,
    manufacturer="XM",
    models=(
        Model("XM530_50X20-WG_8M", "H264", 1280, 720, 15),
        Model("XM510_R80X20-PQ", "H265", 1280, 720, 12),
    ),
    ouis=("00:12:16", "00:12:31"),
    onvif_port=8899,
    more_ports=(80, 34567),
    scopes=(
        "name/NVT",
        "hardware/{model}",
        "location/country/china",
        "Profile/Streaming",
        "type/video_encoder",
    ),
    stream_path="/user=admin_channel={n}_stream={s}&onvif=0.sdp?real_stream",
    profile="{z:02d}{s}",
    serial=lambda chance, model: _hex(chance, 16),
    firmware=lambda chance: f"V4.02.R11.{_digits(chance, 8)}.10010.140600.00000",
    hardware_id="00001",
    speaks=Personality(
        brand="雄迈",
        soap_prefix="SOAP-ENV",
        soap_login="wsse",
        rtsp_login="none",
        algorithms=("MD5",),
        named_algorithm=True,
        nonce_per_path=False,
        media2=False,
        http_server="uc-httpd 1.0.0",
        rtsp_server="",
        realm="XM",
        onvif_path="/onvif/device_service",
        snapshot_path="/webcapture.jpg?command=snap&channel={n}&stream={s}",
        session_name="RTSP Session",
        clock_window_s=600.0,
        lock_after=8,
    ),
)

NO_NAME = Maker(
    id="no-name",
    weight=5,
    manufacturer="JIAAN",
    models=(Model("IPC-200W", "H264", 1280, 720, 15), Model("HI3516C_IPC", "H264", 704, 576, 25)),
    ouis=("E0:62:90", "00:62:6E"),
    onvif_port=80,
    more_ports=(),
    scopes=("name/IPC", "hardware/IPC", "location/country/china", "type/video_encoder"),
    stream_path="/live/ch{z:02d}_{s}",
    profile="PROFILE_{z:02d}{s}",
    serial=lambda chance, model: _digits(chance, 12),
    firmware=lambda chance: f"3.{chance.randint(0, 4)}.{chance.randint(0, 9)}.{chance.randint(0, 9)}",
    hardware_id="IPC",
    speaks=Personality(
        brand="",
        soap_prefix="SOAP-ENV",
        soap_login="none",
        rtsp_login="basic",
        algorithms=("MD5",),
        named_algorithm=True,
        nonce_per_path=False,
        media2=False,
        http_server="thttpd/2.25b 29dec2003",
        rtsp_server="Rtsp Server",
        realm="IPC",
        onvif_path="/onvif/device_service",
        snapshot_path="/snap{n}{s}.jpg",
        session_name="Unnamed",
        clock_window_s=600.0,
        lock_after=20,
    ),
)

MAKERS = (HIKVISION, DAHUA, UNIVIEW, TPLINK, EZVIZ, XIONGMAI, NO_NAME)
