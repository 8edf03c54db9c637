"""Writing takes a part of influxdb-client; whoever else uses that library has it whole."""

import subprocess
import sys

PROGRAM = """
import sys
from storage.influx.writing import writing_to
{before}
writing = writing_to("http://127.0.0.1:9", token="secret", timeout_s=1)
loaded = [name for name in sys.modules if name.partition(".")[0] == "influxdb_client"]
assert bool(loaded) is {whole}, loaded
from influxdb_client import InfluxDBClient, Point, WriteApi
from influxdb_client.client.write_api import SYNCHRONOUS
assert Point("flow").field("value", 1).to_line_protocol() == "flow value=1i"
with InfluxDBClient("http://127.0.0.1:9", token="other") as client:
    assert type(client.write_api(write_options=SYNCHRONOUS)) is WriteApi
again = writing_to("http://127.0.0.1:9", token="", timeout_s=1)
assert type(again.service) is type(writing.service)
assert sys.modules["influxdb_client"].InfluxDBClient is InfluxDBClient
"""


def run(**words: object) -> None:
    subprocess.run([sys.executable, "-c", PROGRAM.format(**words)], check=True)  # noqa: S603


def test_the_library_is_whole_for_whoever_imports_it_after_us() -> None:
    run(before="", whole=False)


def test_the_library_stays_whole_for_whoever_imported_it_before_us() -> None:
    run(before="import influxdb_client", whole=True)


def test_what_writes_carries_the_token_and_loads_a_few_modules_only() -> None:
    program = (
        "import sys; from storage.influx.writing import _modules, writing_to;"
        "writing = writing_to('http://127.0.0.1:9', token='secret', timeout_s=1);"
        "print(writing.client.default_headers['Authorization'], len(_modules()))"
    )
    found = subprocess.run(  # noqa: S603
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )
    *token, modules = found.stdout.split()
    assert token == ["Token", "secret"]
    assert int(modules) < 20
