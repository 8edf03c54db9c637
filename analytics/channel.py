"""What an alert is, what a channel does with it, and how it says that it could not."""

from collections.abc import Callable
from dataclasses import dataclass

from energy.errors import JienengError


class DeliveryError(JienengError):
    """An alert was not delivered. Its text is shown to people: it holds no secret."""


class RefusedError(DeliveryError):
    """The other side will never take this alert; trying again would change nothing."""


class NotNowError(DeliveryError):
    """Nobody answers, or the other side is busy or broken: try again later."""


@dataclass(frozen=True, slots=True)
class Alert:
    """One message to one target.

    Attributes:
        title: One line.
        body: The whole text.
        key: Names the occasion: the other side may drop a second one with the same key.
    """

    title: str
    body: str
    key: str


@dataclass(frozen=True, slots=True)
class Channel:
    """One way to reach people.

    Attributes:
        name: The file's own name; the word in settings and in the outbox.
        label_zh: What it is, in Chinese.
        label_en: The same in English.
        send: Delivers an alert to a target (an address as the settings give it).
            Raises RefusedError or NotNowError.
    """

    name: str
    label_zh: str
    label_en: str
    send: Callable[[str, Alert], None]
