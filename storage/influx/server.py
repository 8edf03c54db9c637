"""Talk to one InfluxDB server: what it answers, and what its refusals mean.

Writes go through influxdb-client, as one body of bytes, and count only when answered by 204; reads
over /query, which InfluxDB 1.8, 2.x and openGemini share.
"""

from __future__ import annotations

import gzip
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlencode

import msgspec
from urllib3 import BaseHTTPResponse, PoolManager
from urllib3.exceptions import HTTPError

from energy.errors import StoreError, UnreachableError
from energy.text import Text
from storage.influx.address import Address
from storage.influx.culprits import UnclearError, culprit
from storage.influx.forms import Buckets, Done, Orgs, Results
from storage.influx.influxql import identifier
from storage.influx.refusals import inability, is_line_fault, message, refusal, silence, stranger
from storage.influx.writing import writing_to

if TYPE_CHECKING:
    import pyarrow as pa

_QUICKEST = 1
"""Level of compression: a quarter of the bytes, and higher levels gain little for much time."""
CONNECTIONS = 10
"""Kept open at most; chosen: more than there are threads that ask at once."""
TIMEOUT_S = 60.0
"""Chosen: a day of the largest table is answered in a few seconds on two cores."""

_JSON = "application/json"
_FORM = "application/x-www-form-urlencoded"

_WRITE = Text("写入", "a write")
_QUESTION = Text("查询", "a question")
_BUCKETS = Text("查询 bucket", "a question for buckets")
_CSV_START = b"name,tags,"


Form = TypeVar("Form", Results, Done, Buckets, Orgs)


