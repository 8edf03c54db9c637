"""Alerts as JSON objects posted to an address of somebody's own."""

import httpx

from analytics.channel import Alert, Channel, NotNowError, RefusedError

_SECONDS = 10.0
_SCHEMES = ("http", "https")
_TRY_AGAIN = (408, 425, 429)
"""Request timeout, too early, too many requests (RFC 9110, RFC 8470, RFC 6585): not refusals."""


def _send(target: str, alert: Alert) -> None:
    url = _address(target)
    message = {"title": alert.title, "body": alert.body, "key": alert.key}
    try:
        answer = httpx.post(
            url,
            json=message,
            headers={"Idempotency-Key": alert.key},
            timeout=_SECONDS,
            follow_redirects=False,
        )
    except httpx.HTTPError as error:
        raise NotNowError(f"{url.host} does not answer: {type(error).__name__}.") from error
    if answer.is_success:
        return
    said = f"{url.host} answered {answer.status_code} {answer.reason_phrase}".strip() + "."
    if answer.is_server_error or answer.status_code in _TRY_AGAIN:
        raise NotNowError(said)
    raise RefusedError(said)


def _address(target: str) -> httpx.URL:
    """Return the target as an address; only its host may ever be said, the path may be secret."""
    try:
        url = httpx.URL(target)
    except httpx.InvalidURL as error:
        raise RefusedError("The address of the webhook cannot be read.") from error
    if url.scheme not in _SCHEMES or not url.host:
        raise RefusedError("The address of the webhook must begin with http:// or https://.")
    return url


CHANNEL = Channel("webhook", "通用网络钩子", "generic webhook", _send)
