"""Talk to one InfluxDB server: what it answers, and what its refusals mean.

Writes go through influxdb-client in synchronous mode, as one body of bytes; reads over /query,
which InfluxDB 1.8, 2.x and openGemini share.
"""

import io
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

import httpx
import msgspec
import pyarrow as pa
import pyarrow.csv
from urllib3.exceptions import HTTPError

from energy.errors import StoreError, UnreachableError
from energy.text import Text
from storage.influx_address import Address
from storage.influxql import identifier

TIMEOUT_S = 60.0
"""Chosen: a day of the largest table is answered in a few seconds on two cores."""

_LINE_FAULTS = (
    "partial write",
    "unable to parse",
    "field type conflict",
    "points beyond retention",
    "time outside range",
    "max key size",
    "max-values-per-tag",
    "max-series-per-database",
)
"""What InfluxDB says of single lines; any other 400 concerns the request and is no line's fault."""


class Server:
    """One InfluxDB server. Safe to use from several threads."""

    def __init__(self, address: Address) -> None:
        # Here, because it loads slowly and the embedded store does without it.
        from influxdb_client.client.influxdb_client import InfluxDBClient
        from influxdb_client.client.write_api import SYNCHRONOUS

        self.address = address
        headers = {"Authorization": f"Token {address.token}"} if address.token else {}
        self._http = httpx.Client(
            base_url=address.url, headers=headers, timeout=TIMEOUT_S, trust_env=False
        )
        self._client: Any = InfluxDBClient(
            url=address.url, token=address.token or "-", org=address.org, timeout=TIMEOUT_S * 1000
        )
        self._writer: Any = self._client.write_api(write_options=SYNCHRONOUS)

    def write(self, bucket: str, lines: Sequence[str]) -> list[tuple[int, str]]:
        """Write lines; return the places of those the server will never take, with its reason.

        A refused batch is written again in halves until the lines at fault stand alone: writing
        twice what was taken changes nothing.

        Raises:
            UnreachableError: If the server does not answer, or refuses us rather than a line.
        """
        from influxdb_client.rest import ApiException

        if not lines:
            return []
        try:
            self._writer.write(
                bucket=bucket,
                record="\n".join(lines).encode(),
                write_precision="ms",
            )
        except ApiException as error:
            reason, status = _message(error.body), int(error.status or 0)
            if not _line_fault(status, reason):
                raise UnreachableError(self._refusal(status, reason, bucket)) from error
            if len(lines) == 1:
                return [(0, reason)]
        except HTTPError as error:
            raise UnreachableError(self._silence(error)) from error
        else:
            return []
        half = len(lines) // 2
        behind = self.write(bucket, lines[half:])
        return self.write(bucket, lines[:half]) + [(half + place, why) for place, why in behind]

    def ask(self, bucket: str, statement: str) -> list[dict[str, Any]]:
        """Return the series of an answer: name, tags, columns, values; integers exact.

        Raises:
            UnreachableError: If the server does not answer, or refuses us.
            StoreError: If it cannot do what the statement says.
        """
        body = self._query(bucket, statement, "application/json").content
        series: list[dict[str, Any]] = []
        for result in msgspec.json.decode(body).get("results", []):
            if "error" in result:
                self._raise_error(result["error"], bucket)
            series += result.get("series", [])
        return series

    def table(self, bucket: str, statement: str, types: dict[str, pa.DataType]) -> pa.Table:
        """Return a long answer with these columns.

        Args:
            bucket: Bucket or database.
            statement: A SELECT without GROUP BY.
            types: The columns wanted; a text that is missing is null.

        Raises:
            UnreachableError: If the server does not answer, or refuses us.
            StoreError: If it cannot do what the statement says.
        """
        body = self._query(bucket, statement, "application/csv").content
        if not body.strip():
            # The CSV form of an error in a statement is empty like the answer without rows;
            # the JSON form tells them apart.
            self.ask(bucket, statement)
            return pa.table({name: pa.array([], kind) for name, kind in types.items()})
        return pyarrow.csv.read_csv(
            io.BytesIO(body),
            parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True),
            convert_options=pyarrow.csv.ConvertOptions(
                column_types=types,
                include_columns=list(types),
                null_values=[""],
                strings_can_be_null=True,
            ),
        )

    def create_missing(self) -> None:
        """Create the two buckets or databases where they are missing; nothing in them expires.

        Raises:
            UnreachableError: If the server does not answer, or refuses us.
            StoreError: If the token may not create buckets.
        """
        for name in (self.address.raw, self.address.derived):
            if self.address.legacy:
                self.ask("", f"CREATE DATABASE {identifier(name)}")
            else:
                self._create_bucket(name)

    def _create_bucket(self, name: str) -> None:
        options = {"org": self.address.org, "name": name}
        found = self._send(self._http.build_request("GET", "/api/v2/buckets", params=options))
        if found.is_success and found.json()["buckets"]:
            return
        orgs = self._interface(
            self._http.build_request("GET", "/api/v2/orgs", params={"org": self.address.org})
        )
        content = {"orgID": orgs["orgs"][0]["id"], "name": name, "retentionRules": []}
        answer = self._send(self._http.build_request("POST", "/api/v2/buckets", json=content))
        if answer.is_error:
            reason = _message(answer.text)
            command = f"influx bucket create --org {self.address.org} --name {name}"
            problem = Text(
                f"{self.address.url} 上的 InfluxDB 不允许这个令牌建立 bucket {name!r}"
                f"（{reason}）。请用有权限的令牌建立：{command}",
                f"InfluxDB at {self.address.url} does not let this token create the bucket "
                f"{name!r} ({reason}). Create it with a token that may: {command}",
            )
            raise StoreError(problem)

    def close(self) -> None:
        """Let go of the connections."""
        self._writer.close()
        self._client.close()
        self._http.close()

    def _interface(self, request: httpx.Request) -> dict[str, Any]:
        answer = self._send(request)
        if answer.is_error:
            raise UnreachableError(self._refusal(answer.status_code, _message(answer.text), ""))
        content: dict[str, Any] = answer.json()
        return content

    def _query(self, bucket: str, statement: str, form: str) -> httpx.Response:
        answer = self._send(
            self._http.build_request(
                "POST",
                "/query",
                params={"db": bucket, "epoch": "ms"},
                data={"q": statement},
                headers={"Accept": form},
            )
        )
        if answer.status_code == HTTPStatus.BAD_REQUEST:
            raise StoreError(self._inability(_message(answer.text)))
        if answer.is_error:
            raise UnreachableError(self._refusal(answer.status_code, _message(answer.text), bucket))
        return answer

    def _send(self, request: httpx.Request) -> httpx.Response:
        try:
            return self._http.send(request)
        except httpx.HTTPError as error:
            raise UnreachableError(self._silence(error)) from error

    def _raise_error(self, reason: str, bucket: str) -> None:
        if "not found" in reason:
            raise UnreachableError(self._refusal(HTTPStatus.NOT_FOUND, reason, bucket))
        raise StoreError(self._inability(reason))

    @property
    def _where(self) -> Text:
        return Text(f"{self.address.url} 上的 InfluxDB ", f"InfluxDB at {self.address.url} ")

    def _inability(self, reason: str) -> Text:
        return self._where + Text(f"做不到：{reason}", f"cannot: {reason}")

    def _silence(self, error: Exception) -> Text:
        return self._where + Text(
            f"没有应答（{type(error).__name__}）。请检查它是否在运行，"
            "以及 JIENENG_STORE_URL 中的主机和端口。",
            f"does not answer ({type(error).__name__}). "
            "Check that it runs and that JIENENG_STORE_URL names its host and port.",
        )

    def _refusal(self, status: int, reason: str, bucket: str) -> Text:
        if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
            secret = Text("JIENENG_INFLUXDB_TOKEN", "JIENENG_INFLUXDB_TOKEN")
            if self.address.legacy:
                secret = Text(
                    "JIENENG_STORE_URL 中的用户名和密码",
                    "the user and password in JIENENG_STORE_URL",
                )
            return self._where + Text(
                f"拒绝这个令牌：{reason or status}。请检查 {secret.zh}。",
                f"refuses the token: {reason or status}. Check {secret.en}.",
            )
        if status == HTTPStatus.NOT_FOUND:
            return self._where + Text(
                f"没有这个 bucket、数据库或组织（{reason or bucket}）。"
                "请检查 JIENENG_STORE_URL，或用 jieneng setup 建立。",
                f"has no such bucket, database or organisation ({reason or bucket}). "
                "Check JIENENG_STORE_URL, or create them with: jieneng setup",
            )
        return self._where + Text(
            f"返回 {status}：{reason}。稍后会再次请求。",
            f"answers {status}: {reason}. It is asked again later.",
        )


def _line_fault(status: int, reason: str) -> bool:
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return True  # halves are tried until they are small enough
    at_fault = (HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY)
    return status in at_fault and any(fault in reason for fault in _LINE_FAULTS)


def _message(body: object) -> str:
    """Return the sentence in an error's body, whatever its form."""
    text = body.decode(errors="replace") if isinstance(body, bytes) else str(body or "")
    try:
        content = msgspec.json.decode(text)
    except msgspec.DecodeError:
        return text.strip().removeprefix("error\n").strip('"')
    if isinstance(content, dict):
        return str(content.get("message") or content.get("error") or text)
    return text