class Server:
    """One InfluxDB server. Safe to use from several threads.

    Args:
        address: Where it is.
        compresses: Whether writes are compressed; None for only where it is far.
    """

    def __init__(self, address: Address, *, compresses: bool | None = None) -> None:
        self.address = address
        self._compresses = address.is_far if compresses is None else compresses
        headers = {"Authorization": f"Token {address.token}"} if address.token else {}
        # The library that influxdb-client speaks with: a second one would be 10 MiB more.
        self._http = PoolManager(
            maxsize=CONNECTIONS, headers=headers, timeout=TIMEOUT_S, retries=False
        )
        # Not its WriteApi, which takes any 2xx for stored and does not say which it was.
        self._writing = writing_to(address.url, token=address.token, timeout_s=TIMEOUT_S)

    def write(self, bucket: str, lines: Sequence[str]) -> list[tuple[int, str]]:
        """Write lines; return the places of those the server will never take, with its reason.

        A refused batch is written again in halves until the lines at fault stand alone: writing
        twice what was taken changes nothing. Where the server's words do not tell whether lines are
        at fault, those are that it refuses beside others that it takes.

        Raises:
            UnreachableError: If the server does not answer, refuses us rather than a line, or does
                not say as InfluxDB does that the lines are stored.
        """
        refused: list[tuple[int, str]] = []
        places = list(range(len(lines)))
        while places:
            rest = [lines[place] for place in places]
            try:
                found = self._write_halves(bucket, rest)
            except UnclearError as unclear:
                at = culprit(rest, lambda some: self._takes(bucket, some))
                if at is None:
                    raise
                refused.append((places.pop(at), unclear.reason))
            else:
                return sorted([*refused, *((places[place], why) for place, why in found)])
        return refused

    def _write_halves(self, bucket: str, lines: Sequence[str]) -> list[tuple[int, str]]:
        reason = self._post(bucket, "\n".join(lines).encode())
        if not reason:
            return []
        if len(lines) == 1:
            return [(0, reason)]
        half = len(lines) // 2
        behind = self._write_halves(bucket, lines[half:])
        before = self._write_halves(bucket, lines[:half])
        return before + [(half + place, why) for place, why in behind]

    def _takes(self, bucket: str, lines: Sequence[str]) -> bool:
        try:
            return not self._post(bucket, "\n".join(lines).encode())
        except UnclearError:
            return False

    def write_body(self, bucket: str, body: bytes) -> list[tuple[int, str]]:
        """Write lines without a line break in them, one between each two; see ``write``."""
        try:
            if not self._post(bucket, body):
                return []
        except UnclearError:
            pass  # a line of it may be at fault
        return self.write(bucket, body.decode().split("\n"))

    def _post(self, bucket: str, body: bytes) -> str:
        """Write a body; return why the server does not take all its lines, "" when it does."""
        if self._compresses:
            body = gzip.compress(body, _QUICKEST)
        try:
            _, status, _ = self._writing.service.post_write_with_http_info(
                org=self.address.org,
                bucket=bucket,
                body=body,
                precision="ms",
                content_type="text/plain; charset=utf-8",
                content_encoding="gzip" if self._compresses else "identity",
            )
        except self._writing.refusal as error:
            reason, status = message(error.body), int(error.status or 0)
            if not is_line_fault(status, reason):
                raise _inability_to_write(self.address, status, reason) from error
            return reason or str(status)
        except HTTPError as error:
            raise UnreachableError(silence(self.address, error)) from error
        if status != HTTPStatus.NO_CONTENT:
            raise UnreachableError(stranger(self.address, status, to=_WRITE))
        return ""

    def ask(self, bucket: str, statement: str) -> list[dict[str, Any]]:
        """Return the series of an answer: name, tags, columns, values; integers exact.

        Raises:
            UnreachableError: If InfluxDB does not answer, or refuses us.
            StoreError: If it cannot do what the statement says.
        """
        answer = self._query(bucket, statement, _JSON)
        series: list[dict[str, Any]] = []
        is_deletion = statement.startswith("DELETE ")
        content: Results | Done = (
            self._content(answer, Done, _QUESTION)
            if is_deletion
            else self._content(answer, Results, _QUESTION)
        )
        for result in content.results:
            if result.error:
                self._raise_error(result.error)
            series += result.series
        return series

    def table(self, bucket: str, statement: str, types: Mapping[str, str]) -> pa.Table:
        """Return a long answer with these columns.

        Args:
            bucket: Bucket or database.
            statement: A SELECT without GROUP BY.
            types: The columns wanted, each INTEGER, FLOAT or TEXT of storage.tables; what is
                missing is null.

        Raises:
            UnreachableError: If InfluxDB does not answer, or refuses us.
            StoreError: If it cannot do what the statement says.
        """
        from storage.influx.tables import empty_table, read_table

        answer = self._query(bucket, statement, "application/csv")
        body = answer.data
        if not body.strip():
            # The CSV form of an error in a statement is empty like the answer without rows;
            # the JSON form tells them apart.
            self.ask(bucket, statement)
            return empty_table(types)
        if not body.startswith(_CSV_START):
            raise UnreachableError(stranger(self.address, answer.status, to=_QUESTION))
        try:
            return read_table(body, types)
        except (ValueError, KeyError) as error:  # Arrow's own error is a ValueError
            problem = stranger(self.address, answer.status, to=_QUESTION)
            raise UnreachableError(problem) from error

    def create_missing(self) -> None:
        """Create the two buckets or databases where they are missing; nothing in them expires.

        Raises:
            UnreachableError: If InfluxDB does not answer, or refuses us.
            StoreError: If the token may not create buckets.
        """
        for name in (self.address.raw, self.address.derived):
            if self.address.legacy:
                self.ask("", f"CREATE DATABASE {identifier(name)}")
            else:
                self._create_bucket(name)

    def _create_bucket(self, name: str) -> None:
        options = {"org": self.address.org, "name": name}
        found = self._send("GET", "/api/v2/buckets", options)
        if not _is_error(found) and self._content(found, Buckets, _BUCKETS).buckets:
            return
        content = {"orgID": self._org(), "name": name, "retentionRules": []}
        answer = self._send("POST", "/api/v2/buckets", {}, msgspec.json.encode(content))
        if _is_error(answer):
            reason = message(answer.data) or str(answer.status)
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
        self._writing.close()
        self._http.clear()

    def _org(self) -> str:
        params = {"org": self.address.org}
        answer = self._send("GET", "/api/v2/orgs", params)
        if _is_error(answer):
            reason = message(answer.data)
            raise UnreachableError(refusal(self.address, answer.status, reason))
        found = self._content(answer, Orgs, _BUCKETS).orgs
        if not found:
            problem = refusal(self.address, HTTPStatus.NOT_FOUND, self.address.org)
            raise UnreachableError(problem)
        return found[0].id

    def _content(self, answer: BaseHTTPResponse, form: type[Form], to: Text) -> Form:
        try:
            return msgspec.json.decode(answer.data, type=form)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise UnreachableError(stranger(self.address, answer.status, to=to)) from error

    def _query(self, bucket: str, statement: str, accept: str) -> BaseHTTPResponse:
        options = {"db": bucket, "epoch": "ms"}
        body = urlencode({"q": statement}).encode()
        answer = self._send("POST", "/query", options, body, _FORM, accept=accept)
        reason = message(answer.data) if _is_error(answer) else ""
        if answer.status == HTTPStatus.BAD_REQUEST and reason:
            raise StoreError(inability(self.address, reason))
        if _is_error(answer):
            raise UnreachableError(refusal(self.address, answer.status, reason))
        return answer

    def _send(
        self,
        method: str,
        path: str,
        options: Mapping[str, str],
        body: bytes = b"",
        kind: str = _JSON,
        *,
        accept: str = _JSON,
    ) -> BaseHTTPResponse:
        url = f"{self.address.url}{path}?{urlencode(options)}"
        headers = {**self._http.headers, "Content-Type": kind, "Accept": accept}
        try:
            return self._http.request(method, url, body=body, headers=headers, redirect=False)
        except HTTPError as error:
            raise UnreachableError(silence(self.address, error)) from error

    def _raise_error(self, reason: str) -> None:
        if "not found" in reason:
            raise UnreachableError(refusal(self.address, HTTPStatus.NOT_FOUND, reason))
        raise StoreError(inability(self.address, reason))


def _is_error(answer: BaseHTTPResponse) -> bool:
    return answer.status >= HTTPStatus.BAD_REQUEST


def _inability_to_write(address: Address, status: int, reason: str) -> UnreachableError:
    text = refusal(address, status, reason)
    if status in {HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY}:
        return UnclearError(text, reason or str(status))
    return UnreachableError(text)
