"""What discovery says to a person, Chinese first, then English. 发现阶段给人看的话"""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def bad_targets(mistakes: Sequence[str]) -> str:
    return "\n".join(
        (
            "探测目标有误，没有发出任何探测。 / Wrong targets; nothing was sent.",
            *(f"  {mistake}" for mistake in mistakes),
            "可以写 / Write: 192.168.1.0/24、192.168.1.10-192.168.1.50、192.168.1.10-50、192.168.1.64、"
            "192.168.1.64:8080、[fd00::1]:8080，或网卡名 / or an interface name.",
        )
    )


def unreadable(word: str, names: Iterable[str]) -> str:
    known = "、".join(dict.fromkeys(names)) or "无 / none"
    return (
        f"“{word}”：不是地址，也不是本机的网卡（{known}）；不支持主机名，请改写成 IP 地址。"
        f" / Neither an address nor an interface of this PC; host names are not taken, write the IP address."
    )


def bad_network(word: str) -> str:
    return f"“{word}”：网段写错了，应像 192.168.1.0/24。 / Not a network; write it like 192.168.1.0/24."


def bad_range(word: str) -> str:
    return (
        f"“{word}”：地址段写错了，应像 192.168.1.10-192.168.1.50 或 192.168.1.10-50，前小后大。"
        " / Not a range; write it like 192.168.1.10-192.168.1.50, the smaller first."
    )


def bad_port(word: str) -> str:
    return f"“{word}”：端口应为 1 到 65535。 / The port must be 1 to 65535."


def no_device_there(word: str) -> str:
    return f"“{word}”：这个地址不会是摄像机（全零、组播或广播）。 / No device can have this address."


def too_big(word: str, addresses: int, limit: int) -> str:
    return (
        f"“{word}”：共 {addresses} 个地址，一次最多 {limit} 个。请写小一些的网段（如 /22），"
        "或调大 camcensus.toml 里的 [settings.discover] max_addresses。"
        f" / {addresses} addresses, at most {limit} at once: name a smaller network or raise max_addresses."
    )


def no_network() -> str:
    return (
        "本机没有可用的网络。请插好网线或连上无线网，或者直接写出探测目标，如 camcensus scan 192.168.1.0/24。"
        " / This PC has no network that is up: plug it in, or name a target."
    )


def foreign(addresses: Sequence[str]) -> str:
    return (
        f"{len(addresses)} 台设备在线但不在本网段（{_some(addresses)}），"
        "多半仍是出厂地址或网段设错，请改到本网段。"
        f" / {len(addresses)} answered from another subnet; they need an address in this one."
    )


def not_asked(addresses: Sequence[str]) -> str:
    return (
        f"另有 {len(addresses)} 个地址应答了组播，但不在探测目标内，未检测（{_some(addresses)}）。"
        f" / {len(addresses)} more answered the multicast but were not asked for."
    )


def no_cameras(addresses: Sequence[str]) -> str:
    return (
        f"{len(addresses)} 个应答来自打印机或电脑，不是摄像机，已略过。"
        f" / {len(addresses)} answers came from printers or PCs and were left out."
    )


def fewer_sockets(wanted: int, given: int) -> str:
    return (
        f"本机允许打开的文件数不够，同时连接数由 {wanted} 降到 {given}，扫描会慢一些；"
        "可用 ulimit -n 4096 调大。"
        f" / The limit of open files allows {given} of {wanted} sockets at once; try ulimit -n 4096."
    )


def starved(lost: int) -> str:
    return (
        f"本机资源不足（文件数或端口用尽），{lost} 次连接没有做成，可能漏掉开着的端口；"
        "请关掉别的程序或减小 sockets 后重扫。"
        f" / This PC ran short of sockets: {lost} connections were not made; scan again with fewer sockets."
    )


def table_overflow(retried: int, lost: int) -> str:
    outcome_zh = f"仍有 {lost} 个没有问清，请分成小网段重扫" if lost else "均已问清"
    outcome_en = f"{lost} stay unknown, scan smaller networks" if lost else "all are settled"
    return (
        f"本机邻居表（ARP，gc_thresh3）放不下这么多地址，{retried} 个已放慢重试，{outcome_zh}。"
        f" / The kernel's ARP table was too small: {retried} addresses were asked again slowly; {outcome_en}."
    )


def table_unseen(retried: int, gained: int) -> str:
    return (
        f"本系统看不到邻居表是否已满，{retried} 个没有应答的地址又分批问了一遍，多找到 {gained} 个。"
        f" / This system does not tell whether its ARP table was full: {retried} silent addresses were asked"
        f" again in small batches, {gained} more answered."
    )


def shared_mac(mac: str, addresses: Sequence[str]) -> str:
    return (
        f"MAC {mac} 同时对应 {len(addresses)} 个地址（代理 ARP 或地址冲突），不作为设备标识。"
        f" / {mac} stands for {len(addresses)} addresses (proxy ARP or a conflict) and identifies none."
    )


def no_multicast(name: str, why: str) -> str:
    return (
        f"网卡 {name} 发不出组播（{why}），已改用逐个地址探测。"
        f" / Multicast could not be sent on {name} ({why}); the addresses were asked one by one."
    )


def flooded(address: str) -> str:
    return (
        f"{address} 的应答过多，超出部分已丢弃。 / {address} sent too many answers; the rest was thrown away."
    )


def _some(addresses: Sequence[str]) -> str:
    return "、".join(addresses[:5]) + ("…" if len(addresses) > 5 else "")
