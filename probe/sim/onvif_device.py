"""The ONVIF device service of a simulated camera."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone
from xml.sax.saxutils import escape

from probe.sim import onvif_events, onvif_media, onvif_media2, onvif_ptz, profile_g
from probe.sim.addresses import service_url
from probe.sim.model import Device
from probe.sim.soap import NAMESPACES, Call

# ONVIF Core §5.9.4.3 PRE_AUTH: what a device answers without a login.
OPEN_TO_ALL = frozenset(
    {
        "GetSystemDateAndTime",
        "GetServices",
        "GetCapabilities",
        "GetServiceCapabilities",
        "GetHostname",
        "GetWsdlUrl",
    }
)
_BEIJING = timezone(timedelta(hours=8))


def operations(device: Device, now: Callable[[], datetime]) -> Mapping[str, Callable[[Call], str]]:
    """Return what the service can do: operation name to the inside of the SOAP body."""
    return {
        "GetSystemDateAndTime": lambda call: _time(now() + timedelta(seconds=device.clock_offset_s)),
        "GetServices": lambda call: _services(
            device, with_capability=call.text("IncludeCapability") == "true"
        ),
        "GetCapabilities": lambda call: _capabilities(device),
        "GetServiceCapabilities": lambda call: _service_capabilities(device),
        "GetDeviceInformation": lambda call: _information(device),
        "GetNetworkInterfaces": lambda call: _interfaces(device),
        "GetScopes": lambda call: _scopes(device),
        "GetHostname": lambda call: _hostname(device),
        "GetNTP": lambda call: _ntp(),
        "GetDNS": lambda call: _dns(),
        "GetNetworkProtocols": lambda call: _protocols(device),
        "GetNetworkDefaultGateway": lambda call: _gateway(device),
        "GetEndpointReference": lambda call: _endpoint(device),
        "GetDiscoveryMode": lambda call: _answer(
            "GetDiscoveryMode", "<tds:DiscoveryMode>Discoverable</tds:DiscoveryMode>"
        ),
        "GetWsdlUrl": lambda call: _answer(
            "GetWsdlUrl", "<tds:WsdlUrl>http://www.onvif.org/onvif/ver10</tds:WsdlUrl>"
        ),
        "GetUsers": lambda call: _answer(
            "GetUsers",
            f"<tds:User><tt:Username>{escape(device.user)}</tt:Username>"
            "<tt:UserLevel>Administrator</tt:UserLevel></tds:User>",
        ),
    }


def _answer(operation: str, inside: str) -> str:
    return f"<tds:{operation}Response>{inside}</tds:{operation}Response>"


def _time(utc: datetime) -> str:
    return _answer(
        "GetSystemDateAndTime",
        "<tds:SystemDateAndTime><tt:DateTimeType>Manual</tt:DateTimeType>"
        "<tt:DaylightSavings>false</tt:DaylightSavings>"
        f"<tt:TimeZone><tt:TZ>CST-8:00:00</tt:TZ></tt:TimeZone>{_moment('UTCDateTime', utc)}"
        f"{_moment('LocalDateTime', utc.astimezone(_BEIJING))}</tds:SystemDateAndTime>",
    )


def _moment(name: str, at: datetime) -> str:
    return (
        f"<tt:{name}><tt:Time><tt:Hour>{at.hour}</tt:Hour><tt:Minute>{at.minute}</tt:Minute>"
        f"<tt:Second>{at.second}</tt:Second></tt:Time><tt:Date><tt:Year>{at.year}</tt:Year>"
        f"<tt:Month>{at.month}</tt:Month><tt:Day>{at.day}</tt:Day></tt:Date></tt:{name}>"
    )


def _services(device: Device, *, with_capability: bool) -> str:
    offered = [("tds", "device"), ("tev", "events"), ("trt", "media")]
    if device.speaks.media2:
        # Some firmware lists Media2 before Media1 (mrtian2016/onvifsim field facts).
        offered.insert(1, ("tr2", "media2"))
    if device.head:
        offered.append(("tptz", "ptz"))
    if has_profile_g(device):
        offered += [(prefix, service) for prefix, service, _ in profile_g.SERVICES]
    capability = {
        "tds": f"<tds:Capabilities>{_device_capabilities(device)}</tds:Capabilities>",
        "tev": onvif_events.CAPABILITIES,
        "trt": onvif_media.CAPABILITIES,
        "tr2": onvif_media2.CAPABILITIES,
        "tptz": onvif_ptz.CAPABILITIES,
        **{prefix: said for prefix, _, said in profile_g.SERVICES},
    }
    return _answer(
        "GetServices",
        "".join(
            f"<tds:Service><tds:Namespace>{NAMESPACES[prefix]}</tds:Namespace>"
            f"<tds:XAddr>{escape(service_url(device, service))}</tds:XAddr>"
            + (f"<tds:Capabilities>{capability[prefix]}</tds:Capabilities>" if with_capability else "")
            + "<tds:Version><tt:Major>2</tt:Major><tt:Minor>60</tt:Minor></tds:Version></tds:Service>"
            for prefix, service in offered
        ),
    )


def _capabilities(device: Device) -> str:
    return _answer(
        "GetCapabilities",
        f"<tds:Capabilities><tt:Device><tt:XAddr>{service_url(device, 'device')}</tt:XAddr>"
        "<tt:Network><tt:IPFilter>false</tt:IPFilter><tt:ZeroConfiguration>false</tt:ZeroConfiguration>"
        "<tt:IPVersion6>false</tt:IPVersion6><tt:DynDNS>false</tt:DynDNS></tt:Network>"
        "<tt:System><tt:DiscoveryResolve>false</tt:DiscoveryResolve><tt:DiscoveryBye>true</tt:DiscoveryBye>"
        "<tt:RemoteDiscovery>false</tt:RemoteDiscovery><tt:SystemBackup>false</tt:SystemBackup>"
        "<tt:SystemLogging>false</tt:SystemLogging><tt:FirmwareUpgrade>false</tt:FirmwareUpgrade>"
        "<tt:SupportedVersions><tt:Major>2</tt:Major><tt:Minor>60</tt:Minor></tt:SupportedVersions>"
        "</tt:System>"
        "<tt:IO><tt:InputConnectors>0</tt:InputConnectors><tt:RelayOutputs>0</tt:RelayOutputs></tt:IO>"
        "<tt:Security><tt:TLS1.1>false</tt:TLS1.1><tt:TLS1.2>false</tt:TLS1.2>"
        "<tt:OnboardKeyGeneration>false</tt:OnboardKeyGeneration>"
        "<tt:AccessPolicyConfig>false</tt:AccessPolicyConfig><tt:X.509Token>false</tt:X.509Token>"
        "<tt:SAMLToken>false</tt:SAMLToken><tt:KerberosToken>false</tt:KerberosToken>"
        "<tt:RELToken>false</tt:RELToken></tt:Security></tt:Device>"
        f"<tt:Events><tt:XAddr>{service_url(device, 'events')}</tt:XAddr>"
        "<tt:WSSubscriptionPolicySupport>false</tt:WSSubscriptionPolicySupport>"
        "<tt:WSPullPointSupport>true</tt:WSPullPointSupport>"
        "<tt:WSPausableSubscriptionManagerInterfaceSupport>false</tt:WSPausableSubscriptionManagerInterfaceSupport>"
        "</tt:Events>"
        f"<tt:Media><tt:XAddr>{service_url(device, 'media')}</tt:XAddr><tt:StreamingCapabilities>"
        "<tt:RTPMulticast>false</tt:RTPMulticast><tt:RTP_TCP>true</tt:RTP_TCP>"
        "<tt:RTP_RTSP_TCP>true</tt:RTP_RTSP_TCP></tt:StreamingCapabilities></tt:Media>"
        + (f"<tt:PTZ><tt:XAddr>{service_url(device, 'ptz')}</tt:XAddr></tt:PTZ>" if device.head else "")
        + _extension(device)
        + "</tds:Capabilities>",
    )


def has_profile_g(device: Device) -> bool:
    return device.recorder is not None and device.recorder.profile_g


def _extension(device: Device) -> str:
    """Return where GetCapabilities names what came after its first edition, a level deeper than the rest."""
    if not has_profile_g(device):
        return ""
    recording, search, replay = (service_url(device, one) for one in ("recording", "search", "replay"))
    return (
        f"<tt:Extension><tt:Recording><tt:XAddr>{recording}</tt:XAddr>"
        "<tt:ReceiverSource>false</tt:ReceiverSource><tt:MediaProfileSource>true</tt:MediaProfileSource>"
        "<tt:DynamicRecordings>false</tt:DynamicRecordings><tt:DynamicTracks>false</tt:DynamicTracks>"
        "<tt:MaxStringLength>64</tt:MaxStringLength></tt:Recording>"
        f"<tt:Search><tt:XAddr>{search}</tt:XAddr><tt:MetadataSearch>false</tt:MetadataSearch></tt:Search>"
        f"<tt:Replay><tt:XAddr>{replay}</tt:XAddr></tt:Replay></tt:Extension>"
    )


def _device_capabilities(device: Device) -> str:
    http_digest = str(device.speaks.soap_login == "both" or device.quirks.digest_only).lower()
    return (
        '<tds:Network IPFilter="false" ZeroConfiguration="false" IPVersion6="false" DynDNS="false" NTP="1"/>'
        f'<tds:Security UsernameToken="true" HttpDigest="{http_digest}" TLS1.2="false"/>'
        '<tds:System DiscoveryResolve="false" DiscoveryBye="true" SystemBackup="false"'
        ' FirmwareUpgrade="false"/>'
    )


def _service_capabilities(device: Device) -> str:
    return _answer(
        "GetServiceCapabilities", f"<tds:Capabilities>{_device_capabilities(device)}</tds:Capabilities>"
    )


def _information(device: Device) -> str:
    return _answer(
        "GetDeviceInformation",
        f"<tds:Manufacturer>{escape(device.manufacturer)}</tds:Manufacturer>"
        f"<tds:Model>{escape(device.model)}</tds:Model>"
        f"<tds:FirmwareVersion>{escape(device.firmware)}</tds:FirmwareVersion>"
        f"<tds:SerialNumber>{escape(device.serial)}</tds:SerialNumber>"
        f"<tds:HardwareId>{escape(device.hardware_id)}</tds:HardwareId>",
    )


def _interfaces(device: Device) -> str:
    return _answer(
        "GetNetworkInterfaces",
        '<tds:NetworkInterfaces token="eth0"><tt:Enabled>true</tt:Enabled><tt:Info><tt:Name>eth0</tt:Name>'
        f"<tt:HwAddress>{device.mac.lower()}</tt:HwAddress><tt:MTU>1500</tt:MTU></tt:Info>"
        "<tt:IPv4><tt:Enabled>true</tt:Enabled><tt:Config><tt:Manual>"
        f"<tt:Address>{device.address}</tt:Address><tt:PrefixLength>24</tt:PrefixLength></tt:Manual>"
        "<tt:DHCP>false</tt:DHCP></tt:Config></tt:IPv4></tds:NetworkInterfaces>",
    )


def _scopes(device: Device) -> str:
    return _answer(
        "GetScopes",
        "".join(
            f"<tds:Scopes><tt:ScopeDef>Fixed</tt:ScopeDef><tt:ScopeItem>{escape(one)}</tt:ScopeItem>"
            "</tds:Scopes>"
            for one in device.scopes
        ),
    )


def _hostname(device: Device) -> str:
    return _answer(
        "GetHostname",
        "<tds:HostnameInformation><tt:FromDHCP>false</tt:FromDHCP>"
        f"<tt:Name>IPC-{device.mac[-5:].replace(':', '')}</tt:Name></tds:HostnameInformation>",
    )


def _ntp() -> str:
    return _answer(
        "GetNTP",
        "<tds:NTPInformation><tt:FromDHCP>false</tt:FromDHCP><tt:NTPManual><tt:Type>DNS</tt:Type>"
        "<tt:DNSname>time.windows.com</tt:DNSname></tt:NTPManual></tds:NTPInformation>",
    )


def _dns() -> str:
    return _answer(
        "GetDNS",
        "<tds:DNSInformation><tt:FromDHCP>false</tt:FromDHCP><tt:DNSManual><tt:Type>IPv4</tt:Type>"
        "<tt:IPv4Address>223.5.5.5</tt:IPv4Address></tt:DNSManual></tds:DNSInformation>",
    )


def _protocols(device: Device) -> str:
    return _answer(
        "GetNetworkProtocols",
        "".join(
            f"<tds:NetworkProtocols><tt:Name>{name}</tt:Name><tt:Enabled>true</tt:Enabled>"
            f"<tt:Port>{port}</tt:Port></tds:NetworkProtocols>"
            for name, port in (("HTTP", device.http_port), ("RTSP", device.rtsp_port))
        ),
    )


def _gateway(device: Device) -> str:
    first = device.address.rsplit(".", 1)[0]
    return _answer(
        "GetNetworkDefaultGateway",
        f"<tds:NetworkGateway><tt:IPv4Address>{first}.254</tt:IPv4Address></tds:NetworkGateway>",
    )


def _endpoint(device: Device) -> str:
    return _answer("GetEndpointReference", f"<tds:GUID>{device.epr.removeprefix('urn:uuid:')}</tds:GUID>")
