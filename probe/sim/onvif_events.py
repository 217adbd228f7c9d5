"""The ONVIF event service of a simulated camera: enough that clients which always subscribe can connect."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from probe.sim.addresses import service_url
from probe.sim.model import Device, Marks
from probe.sim.soap import Call

CAPABILITIES = '<tev:Capabilities WSPullPointSupport="true" MaxPullPoints="4"/>'
_LASTS = timedelta(minutes=1)


def operations(
    device: Device, marks: Marks, now: Callable[[], datetime]
) -> Mapping[str, Callable[[Call], str]]:
    """Return what the service can do: operation name to the inside of the SOAP body."""

    def here() -> datetime:
        return now() + timedelta(seconds=device.clock_offset_s)

    def subscribe(call: Call) -> str:
        marks.subscriptions_opened += 1
        return _subscribed(
            f"{service_url(device, 'events')}/Subscription_{marks.subscriptions_opened}", here()
        )

    def unsubscribe(call: Call) -> str:
        marks.subscriptions_closed += 1
        return "<wsnt:UnsubscribeResponse></wsnt:UnsubscribeResponse>"

    return {
        "GetServiceCapabilities": lambda call: (
            f"<tev:GetServiceCapabilitiesResponse>{CAPABILITIES}</tev:GetServiceCapabilitiesResponse>"
        ),
        "GetEventProperties": lambda call: _properties(),
        "CreatePullPointSubscription": subscribe,
        "PullMessages": lambda call: (
            f"<tev:PullMessagesResponse><tev:CurrentTime>{_stamp(here())}</tev:CurrentTime>"
            f"<tev:TerminationTime>{_stamp(here() + _LASTS)}</tev:TerminationTime></tev:PullMessagesResponse>"
        ),
        "Renew": lambda call: (
            f"<wsnt:RenewResponse><wsnt:TerminationTime>{_stamp(here() + _LASTS)}</wsnt:TerminationTime>"
            f"<wsnt:CurrentTime>{_stamp(here())}</wsnt:CurrentTime></wsnt:RenewResponse>"
        ),
        "Unsubscribe": unsubscribe,
    }


def _subscribed(address: str, here: datetime) -> str:
    return (
        "<tev:CreatePullPointSubscriptionResponse><tev:SubscriptionReference>"
        f"<wsa:Address>{address}</wsa:Address></tev:SubscriptionReference>"
        f"<wsnt:CurrentTime>{_stamp(here)}</wsnt:CurrentTime>"
        f"<wsnt:TerminationTime>{_stamp(here + _LASTS)}</wsnt:TerminationTime>"
        "</tev:CreatePullPointSubscriptionResponse>"
    )


def _properties() -> str:
    return (
        "<tev:GetEventPropertiesResponse>"
        "<tev:TopicNamespaceLocation>http://www.onvif.org/onvif/ver10/topics/topicns.xml</tev:TopicNamespaceLocation>"
        "<wsnt:FixedTopicSet>true</wsnt:FixedTopicSet><wstop:TopicSet>"
        '<tns1:VideoSource><MotionAlarm wstop:topic="true"/></tns1:VideoSource></wstop:TopicSet>'
        "<wsnt:TopicExpressionDialect>http://www.onvif.org/ver10/tev/topicExpression/ConcreteSet"
        "</wsnt:TopicExpressionDialect>"
        "<tev:MessageContentFilterDialect>http://www.onvif.org/ver10/tev/messageContentFilter/ItemFilter"
        "</tev:MessageContentFilterDialect>"
        "<tev:MessageContentSchemaLocation>http://www.onvif.org/onvif/ver10/schema/onvif.xsd"
        "</tev:MessageContentSchemaLocation></tev:GetEventPropertiesResponse>"
    )


def _stamp(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
