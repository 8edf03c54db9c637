"""Makes the two buckets in InfluxDB 2 and one token for each reader or writer. Safe to repeat.

Standard library alone, so that it runs before anything is installed. InfluxDB 2.9 keeps tokens
hashed and shows them once, when they are made: each is written to FOLDER/NAME/token, readable by
owner and group, and made anew only if that file is missing or no longer accepted.

Usage: INFLUXDB_ADMIN_TOKEN=... python influx_init.py URL ORG RAW DERIVED FOLDER
"""

import json
import os
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

RIGHTS: dict[str, dict[str, str]] = {
    "collector": {"raw": "read write"},
    "analytics": {"raw": "read", "derived": "read write"},
    "api": {"raw": "read", "derived": "read"},
    "grafana": {"derived": "read"},
}
"""Who may do what in which bucket; none may do anything else."""

TIMEOUT_S = 30
FORBIDDEN = (401, 403)
NOT_FOUND = 404


@dataclass(frozen=True)
class Influx:
    """A server, and the token we speak with.

    Attributes:
        url: Scheme, host and port.
        token: An API token.
    """

    url: str
    token: str

    def ask(self, method: str, path: str, body: object = None, **query: str) -> Any:  # noqa: ANN401
        """Return the JSON of an answer; None where it is empty.

        Raises:
            urllib.error.HTTPError: If the server refuses.
            urllib.error.URLError: If nobody answers.
        """
        address = f"{self.url}/api/v2/{path}?{urllib.parse.urlencode(query)}"
        request = urllib.request.Request(  # noqa: S310 - main lets http and https through only
            address,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Token {self.token}", "Content-Type": "application/json"},
        )
        # The server is our neighbour: a proxy of the environment is not asked.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=TIMEOUT_S) as answer:
            content = answer.read()
        return json.loads(content) if content else None


def make_buckets(influx: Influx, *, org: str, names: Sequence[str]) -> dict[str, str]:
    """Return the id of each bucket by name, made where it is missing; nothing in it expires."""
    org_id = _org_id(influx, org)
    found = {}
    for name in names:
        try:
            bucket = influx.ask("GET", "buckets", orgID=org_id, name=name)["buckets"][0]
        except urllib.error.HTTPError as error:
            if error.code != NOT_FOUND:
                raise
            wanted = {"orgID": org_id, "name": name, "retentionRules": []}
            bucket = influx.ask("POST", "buckets", wanted)
        found[name] = str(bucket["id"])
    return found


def make_token(influx: Influx, *, org: str, name: str, rights: dict[str, str], path: Path) -> bool:
    """Make a token with these rights and write it down; return whether that was needed.

    Args:
        influx: The server, with a token that may make tokens.
        org: Name of the organisation.
        name: Whose token it is.
        rights: Bucket id to "read" or "read write".
        path: File it is kept in.
    """
    org_id = _org_id(influx, org)
    description = f"jieneng {name}"
    wanted = {(action, bucket) for bucket, text in rights.items() for action in text.split()}
    mine = [
        entry
        for entry in influx.ask("GET", "authorizations", orgID=org_id)["authorizations"]
        if entry["description"] == description
    ]
    if len(mine) == 1 and _rights_of(mine[0]) == wanted and _is_accepted(influx.url, path):
        return False
    for entry in mine:
        influx.ask("DELETE", f"authorizations/{entry['id']}")
    permissions = [
        {"action": action, "resource": {"type": "buckets", "id": bucket, "orgID": org_id}}
        for action, bucket in sorted(wanted)
    ]
    body = {"orgID": org_id, "description": description, "permissions": permissions}
    _write(path, influx.ask("POST", "authorizations", body)["token"])
    return True


def _org_id(influx: Influx, org: str) -> str:
    return str(influx.ask("GET", "orgs", org=org)["orgs"][0]["id"])


def _rights_of(entry: dict[str, Any]) -> set[tuple[str, str]]:
    return {(one["action"], one["resource"].get("id", "")) for one in entry["permissions"]}


def _is_accepted(url: str, path: Path) -> bool:
    if not path.exists():
        return False
    try:
        Influx(url, path.read_text().strip()).ask("GET", "buckets")
    except urllib.error.HTTPError as error:
        if error.code in FORBIDDEN:
            return False
        raise
    return True


def _write(path: Path, token: str) -> None:
    """Write a token so that nobody else can read it at any moment."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(".token.new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o640), "w") as stream:
        stream.write(token)
        stream.flush()
        os.fsync(stream.fileno())
    new.replace(path)


def initialise(influx: Influx, *, org: str, raw: str, derived: str, folder: Path) -> list[str]:
    """Make buckets and tokens; return a line for each."""
    buckets = make_buckets(influx, org=org, names=(raw, derived))
    place = {"raw": buckets[raw], "derived": buckets[derived]}
    lines = [f"bucket {name} is there" for name in buckets]
    for name, rights in RIGHTS.items():
        is_new = make_token(
            influx,
            org=org,
            name=name,
            rights={place[bucket]: text for bucket, text in rights.items()},
            path=folder / name / "token",
        )
        lines.append(f"token of {name} {'made' if is_new else 'kept'}")
    return lines


def main(arguments: Sequence[str]) -> int:
    """Run from the command line; return the exit code."""
    token = os.environ.get("INFLUXDB_ADMIN_TOKEN", "")
    if len(arguments) != len(("url", "org", "raw", "derived", "folder")) or not token:
        print(__doc__, file=sys.stderr)
        return 2
    url, org, raw, derived, folder = arguments
    if not url.startswith(("http://", "https://")):
        print(f"{url} should start with http:// or https://", file=sys.stderr)
        return 2
    try:
        influx = Influx(url, token)
        lines = initialise(influx, org=org, raw=raw, derived=derived, folder=Path(folder))
    except urllib.error.HTTPError as error:
        print(f"InfluxDB at {url} refuses: {error.code} {error.reason}", file=sys.stderr)
        return 1
    except urllib.error.URLError as error:
        print(f"InfluxDB at {url} does not answer: {error.reason}", file=sys.stderr)
        return 1
    print("\n".join(lines))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
