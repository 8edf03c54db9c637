"""Scenarios in which InfluxDB answers, but not as it should."""

import signal
import time
from typing import Any

import httpx

from benchmarks.soak.account import Account, LostError
from benchmarks.soak.outages import RATE, finish
from simulators.speech.publish import Publisher
from tests import server_programs
from tests.collector_faults import House
from tests.collector_process import NEVER, T0, TOPIC, Stream, expected, publish

AWAY_S = 6.0
GOOD = 20_000
KEPT_DAYS = 400
OLD = T0 - 210 * 86_400
"""A time that the collector takes and a store that keeps 400 days does not."""


class Administrator:
    """Whoever may change InfluxDB itself."""

    def __init__(self, house: House) -> None:
        server = house.url.removeprefix("influxdb+").partition("?")[0]
        headers = {"Authorization": f"Token {server_programs.TOKEN}"}
        self._http = httpx.Client(base_url=server, headers=headers, trust_env=False, timeout=60)
        self.org = self.ask("GET", "/api/v2/orgs")["orgs"][0]["id"]

    def ask(self, method: str, path: str, content: object = None) -> Any:  # noqa: ANN401 - JSON
        """Send a request and return what was answered."""
        answer = self._http.request(method, path, json=content)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def bucket(self, name: str) -> str:
        """Return the number of a bucket."""
        found: str = self.ask("GET", f"/api/v2/buckets?name={name}")["buckets"][0]["id"]
        return found

    def new_token(self) -> tuple[str, str]:
        """Return number and text of a token that may read and write every bucket."""
        resource = {"type": "buckets", "orgID": self.org}
        may = [{"action": action, "resource": resource} for action in ("read", "write")]
        made = self.ask("POST", "/api/v2/authorizations", {"orgID": self.org, "permissions": may})
        return made["id"], made["token"]


def _wait_for(house: House, words: str) -> None:
    deadline = time.monotonic() + 60
    while words not in house.runner.log():
        if time.monotonic() > deadline:
            raise LostError(f"the collector never said {words!r}")
        time.sleep(0.1)


def token_revoked(account: Account) -> None:
    """Revoke the collector's token under load, let it hold again, then delete it for a new one."""
    with House(account.folder) as house:
        administrator = Administrator(house)
        number, token = administrator.new_token()
        house.runner.end(signal.SIGTERM)
        house.runner.use_token(token)
        house.runner.start()
        house.open_stream(rate=RATE)
        time.sleep(2)
        path = f"/api/v2/authorizations/{number}"
        administrator.ask("PATCH", path, {"status": "inactive"})
        _wait_for(house, "refuses the token")
        time.sleep(AWAY_S)
        account.show("token revoked", house.runner.standing())
        administrator.ask("PATCH", path, {"status": "active"})
        _wait_for(house, "store.back")
        account.show("token holds again", house.runner.standing())
        administrator.ask("DELETE", path)
        time.sleep(AWAY_S)
        account.show("token deleted", house.runner.standing())
        house.runner.end(signal.SIGTERM)
        house.runner.use_token(administrator.new_token()[1])
        house.runner.start()
        finish(account, house)


def bucket_deleted(account: Account) -> None:
    """Delete the bucket under load and make it again: what came after is all there."""
    with House(account.folder) as house:
        administrator = Administrator(house)
        house.open_stream(rate=RATE)
        time.sleep(3)
        administrator.ask("DELETE", f"/api/v2/buckets/{administrator.bucket('soak_raw')}")
        _wait_for(house, "no such bucket")
        time.sleep(AWAY_S)
        standing = house.runner.standing()
        account.show("bucket deleted", standing)
        shipped = (standing or {})["shipped"]
        content = {"orgID": administrator.org, "name": "soak_raw", "retentionRules": []}
        administrator.ask("POST", "/api/v2/buckets", content)
        count, standing = house.finish()
        account.show("all", standing, published=count)
        kept = house.stored()
    account.figures["went_with_the_bucket"] = shipped
    account.demand("dead", found=standing["dead"], wanted=0)
    account.compare(kept, expected(range(shipped, count)))


def one_refused(account: Account) -> None:
    """Let InfluxDB refuse one value, too old for its bucket, among 20,000 good ones."""
    with House(account.folder) as house:
        administrator = Administrator(house)
        rules = [{"type": "expire", "everySeconds": KEPT_DAYS * 86_400}]
        bucket = administrator.bucket("soak_raw")
        administrator.ask("PATCH", f"/api/v2/buckets/{bucket}", {"retentionRules": rules})
        house.store.off()
        with Publisher(f"mqtt://127.0.0.1:{house.port}", client_id="meters") as publisher:
            publish(publisher, range(GOOD // 2))
            old = f'{{"time":{OLD},"values":{{"ep":1.25}}}}'.encode()
            assert publisher.publish(TOPIC, old, stop=NEVER)
            publish(publisher, range(GOOD // 2, GOOD))
            assert publisher.drain(stop=NEVER)
        account.show("published", house.runner.standing())
        house.store.on()
        standing = house.runner.wait_quiet(GOOD + 1, 120.0)
        house.runner.end(signal.SIGTERM)
        account.show("all", standing)
        letters = house.runner.letters()
        account.demand("dead", found=(standing["dead"], len(letters)), wanted=(1, 1))
        account.figures["reason"] = letters[0][1]
        account.compare(house.stored(), expected(range(GOOD)))


def default_limits(account: Account) -> None:
    """Let mosquitto have its default limits at 1,000 messages/s with the store away for 20 s."""
    with House(account.folder, "allow_anonymous true\nsys_interval 1\n") as house:
        watch = Dropped(house.port)
        house.stream = Stream(house.port, rate=1000.0)
        time.sleep(20)
        house.store.off()
        time.sleep(20)
        account.show("store away for 20 s", house.runner.standing())
        house.store.on()
        time.sleep(20)
        count = house.stream.finish()
        standing = house.runner.wait_quiet(count, 120.0)
        account.show("all", standing, published=count)
        account.demand("dropped_by_broker", found=watch.count(), wanted=0)
        account.compare(house.stored(), expected(range(count)))
        _overflow(account, house, watch, count)


def _overflow(account: Account, house: House, watch: "Dropped", first: int) -> None:
    """Measure what the same broker drops while the collector itself is away."""
    house.runner.end(signal.SIGKILL)
    with Publisher(f"mqtt://127.0.0.1:{house.port}", client_id="meters") as publisher:
        publish(publisher, range(first, first + 5000))
        assert publisher.drain(stop=NEVER)
    house.runner.start()
    time.sleep(3)
    standing = house.runner.wait_quiet(first, 60.0)
    account.show("5,000 while the collector was away", standing)
    house.runner.end(signal.SIGTERM)
    missing = first + 5000 - len(house.stored())
    account.figures["lost_while_collector_away"] = missing
    account.demand("which_broker_counts", found=watch.count(), wanted=missing)


class Dropped:
    """How many messages the broker says it dropped."""

    def __init__(self, port: int) -> None:
        import paho.mqtt.client as mqtt
        from paho.mqtt.enums import CallbackAPIVersion

        self._count = 0
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="watch")
        self._client.on_message = self._heard
        self._client.connect("127.0.0.1", port)
        self._client.subscribe("$SYS/broker/publish/messages/dropped")
        self._client.loop_start()

    def _heard(self, _client: object, _userdata: object, message: Any) -> None:  # noqa: ANN401 - paho
        self._count = int(message.payload)

    def count(self) -> int:
        """Return the count after the broker had time to say it."""
        time.sleep(3)
        return self._count
