"""Puts the boards into a running Grafana over its HTTP API. Repeating it changes nothing.

Calls by uid only, ``id`` null and ``overwrite`` true: what Grafana 12 and 13 both take. The data
source must be there under the uid of dashboards/grafana.py, as the provisioning files make it.
"""

from collections.abc import Iterator
from urllib.parse import urlsplit

import requests
from grafana_api.grafana_api import (
    GrafanaClientError,
    GrafanaException,
    GrafanaUnauthorizedError,
)
from grafana_api.grafana_face import GrafanaFace

from dashboards.grafana import LANGUAGES, boards, dashboard
from energy.errors import ConfigError, StoreError, UnreachableError
from energy.text import Text

FOLDER_UID = "jieneng"
FOLDER_TITLE = "节能 Jieneng"
TIMEOUT_S = 30.0
MESSAGE = "jieneng boards publish"
FORBIDDEN = 403
NOT_FOUND = 404


def publish(*, url: str, token: str) -> Iterator[str]:
    """Publish every board in every language; yield a line a dashboard.

    Args:
        url: Address of Grafana, such as http://localhost:3000; a path before /api is kept.
        token: Token of a service account that may edit dashboards and folders.

    Raises:
        ConfigError: If the address cannot be read or the token is refused.
        UnreachableError: If nobody answers there.
        StoreError: If Grafana refuses a board; its own words are in the text.
    """
    grafana = _grafana(url, token)
    try:
        _make_folder(grafana)
        for name, board in boards().items():
            for language in LANGUAGES:
                answer = grafana.dashboard.update_dashboard(
                    {
                        "dashboard": dashboard(board, language),
                        "folderUid": FOLDER_UID,
                        "overwrite": True,
                        "message": MESSAGE,
                    }
                )
                yield f"{name}-{language}   {url.rstrip('/')}/d/{answer['uid']}"
    except GrafanaUnauthorizedError as error:
        raise _refused(url) from error
    except GrafanaException as error:
        if error.status_code == FORBIDDEN:
            raise _refused(url) from error
        raise StoreError(
            Text(
                f"{url} 的 Grafana 拒绝了看板：{error.message}",
                f"Grafana at {url} refused a board: {error.message}",
            )
        ) from error
    except requests.RequestException as error:
        raise UnreachableError(
            Text(
                f"{url} 上没有 Grafana 应答。它在运行吗？JIENENG_GRAFANA_URL 对吗？",
                f"No Grafana answers at {url}. Is it running, and is JIENENG_GRAFANA_URL right?",
            )
        ) from error


def _refused(url: str) -> ConfigError:
    return ConfigError(
        Text(
            f"{url} 的 Grafana 拒绝这个令牌。"
            "请为角色为 Editor 的服务账号建立令牌，并设置 JIENENG_GRAFANA_TOKEN。",
            f"Grafana at {url} refuses the token. Make one for a service account with the role "
            "Editor, and set JIENENG_GRAFANA_TOKEN.",
        )
    )


def _grafana(url: str, token: str) -> GrafanaFace:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ConfigError(
            Text(
                f"{url!r} 不是 Grafana 的地址。请写成 http://HOST:3000。",
                f"{url!r} is no address of Grafana. Write http://HOST:3000.",
            )
        )
    path = parts.path.strip("/")
    return GrafanaFace(
        auth=token,
        host=f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname,
        port=parts.port,
        protocol=parts.scheme,
        url_path_prefix=f"{path}/" if path else "",
        timeout=TIMEOUT_S,
    )


def _make_folder(grafana: GrafanaFace) -> None:
    try:
        grafana.folder.get_folder(FOLDER_UID)
    except GrafanaClientError as error:
        if error.status_code != NOT_FOUND:
            raise
        grafana.folder.create_folder(FOLDER_TITLE, uid=FOLDER_UID)
