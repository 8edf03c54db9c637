"""The file of the gateways: every parameter is read, all mistakes are told, no secret is."""

import os
import signal
import socket
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from typing import get_type_hints

import pytest

from energy.errors import ConfigError
from formats.gateway_xml import Profile
from jieneng.gateway.profile import address_of, gateways_of, read_gateways
from jieneng.settings import read_settings

CHECKOUT = Path(__file__).parents[2]
KEY = "000102030405060708090a0b0c0d0e0f"
WHOLE = f"""
format = 1
period_minutes = 15

[profile]
header = "55aa55aa"
tail = "68681616"
endian = "big"
length_counts = "body"
has_type = true
has_sequence = false
has_crc = false
encrypts = "data"
key = "{KEY}"
padding = "zero"
md5_of = "sequence_secret"
encoding = "gb18030"
common_type = "element"
report_ack = ""
acks_resends = "last"
timezone = "Asia/Urumqi"

[[gateway]]
building = "110102A001"
gateway = "01"
secret = "s3cret"
"""
SMALLEST = f"""
format = 1
[profile]
key = "{KEY}"
[[gateway]]
building = "110102A001"
gateway = "01"
secret = "s3cret"
"""


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def written(text: str) -> Path:
    path = Path("gateways.toml")
    path.write_text(text, encoding="utf-8")
    return path


def mistakes(text: str, language: str = "en") -> list[str]:
    with pytest.raises(ConfigError) as refused:
        read_gateways(written(text), host="127.0.0.1", port=0)
    for one in ("zh", "en"):
        assert "s3cret" not in refused.value.told(one)
        assert KEY not in refused.value.told(one)
    return [line.strip() for line in refused.value.told(language).splitlines()[1:]]


def test_every_parameter_of_the_profile_is_read() -> None:
    found = read_gateways(written(WHOLE), host="127.0.0.1", port=7)

    key = bytes.fromhex(KEY)
    assert found.profile == Profile(
        header=bytes.fromhex("55aa55aa"), tail=bytes.fromhex("68681616"), endian="big",
        length_counts="body", has_type=True, has_sequence=False, has_crc=False, encrypts="data",
        key=key, iv=key, padding="zero", md5_of="sequence_secret", encoding="gb18030",
        common_type="element", report_ack="", acks_resends="last", timezone="Asia/Urumqi",
    )  # fmt: skip
    assert found.secrets == {("110102A001", "01"): "s3cret"}
    assert (found.host, found.port, found.period_minutes) == ("127.0.0.1", 7, 15)


def test_what_the_file_leaves_out_is_as_in_the_guideline() -> None:
    key = bytes.fromhex(KEY)

    assert read_gateways(written(SMALLEST), host="", port=0).profile == Profile(key=key, iv=key)


