"""One gateway made of several: each channel goes to its own."""

from collections.abc import Collection, Mapping, Sequence

from kiosk.gateways.messages import Channel, MessageGateway, MessageGatewayUnavailable, Outage, Receipt


class RoutedMessages(MessageGateway):
    """Sends through the gateway of the message's channel; without one, messages wait until there is."""

    def __init__(self, gateways: Mapping[Channel, MessageGateway]) -> None:
        self._gateways = dict(gateways)

    def send(self, message_key: str, channel: Channel, recipient: str, subject: str, body: str) -> str:
        """As the channel's gateway does."""
        return self._of(channel).send(message_key, channel, recipient, subject, body)

    def prepare(self, channel: Channel) -> None:
        """As the channel's gateway does."""
        self._of(channel).prepare(channel)

    def knows_keys(self, channel: Channel) -> bool:
        """As the channel's gateway does; without one, nothing was ever sent."""
        gateway = self._gateways.get(channel)
        return gateway is None or gateway.knows_keys(channel)

    def reaches_people(self, channel: Channel) -> bool:
        """As the channel's gateway does; without one, nobody is reached."""
        gateway = self._gateways.get(channel)
        return gateway is not None and gateway.reaches_people(channel)

    def receipts(self) -> Sequence[Receipt]:
        """Those of all gateways."""
        return [receipt for gateway in self._each() for receipt in gateway.receipts()]

    def forget_receipts(self, receipts: Collection[Receipt]) -> None:
        """Drop them wherever they came from."""
        for gateway in self._each():
            gateway.forget_receipts(receipts)

    def close(self) -> None:
        """Close all."""
        for gateway in self._each():
            gateway.close()

    def _of(self, channel: Channel) -> MessageGateway:
        gateway = self._gateways.get(channel)
        if gateway is None:
            raise MessageGatewayUnavailable(Outage.NOT_CONFIGURED)
        return gateway

    def _each(self) -> list[MessageGateway]:
        """Every gateway once, also one that serves several channels."""
        return list({id(gateway): gateway for gateway in self._gateways.values()}.values())
