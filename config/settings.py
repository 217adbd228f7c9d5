"""The settings: their names, types and sane bounds. Values, units and reasons stand in default.toml."""

from __future__ import annotations

from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field


class Section(BaseModel):
    """Strict: a number in quotes is a mistake, an unknown key is a mistake, `nan` is a mistake."""

    model_config = ConfigDict(
        strict=True, extra="forbid", frozen=True, allow_inf_nan=False, regex_engine="python-re"
    )


Count = Annotated[int, Field(ge=1, le=1_000_000)]
Seconds = Annotated[float, Field(gt=0, le=3600)]
Bytes = Annotated[int, Field(ge=1024, le=1 << 30)]
Pixels = Annotated[int, Field(ge=16, le=16384)]
Port = Annotated[int, Field(ge=1, le=65535)]
Ports = Annotated[tuple[Port, ...], Field(min_length=1)]
UrlPath = Annotated[str, Field(pattern=r"^/\S*\Z")]
UrlPaths = Annotated[tuple[UrlPath, ...], Field(min_length=1)]


def _named_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (OSError, ValueError, KeyError):  # the last: a name that is well written, of no zone
        raise ValueError(f"没有“{name}”这个时区；中国写 Asia/Shanghai") from None
    return name


Zone = Annotated[str, AfterValidator(_named_zone)]
Clock = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d\Z")]
Anamorphic = Annotated[str, Field(pattern=r"^[1-9]\d{1,4}x[1-9]\d{1,4}=[1-9]\d?:[1-9]\d?\Z")]


class Discover(Section):
    sweep_ports: Ports
    sockets: Annotated[int, Field(ge=1, le=20_000)]
    connect_s: Seconds
    new_neighbours_per_s: Count
    max_addresses: Annotated[int, Field(ge=1, le=1 << 24)]
    wsd_rounds: Annotated[int, Field(ge=1, le=20)]
    wsd_round_s: Seconds
    wsd_listen_s: Seconds


class Http(Section):
    connect_s: Seconds
    request_s: Seconds
    max_bytes: Bytes
    requests_per_device: Annotated[int, Field(ge=1, le=64)]
    device_ports: Ports
    device_paths: UrlPaths


class Rtsp(Section):
    connect_s: Seconds
    answer_s: Seconds
    grab_s: Seconds
    span_s: Seconds
    max_bytes: Bytes
    ports: Ports
    paths: UrlPaths


class Picture(Section):
    analysis_width: Pixels
    snapshot_width: Pixels
    snapshot_quality: Annotated[int, Field(ge=1, le=100)]
    workers: Annotated[int, Field(ge=0, le=256)]
    max_pixels: Annotated[int, Field(ge=1 << 16, le=1 << 30)]
    decode_s: Seconds
    memory_mib: Annotated[int, Field(ge=128, le=1 << 20)]
    night_chroma: Annotated[float, Field(ge=0, le=128)]
    shown_as: tuple[Anamorphic, ...]


class Tvl(Section):
    live_lines: Annotated[int, Field(ge=1, le=10_000)]
    playback_lines: Annotated[int, Field(ge=1, le=10_000)]
    hold_days: Annotated[int, Field(ge=1, le=3650)]


class Baseline(Section):
    nights: Annotated[int, Field(ge=1, le=365)]
    apart_h: Annotated[float, Field(gt=0, le=168)]


class Snapshots(Section):
    keep_days: Annotated[int, Field(ge=1, le=3650)]


class History(Section):
    full_nights: Annotated[int, Field(ge=1, le=3650)]
    fault_nights: Annotated[int, Field(ge=1, le=3650)]


class Record(Section):
    window_days: Annotated[int, Field(ge=1, le=366)]
    hole_min: Annotated[float, Field(gt=0, le=1440)]
    day_hole_h: Annotated[float, Field(gt=0, le=24)]
    month_requests: Annotated[int, Field(ge=3, le=100)]
    search_requests: Annotated[int, Field(ge=10, le=10_000)]
    play_s: Seconds
    play_span_s: Seconds
    patience_s: Annotated[float, Field(ge=0, le=600)]


class Run(Section):
    devices_at_once: Annotated[int, Field(ge=1, le=10_000)]
    streams_at_once: Annotated[int, Field(ge=1, le=10_000)]
    streams_per_subnet: Annotated[int, Field(ge=1, le=10_000)]
    mbit_per_s: Annotated[float, Field(ge=0, le=100_000)]
    slow_factor: Annotated[float, Field(ge=2, le=1000)]
    device_s: Seconds
    channel_s: Seconds
    recordings_s: Seconds


class Watch(Section):
    zone: Zone
    check_at: Clock
    jitter_min: Annotated[int, Field(ge=0, le=720)]
    online_min: Annotated[int, Field(ge=0, le=1440)]
    scan_weekday: Annotated[int, Field(ge=0, le=7)]
    playback_day: Annotated[int, Field(ge=0, le=28)]
    grace_h: Annotated[float, Field(gt=0, le=23)]
    tries: Annotated[int, Field(ge=1, le=20)]
    retry_min: Annotated[float, Field(gt=0, le=720)]
    spread_h: Annotated[float, Field(ge=0, le=8)]
    most_h: Annotated[float, Field(gt=0, le=20)]
    overdue_h: Annotated[float, Field(ge=24, le=720)]


class Hd(Section):
    width: Pixels
    height: Pixels


class Settings(Section):
    discover: Discover
    http: Http
    rtsp: Rtsp
    picture: Picture
    tvl: Tvl
    baseline: Baseline
    snapshots: Snapshots
    history: History
    record: Record
    run: Run
    watch: Watch
    hd: Hd

    @property
    def zone(self) -> ZoneInfo:
        """Where the school is: every day that is counted and every time that is shown is by its clock."""
        return ZoneInfo(self.watch.zone)
