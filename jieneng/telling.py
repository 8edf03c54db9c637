"""Sends the alerts that are due."""

from jieneng.settings import Settings
from storage.records.book import Records


def tell_due(settings: Settings, records: Records) -> int:
    """Send every alert that is due to the channels the settings name; return how many went."""
    from analytics.findings.alerts import deliver_due
    from jieneng.clock import now_ms

    targets = {"webhook": settings.webhook_url.get_secret_value()}
    targets = {channel: target for channel, target in targets.items() if target}
    if not targets:
        return 0  # alerts wait in the outbox until somebody names an address
    return deliver_due(records, targets=targets, now_ms=now_ms())
