"""What can be wrong with a simulated device: a row per fault, who saw it in the field, what it changes."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

from probe.sim.effects import EFFECTS, Effect
from probe.sim.fault import Change, Fault, fact, quirk
from probe.sim.head import BETWEEN, PRESETS
from probe.sim.model import Device, Head, Lens
from probe.sim.recorder_faults import RECORDER_FAULTS


def _picture(effect: Effect) -> Fault:
    """Return the fault that puts this effect on every lens. Enlarging is sold as full HD."""

    def spoil(lens: Lens) -> Lens:
        main, *rest = lens.streams
        if effect.sensor:
            main = replace(main, width=1920, height=1080, fps=min(main.fps, 12), kbps=1920 * 1080 // 900)
        return replace(lens, image=effect.id, streams=(main, *rest))

    spoils = bool(effect.word or effect.sensor)
    return Fault(effect.id, effect.title, effect.source, _lenses(spoil), spoils=spoils, is_picture=True)


def _head(at: int | None) -> Change:
    """Put the device on a PTZ head that stands at its first or second preset, or between them."""
    aim = BETWEEN if at is None else PRESETS[at].aim

    def change(device: Device) -> Device:
        lenses = tuple(replace(lens, aim=aim) for lens in device.lenses)
        return replace(device, head=Head(PRESETS, aim), lenses=lenses)

    return change


def _lenses(change: Callable[[Lens], Lens]) -> Change:
    return lambda device: replace(device, lenses=tuple(change(lens) for lens in device.lenses))


def _in_turn(*effects: Change) -> Change:
    def effect(device: Device) -> Device:
        for one in effects:
            device = one(device)
        return device

    return effect


def _tiny(lens: Lens) -> Lens:
    # It has no sub-stream: none could be smaller.
    return replace(lens, streams=(replace(lens.main, codec="H264", width=176, height=144, fps=15, kbps=96),))


def _only_h265(lens: Lens) -> Lens:
    main, *rest = lens.streams
    return replace(lens, streams=(replace(main, codec="H265", fps=min(main.fps, 12)), *rest))


def _wants_login(device: Device) -> Device:
    open_soap = device.speaks.soap_login == "none"
    open_rtsp = device.speaks.rtsp_login == "none"
    speaks = replace(
        device.speaks,
        soap_login="wsse" if open_soap else device.speaks.soap_login,
        rtsp_login="digest" if open_rtsp else device.speaks.rtsp_login,
    )
    return replace(device, speaks=speaks)


def _other_password(device: Device) -> Device:
    return replace(_wants_login(device), password=device.password[::-1] + "!", login="wrong")


_OF_DEVICES: tuple[Fault, ...] = (
    Fault(
        "off-line",
        "没有通电或断网：地址上什么都没有",
        "Census practice: a camera on the list that no longer answers stays in the denominator, as unknown",
        quirk(online=False),
    ),
    Fault(
        "silent",
        "端口能连上，但从不回答",
        "PyAV #584; python-onvif-zeep #60: connects, then nothing for ever",
        quirk(manner="silent"),
    ),
    Fault(
        "drip",
        "每秒只回一个字节",
        "Loopback measurement: per-operation timeouts of httpx, requests and ffmpeg never end such a reply",
        quirk(manner="drip"),
    ),
    Fault(
        "garbage",
        "回答的是乱码",
        "koush/scrypted #1246: Tapo C120 1.1.7 echoes the request with NULs instead of HTTP",
        quirk(manner="garbage"),
    ),
    Fault(
        "wrong-password",
        "密码与登记的不同",
        "home-assistant/core #119024: users cannot tell a wrong password from a wrong clock",
        _other_password,
    ),
    Fault(
        "attempts-left",
        "密码不对，并且说出还剩几次",
        "Quedale/OnvifDeviceManager #19, agsh/onvif #112: 'You still have 22/26 attempt(s)'",
        _in_turn(_other_password, quirk(counts_attempts=True)),
    ),
    Fault(
        "locked",
        "帐号已被锁定",
        "rroller/dahua #729, evercam-server #91: locked for 30 minutes, every further try prolongs it",
        _in_turn(_wants_login, fact(login="locked"), quirk(locked=True, counts_attempts=True)),
    ),
    Fault(
        "digest-only",
        "只收 HTTP 摘要登录，拒绝时给网页",
        "home-assistant/core #99166, frigate #22622: Hikvision 5.7.13 and later",
        quirk(digest_only=True, refusal="html"),
        spoils=False,
        maker="hikvision",
    ),
    Fault(
        "two-challenges",
        "一次拒绝里有两个 WWW-Authenticate",
        "mrtian2016/onvifsim field facts; RFC 9110 §11.6.1 allows it",
        quirk(two_challenges=True, digest_only=True),
        spoils=False,
    ),
    Fault(
        "onvif-off",
        "ONVIF 没有打开，只有 RTSP",
        "home-assistant/core #92732: Hikvision ships with ONVIF off",
        quirk(onvif=False),
        maker="hikvision",
    ),
    Fault(
        "clock-wrong",
        "时钟错一个多小时",
        "koush/scrypted #1142, home-assistant/core #34522: Dahua 'Wsse authorized time check failed'",
        fact(clock_offset_s=-4210.0),
        spoils=False,
    ),
    Fault(
        "xaddr-zero",
        "服务地址写成 0.0.0.0",
        "go2rtc helpers.go: XAddr http://0.0.0.0:8080/…",
        quirk(xaddr="zero"),
        spoils=False,
    ),
    Fault(
        "xaddr-other",
        "服务地址是另一台机器的",
        "milestone and onvifsim field facts: LAN or factory address (192.168.1.10) in every XAddr",
        quirk(xaddr="other"),
        spoils=False,
    ),
    Fault(
        "xaddr-doubled",
        "服务地址里端口写了两遍",
        "home-assistant/core #92603: http://ip:8106:8106/",
        quirk(xaddr="doubled"),
        spoils=False,
    ),
    Fault(
        "raw-ampersand",
        "码流地址里的 & 没有转义",
        "ZoneMinder #3767: Xiongmai; lenient XML readers silently drop '&onvif'",
        quirk(raw_ampersand=True),
        spoils=False,
        maker="xiongmai",
    ),
    Fault(
        "gbk",
        "声明 UTF-8，厂商名却是 GBK 字节",
        "wvp-GB28181-pro #1461; GBK manufacturer bytes became replacement characters in three ONVIF clients",
        _in_turn(quirk(gbk=True), fact(manufacturer="家安科技")),
        spoils=False,
        maker="no-name",
    ),
    Fault(
        "unbound-prefix",
        "回答里有没声明的前缀",
        "Reolink TrackMix GetServices <tad:Capabilities>; Oncam EVO ProbeMatch",
        quirk(unbound_prefix=True),
        spoils=False,
    ),
    Fault(
        "h265-hidden",
        "H.265 主码流在 Media1 里看不见",
        "python-onvif #96, libonvif #113: Media1 says H264 or nothing, Media2 is needed",
        _in_turn(quirk(hides_h265=True), _lenses(_only_h265)),
        spoils=False,
        maker="dahua",
        codec="H265",
    ),
    Fault(
        "placeholder-maker",
        "杂牌机：厂商一栏是占位词",
        "easy_onvif captures: Manufacturer 'H264', 'ONVIF', 'NONE'",
        fact(manufacturer="H264", hardware_id="ONVIF"),
        spoils=False,
        maker="no-name",
    ),
    Fault(
        "placeholder-serial",
        "几台设备同一个占位序列号",
        "Reolink and IPNC captures: the serial is a placeholder; do not use it alone as a key",
        fact(serial="000000000000"),
        spoils=False,
    ),
    Fault(
        "shared-epr",
        "几台设备同一个端点标识",
        "DCN-BM2220LPR captures: two devices share one EndpointReference",
        fact(epr="urn:uuid:00075f7a-0000-1000-8000-000000000000"),
        spoils=False,
    ),
    Fault(
        "nvt-only",
        "只理会 NetworkVideoTransmitter 探测",
        "edgexfoundry/device-onvif-camera #135: TL-IPC43KP-4",
        quirk(nvt_only=True),
        spoils=False,
        maker="tp-link",
    ),
    Fault(
        "udp-only",
        "RTSP 只支持 UDP",
        "Tonys-Onvf-RTSP-Server #9; VLC answers 461 to interleaved",
        quirk(udp_only=True),
        spoils=False,
    ),
    Fault(
        "qcif",
        "主码流只有 176×144",
        "Guannan 2018 item 3: at least 352×288; old encoders leave the factory with QCIF",
        _lenses(_tiny),
        maker="no-name",
        codec="H264",
    ),
    Fault(
        "no-media",
        "RTSP 一切应答正常，但没有画面数据",
        "PyAV #584, Frigate common_errors: the fourth client connects and gets no media",
        quirk(sends_media=False),
    ),
    Fault(
        "uri-placeholder",
        "码流地址里是占位 IP",
        "mrtian2016/onvifsim field facts: rtsp://192.168.1.10:554/… whatever the address",
        quirk(uri_host="placeholder"),
        spoils=False,
    ),
    Fault(
        "fault-200",
        "拒绝登录用 HTTP 200",
        "rpos: HTTP 200 with NotAuthorized inside",
        quirk(wsse_only=True, fault_status=200),
        spoils=False,
    ),
    Fault(
        "fault-401",
        "拒绝登录用 HTTP 401，却没有挑战",
        "DCN-BM2220LPR capture: SOAP fault with 401",
        quirk(wsse_only=True, fault_status=401),
        spoils=False,
    ),
    Fault(
        "fault-500",
        "拒绝登录用 HTTP 500",
        "Bosch and EZVIZ captures: faults in HTTP 500",
        quirk(wsse_only=True, fault_status=500),
        spoils=False,
    ),
    Fault(
        "ptz",
        "云台摄像机，停在第一个预置点",
        "ONVIF PTZ service, GetPresets and GetStatus; a dome that patrols by day and is parked by night",
        _head(0),
        spoils=False,
    ),
    Fault(
        "ptz-preset-2",
        "云台停在第二个预置点",
        "Field practice: a dome at another preset shows another view; nobody has moved the camera",
        _head(1),
        spoils=False,
    ),
    Fault(
        "ptz-elsewhere",
        "云台停在两个预置点之间",
        "Field practice: a guard left the dome where the last joystick move ended",
        _head(None),
        spoils=False,
    ),
    Fault(
        "osd-only-vendor",
        "ONVIF 读不到字符叠加，只有厂家接口能读",
        "onvif-zeep captures: GetOSDs 'Optional Action Not Implemented' where the vendor's own page has it",
        quirk(osd_by_vendor_only=True),
        spoils=False,
        maker="hikvision",
    ),
    Fault(
        "gbk-title",
        "大华接口里的通道名是 GBK 字节",
        "mcw0/Tools #15: a Dahua configuration with Chinese text in GBK bytes, 'utf-8 codec can't decode'",
        quirk(gbk_title=True, osd_by_vendor_only=True),
        spoils=False,
        maker="dahua",
    ),
)

FAULTS: tuple[Fault, ...] = (*_OF_DEVICES, *(_picture(one) for one in EFFECTS), *RECORDER_FAULTS)


def fault_ids() -> tuple[str, ...]:
    return tuple(one.id for one in FAULTS)


def split_onset(word: str) -> tuple[str, float]:
    """Return fault id and seconds of a word such as `covered@45`. Raise ValueError for no such number."""
    fault_id, at, seconds = word.partition("@")
    begins_s = float(seconds) if at else 0.0
    if not 0 <= begins_s < math.inf:
        raise ValueError(word)
    return fault_id, begins_s


def fault_of(word: str) -> Fault:
    """Return the row of a fault id, with or without onset. Raise KeyError for one that is in no row."""
    fault_id = word.partition("@")[0]
    for one in FAULTS:
        if one.id == fault_id:
            return one
    raise KeyError(fault_id)


def afflict(device: Device, words: tuple[str, ...]) -> Device:
    """Return the device with these faults, in the order given. One with `@45` begins 45 s late."""
    for word in words:
        device = fault_of(word).effect(device)
        _, begins_s = split_onset(word)
        if begins_s:
            lenses = tuple(replace(lens, begins_s=begins_s) for lens in device.lenses)
            device = replace(device, lenses=lenses)
    return replace(device, faults=(*device.faults, *words))