@pytest.mark.parametrize(
    ("old", "new", "mistake"),
    [
        ("format = 1", "format = 2", "format: it must be 1"),
        ("format = 1", "format = 1\nport = 2", "port: it is not known; known: format, ga"),
        ("format = 1", "format = 1\nperiod_minutes = -1", "period_minutes: it must be a whole"),
        ("[profile]", "[profile]\ncolour = 1", "profile.colour: it is not known; known: a"),
        ("[profile]", "[profile]\nheader = 'xy'", "profile.header: it must be 4–16 hexadecimal"),
        ("[profile]", "[profile]\nendian = 'middle'", "profile.endian: it must be little or big"),
        ("[profile]", "[profile]\nhas_crc = 'no'", "profile.has_crc: it must be true or false"),
        ("[profile]", "[profile]\nreport_ack = 1", "profile.report_ack: it must be a text"),
        ("[profile]", "[profile]\ntimezone = 'Mars'", "profile.timezone: it must be a zone"),
        ("[profile]", "[profile]\niv = '00'", "profile.iv: it must be 32 hexadecimal digits"),
        (f'key = "{KEY}"', "", "profile.key: it is empty; write the AES key"),
        ("[profile]", "profile = 1\n[other]", "profile: it must be a table"),
        ('gateway = "01"', "", "gateway[1]: it must have building, gateway and secret"),
        ('gateway = "01"', 'gateway = "0-1"', "gateway[1]: building and gateway have letters"),
        ('secret = "s3cret"', 'secret = ""', "gateway[1]: secret must be a text, not empty"),
        ("[[gateway]]", "[other]", "gateway: write at least one [[gateway]]"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_place(old: str, new: str, mistake: str) -> None:
    assert old in SMALLEST
    text = SMALLEST.replace(old, new)

    assert any(told.startswith(mistake) for told in mistakes(text)), mistakes(text)
    assert len(mistakes(text, "zh")) == len(mistakes(text))


def test_two_gateways_of_one_name_are_a_mistake() -> None:
    twice = SMALLEST + SMALLEST[SMALLEST.index("[[gateway]]") :]

    assert mistakes(twice) == ["gateway[2]: an earlier gateway is the same"]


def test_all_mistakes_are_told_at_once() -> None:
    assert len(mistakes("[profile]\nendian = 1\nhas_crc = 1\n")) == 5


@pytest.mark.parametrize("text", ["[", "\xff"])
def test_a_file_that_is_not_toml_is_told(text: str) -> None:
    Path("gateways.toml").write_bytes(text.encode("latin-1"))
    with pytest.raises(ConfigError, match=r"gateways\.toml cannot be read"):
        read_gateways(Path("gateways.toml"), host="", port=0)


def test_the_page_describes_every_parameter_and_its_example_is_read() -> None:
    page = (CHECKOUT / "docs/howto/connect-a-gateway.md").read_text("utf-8")
    example = textwrap.dedent(page.partition("   ```toml\n")[2].partition("   ```")[0])

    assert {name for name in get_type_hints(Profile) if f"| `{name}` |" not in page} == set()
    assert read_gateways(written(example), host="", port=0).period_minutes == 15


@pytest.mark.parametrize(
    ("listen", "address"),
    [
        ("9100", ("127.0.0.1", 9100)),
        (":9100", ("127.0.0.1", 9100)),
        ("0.0.0.0:9100", ("0.0.0.0", 9100)),  # noqa: S104 - only read
        ("[::1]:9100", ("::1", 9100)),
    ],
)
def test_a_port_alone_is_on_loopback(listen: str, address: tuple[str, int]) -> None:
    assert address_of(listen) == address


@pytest.mark.parametrize("listen", ["x", "host:", "host:70000", "1.5", "host:x"])
def test_what_is_no_address_is_refused(listen: str) -> None:
    with pytest.raises(ConfigError, match="JIENENG_GATEWAY_LISTEN"):
        address_of(listen)


def test_nothing_listens_unless_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIENENG_GATEWAY_PROFILE", str(written(SMALLEST)))

    assert gateways_of(read_settings()) is None


def test_a_listener_without_a_profile_is_a_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIENENG_GATEWAY_LISTEN", "9100")

    with pytest.raises(ConfigError, match="JIENENG_GATEWAY_PROFILE must name") as refused:
        gateways_of(read_settings())
    assert "JIENENG_GATEWAY_PROFILE 指定" in refused.value.told("zh")


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def environment(port: int, **changes: str) -> dict[str, str]:
    return {
        "PATH": os.defpath,
        "PYTHONPATH": str(CHECKOUT),
        "JIENENG_BROKER_URL": "mqtt://127.0.0.1:1",
        "JIENENG_HTTP_PORT": "0",
        "JIENENG_GATEWAY_LISTEN": str(port),
        "JIENENG_GATEWAY_PROFILE": "gateways.toml",
    } | changes


def jieneng(port: int, *arguments: str, **changes: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "jieneng", *arguments],
        env=environment(port, **changes), capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


SIMULATE = ("gateway", "simulate", "--building", "110102A001", "--gateway", "01", "--pieces", "9")


def test_a_gateway_of_the_command_line_reaches_a_collector_of_the_command_line(
    tmp_path: Path,
) -> None:
    written(SMALLEST)
    port = free_port()
    with (tmp_path / "log").open("w") as log:
        running = subprocess.Popen(
            [sys.executable, "-m", "jieneng", "collect"], env=environment(port), stdout=log,
            stderr=log,
        )  # fmt: skip
    deadline = time.monotonic() + 60
    while "Gateways connect to" not in (tmp_path / "log").read_text():
        assert time.monotonic() < deadline
        assert running.poll() is None
        time.sleep(0.05)

    told = jieneng(port, *SIMULATE)
    refused = jieneng(port, *SIMULATE[:-4], "--gateway", "02")
    written(SMALLEST.replace("s3cret", "guessed"))
    unknown = jieneng(port, *SIMULATE)
    written(SMALLEST)
    taken = jieneng(port, "--state", "other", "collect", JIENENG_CLI_LANGUAGE="zh")
    status = jieneng(port, "status")
    running.send_signal(signal.SIGTERM)

    assert running.wait(30) == 0
    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout.startswith("110102A001-01   4 packets acknowledged, platform's time 20")
    assert f"Gateways connect to 127.0.0.1:{port}\n" in (tmp_path / "log").read_text()
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr == "gateways.toml does not list gateway 110102A001 02.\n"
    assert "does not let the gateway in: its secret or md5_of" in unknown.stderr
    assert f"gateways    0 connected to 127.0.0.1:{port}, 1 refused\n" in status.stdout
    assert taken.returncode == 1
    assert f"网关监听地址 127.0.0.1 的端口 {port} 无法使用" in taken.stderr
    assert "s3cret" not in (tmp_path / "log").read_text()


def test_a_gateway_that_nobody_answers_says_so_in_a_sentence() -> None:
    written(SMALLEST)
    told = jieneng(free_port(), *SIMULATE)

    assert told.returncode == 1
    assert "did not acknowledge" in told.stderr
    assert "Traceback" not in told.stderr


@pytest.mark.parametrize(("mode", "end"), [(0o600, "ok"), (0o644, "BAD")])
def test_check_reads_the_file_and_says_who_else_may_read_it(mode: int, end: str) -> None:
    written(SMALLEST).chmod(mode)

    lines = [line for line in jieneng(9100, "check").stdout.splitlines() if "gateways" in line]

    assert lines[0].split() == ["ok", "gateways", "gateways.toml:", "1,", "at", "127.0.0.1:9100"]
    assert lines[-1].startswith(end)
    assert "s3cret" not in "".join(lines)


def test_check_tells_the_mistakes_of_the_file() -> None:
    written(SMALLEST.replace("format = 1", "format = 7"))

    told = jieneng(9100, "check", JIENENG_CLI_LANGUAGE="zh").stdout

    assert "format：必须是 1" in told


def test_a_profile_that_is_not_there_is_told_by_its_setting() -> None:
    told = jieneng(free_port(), "collect", JIENENG_GATEWAY_PROFILE="nowhere.toml")

    assert told.returncode == 1
    assert "JIENENG_GATEWAY_PROFILE: file nowhere.toml is not there" in told.stderr
