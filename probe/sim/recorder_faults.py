"""What can be wrong with a simulated recorder: a row per fault, who saw it, what it changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from probe.sim.fault import Change, Fault, quirk
from probe.sim.footage import Footage, Stretch
from probe.sim.makers import NO_NAME
from probe.sim.model import Device, Lens, Stream
from probe.sim.recorder import Channel, HardDisk, Recorder

_CLAIMED_DAYS = 6
_DEFAULT_NAME = "IPCamera 01"


def _recorder(change: Callable[[Recorder], Recorder]) -> Change:
    """Return a change of recorders alone."""
    return lambda device: replace(device, recorder=change(device.recorder)) if device.recorder else device


def _set(**changed: Any) -> Change:  # noqa: ANN401  whatever fields Recorder has; mypy cannot follow replace()
    return _recorder(lambda recorder: replace(recorder, **changed))


def _ill(**changed: Any) -> Change:  # noqa: ANN401
    return _recorder(lambda recorder: replace(recorder, ills=replace(recorder.ills, **changed)))


def _channels(change: Callable[[Channel], Channel]) -> Change:
    return _recorder(
        lambda recorder: replace(recorder, channels=tuple(change(one) for one in recorder.channels))
    )


def _claims_more(channel: Channel) -> Channel:
    """Let the index tell of days before the oldest recording, whose files are overwritten already."""
    held = channel.footage.unlocked().stretches
    if not held:
        return channel
    gone = Stretch(held[0].start - timedelta(days=_CLAIMED_DAYS), held[0].start)
    claimed = sorted((gone, *channel.footage.stretches), key=lambda one: one.start)
    return replace(channel, claimed=Footage(tuple(claimed)))


def _broken(disk: HardDisk) -> HardDisk:
    return replace(disk, state="bad") if disk.state == "good" else disk


def _with_ghosts(device: Device) -> Device:
    """Give each slot profiles as well, without a size; nothing plays at their addresses."""
    if device.recorder is None:
        return device
    pattern = device.lenses[0]
    ghosts = [
        Lens(one.number, one.name, "", "wall", _ghostly(pattern, one.number))
        for one in device.recorder.channels
        if one.is_slot
    ]
    return replace(device, lenses=(*device.lenses, *ghosts))


def _with_names_alike(device: Device) -> Device:
    """Name all channels as they came, and let its recordings name no source that ONVIF lists."""
    if device.recorder is None:
        return device
    return replace(
        device,
        lenses=tuple(replace(one, name=_DEFAULT_NAME) for one in device.lenses),
        recorder=replace(
            device.recorder,
            channels=tuple(replace(one, name=_DEFAULT_NAME) for one in device.recorder.channels),
            ills=replace(device.recorder.ills, opaque_sources=True),
        ),
    )


def _ghostly(pattern: Lens, number: int) -> tuple[Stream, ...]:
    return tuple(
        replace(
            one,
            token=f"Ghost_{number}_{one.role}",
            path=f"/ghost/{number}/{one.role}",
            width=0,
            height=0,
            fps=0,
        )
        for one in pattern.streams
    )


def _with_an_empty_slot(device: Device) -> Device:
    """Take out the second camera of the network, and leave the others where they are.

    A recorder without a list of its own has no other numbers than ONVIF's: to nobody is its slot one.
    """
    if device.recorder is None or device.maker == NO_NAME.id:
        return device
    used = [one.number for one in device.recorder.channels if one.kind == "network" and not one.is_slot]
    if len(used) < 3:
        return device
    number = used[1]
    channels = tuple(
        Channel(number, one.name, one.kind, is_slot=True, mode="off") if one.number == number else one
        for one in device.recorder.channels
    )
    lenses = tuple(one for one in device.lenses if one.number != number)
    return replace(device, lenses=lenses, recorder=replace(device.recorder, channels=channels))


RECORDER_FAULTS: tuple[Fault, ...] = (
    Fault(
        "z-is-local",
        "时间后面写着 Z，其实是录像机本地时间",
        "cfryanr/hikvision-download-assistant #1: search times of older recorders are local, with a Z",
        _set(z_is_local=True),
        spoils=False,
        of_recorders=True,
    ),
    Fault(
        "z-is-utc",
        "时间后面的 Z 真的是世界时",
        "ISO 8601: Z is UTC; newer Hikvision firmware keeps to it, and clients made for the older are off",
        _set(z_is_local=False),
        spoils=False,
        of_recorders=True,
    ),
    Fault(
        "zone-wrong",
        "录像机的时区设成了世界时",
        "Installers' practice: the clock is set by NTP and the time zone left as it came",
        _set(zone_s=0),
        of_recorders=True,
    ),
    Fault(
        "endless-more",
        "查录像总说还有，却一条也不给",
        "Clients of Hikvision recorders stop after 64 pages: MORE came for ever with an empty matchList",
        _ill(endless_more=True),
        of_recorders=True,
    ),
    Fault(
        "short-pages",
        "查录像时一页给不满，后面其实还有",
        "python-amcrest asks its recorders for pages of 100 and reads on until one counts none",
        _ill(short_pages=True),
        spoils=False,
        of_recorders=True,
    ),
    Fault(
        "wide-window-500",
        "查询时间段一长就报 500",
        "DS-7716NI-I4: a search from 2000 to 2038 gives 500 and a document with two roots",
        _ill(refuses_wide=True),
        spoils=False,
        of_recorders=True,
    ),
    Fault(
        "search-expires",
        "查到一半会话失效，重来一次才行",
        "naveenrobo/dahua-ip-cam-sdk #6: 'Invalid session in request data!' from a recorder",
        _ill(searches_expire=True),
        spoils=False,
        of_recorders=True,
    ),
    Fault(
        "slow-answers",
        "每次请求要等 20 秒才回答",
        "maciej-or/hikvision_next #181, #201: ReadTimeout of a recorder whose page opens in a browser",
        quirk(answers_after_s=20.0),
        of_recorders=True,
    ),
    Fault(
        "reboots",
        "检测到一半自己重启了",
        "evercam/evercam-server #89: asking for recordings makes new Hikvision recorders restart",
        quirk(reboots_after=12),
        of_recorders=True,
    ),
    Fault(
        "odd-times",
        "录像里混着 1970 年和 2038 年的",
        "ONVIF captures: EarliestRecording 1970-01-01T00:03:15Z; a file begun before the clock was set",
        _ill(odd_times=True),
        of_recorders=True,
    ),
    Fault(
        "negative-sizes",
        "硬盘容量和文件大小是负数",
        "Firmware that counts in 32 bits with a sign: 2 TB and more come out below nought",
        _ill(negative_sizes=True),
        of_recorders=True,
    ),
    Fault(
        "stray-channels",
        "回答里有通道列表上没有的通道号",
        "DS-7616NI-K2 capture: ids beyond the list; size says 10 where fewer rows stand",
        _ill(stray_channels=True),
        spoils=False,
        of_recorders=True,
    ),
    Fault(
        "cut-bodies",
        "第一个通道的录像查询只回一半就断",
        "Uniview LAPI: a chunked body that ends before its last chunk",
        _ill(cut_bodies=True),
        of_recorders=True,
    ),
    Fault(
        "xml-bomb",
        "第一个通道的录像查询回的是 XML 炸弹",
        "CWE-776: entities that expand without bound; a recorder in other hands may answer anything",
        _ill(xml_bomb=True),
        of_recorders=True,
    ),
    Fault(
        "no-days",
        "固件旧，没有按月查录像的接口（404）",
        "Hikvision firmware before 4: dailyDistribution is not there and the search has to do",
        _ill(no_days=True),
        spoils=False,
        of_recorders=True,
    ),
    Fault(
        "calendar-lies",
        "日历上有录像，回放却是空的",
        "Inspectors' experience: the index still lists days whose files have been overwritten",
        _channels(_claims_more),
        of_recorders=True,
    ),
    Fault(
        "cgi-off",
        "大华录像机关了 CGI 接口",
        "Dahua firmware of 2022 and later: CGI off by default, the web page speaks RPC2 alone",
        _ill(cgi_off=True),
        spoils=False,
        maker="dahua",
        of_recorders=True,
    ),
    Fault(
        "ghost-profiles",
        "空通道在 ONVIF 里也有码流，宽高是 0",
        "Artosyn capture: profiles with an encoder of 0x0 and a FrameRateLimit of 0",
        _with_ghosts,
        spoils=False,
        of_recorders=True,
    ),
    Fault(
        "names-alike",
        "所有通道都叫一个名字，录像也说不清是哪一路的",
        "ONVIF Recording Control: the client that sets a recording up chooses its SourceId",
        _with_names_alike,
        of_recorders=True,
    ),
    Fault(
        "empty-slot",
        "通道中间有一个空位，后面的摄像机通道号不变",
        "Schools' recorders: a camera is taken out, and those behind it stay on their channels",
        _with_an_empty_slot,
        spoils=False,
        of_recorders=True,
    ),
    Fault(
        "list-cut",
        "录像机自己的通道列表回到一半就断",
        "Uniview LAPI: a chunked body that ends before its last chunk; no answer is longer than this list",
        _ill(list_cut=True),
        of_recorders=True,
    ),
    Fault(
        "pairs-wrong",
        "前两个通道的子码流在 ONVIF 里配反了",
        "agsh/onvif #369: profiles of a DS-7732NI-I4 name the source of another channel",
        _ill(wrong_pairs=True),
        of_recorders=True,
    ),
    Fault(
        "disk-bad",
        "硬盘报错",
        "Hikvision capture: hdd status error beside good ones",
        _recorder(lambda recorder: replace(recorder, disks=tuple(map(_broken, recorder.disks)))),
        spoils=False,
        of_recorders=True,
    ),
)
