"""Alerts of Grafana's own rules, put among ours so that one outbox delivers them all."""

from hmac import compare_digest
from typing import Annotated

from fastapi import APIRouter, Depends, Header, HTTPException
from pydantic import BaseModel, Field

from api.given import Given, given
from energy.text import Text
from storage.records import outbox

ROUTER = APIRouter(prefix="/api/v1", tags=["alerts"])

CHANNEL = "webhook"


class GrafanaAlert(BaseModel):
    """One alert of Grafana's webhook; fields that are not used are passed over."""

    status: str = Field(max_length=20)
    fingerprint: str = Field(max_length=100)
    starts_at: str = Field(alias="startsAt", max_length=40)
    labels: dict[str, str] = Field(default_factory=dict)
    annotations: dict[str, str] = Field(default_factory=dict)


class GrafanaMessage(BaseModel):
    """What Grafana's webhook contact point sends."""

    alerts: list[GrafanaAlert] = Field(max_length=100)


@ROUTER.post("/alerts/grafana", status_code=202)
def take_alerts(
    message: GrafanaMessage,
    here: Annotated[Given, Depends(given)],
    authorization: Annotated[str, Header()] = "",
) -> dict[str, int]:
    """Put alerts into the outbox, each once: Grafana repeats those that go on.

    Status 403 without the secret that both sides know.
    """
    expected = f"Bearer {here.alert_token}"
    if not here.alert_token or not compare_digest(authorization.encode(), expected.encode()):
        problem = Text(
            "只接受带有密钥的告警（'Authorization: Bearer ...'）；"
            "请在这里和 Grafana 的联络点设置同一个密钥。",
            "Alerts are taken only with the secret as 'Authorization: Bearer ...'; "
            "set the same one here and in Grafana's contact point.",
        )
        raise HTTPException(403, problem)
    with here.records.session() as session:
        for alert in message.alerts:
            outbox.put(
                session,
                CHANNEL,
                alert.labels.get("alertname", "Grafana"),
                _body(alert),
                f"grafana/{alert.fingerprint}/{alert.starts_at}/{alert.status}",
            )
    return {"taken": len(message.alerts)}


def _body(alert: GrafanaAlert) -> str:
    summary = alert.annotations.get("summary", "")
    return f"{alert.status}: {summary}" if summary else alert.status
