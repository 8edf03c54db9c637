"""The house plan, held by a machine: what lies where, how large it is, and who may do what."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
PACKAGES = (
    "energy", "storage", "formats", "collector", "analytics", "dashboards", "simulators", "api",
    "jieneng",
)  # fmt: skip
DRAWERS = {"utils", "util", "helpers", "common", "base", "manager", "service", "models", "misc"}
LONG, TOO_LONG = 300, 500

LONG_FILES = {
    "analytics/rules/night_and_weekend_load.py": "one rule: a leaf holds all of what it decides by",
    "storage/engines/duckdb.py": "one engine, every promise of ReadingStore",
    "storage/engines/influx.py": "one engine, every promise of ReadingStore",
    "tests/collector/test_intake_and_shipping.py": "the collector over every failure around it",
    "tests/record_promises.py": "every promise of the records, for two databases",
    "tests/table_promises.py": "every promise of derived tables, for four engines",
    "tests/api/test_console.py": "one page, looked at from every side",
    "tests/api/test_json.py": "every endpoint",
}
"""Files over 300 lines that were looked at, and why they stay in one piece."""


def python_files(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted((CHECKOUT / folder).rglob("*.py"))


def name_of(path: Path) -> str:
    return str(path.relative_to(CHECKOUT))


def test_the_packages_are_those_of_the_house_plan() -> None:
    found = {path.parent.name for path in CHECKOUT.glob("*/__init__.py")}

    assert found == set(PACKAGES)


def test_a_file_fits_in_one_sitting_or_says_why_not() -> None:
    lengths = {
        name_of(path): len(path.read_text("utf-8").splitlines())
        for path in python_files(*PACKAGES, "tests", "benchmarks", "pictures", "deploy")
    }

    assert {name for name, lines in lengths.items() if lines > LONG} <= set(LONG_FILES)
    assert set(LONG_FILES) <= set(lengths)
    assert max(lengths.values()) <= TOO_LONG


def test_no_file_or_folder_is_a_drawer_without_a_label() -> None:
    for path in python_files(*PACKAGES, "tests", "benchmarks", "pictures"):
        parts = {part.removesuffix(".py") for part in path.relative_to(CHECKOUT).parts}
        assert not parts & DRAWERS, name_of(path)


def test_nothing_lies_deeper_than_two_folders_below_a_package() -> None:
    for path in python_files(*PACKAGES):
        assert len(path.relative_to(CHECKOUT).parts) <= 4, name_of(path)


def dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def names_used(tree: ast.AST) -> set[str]:
    """Return the dotted names a file reads, and those it imports from a module."""
    found = {dotted(node) for node in ast.walk(tree) if isinstance(node, ast.Attribute | ast.Name)}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


FRONT_DOOR_ALONE = {
    "os.environ", "os.getenv", "os.environb", "sys.exit", "os._exit", "print", "SystemExit",
    "exit", "quit", "sys.argv", "input",
}  # fmt: skip


@pytest.mark.parametrize("package", [name for name in PACKAGES if name != "jieneng"])
def test_only_the_front_door_reads_the_environment_prints_and_exits(package: str) -> None:
    for path in python_files(package):
        used = names_used(ast.parse(path.read_text("utf-8")))
        assert not used & FRONT_DOOR_ALONE, name_of(path)


@pytest.mark.parametrize(
    "planted", ["os.environ['X']", "print('x')", "from os import getenv", "raise SystemExit(1)"]
)
def test_a_planted_breach_of_the_front_door_is_seen(planted: str) -> None:
    assert names_used(ast.parse(planted)) & FRONT_DOOR_ALONE


def test_the_environment_is_read_in_few_places_of_the_front_door() -> None:
    readers = {
        name_of(path)
        for path in python_files("jieneng")
        if names_used(ast.parse(path.read_text("utf-8"))) & {"os.environ", "os.getenv"}
    }

    # The settings, and where programs and children are looked for and started.
    assert readers <= {
        "jieneng/settings.py",
        "jieneng/mqtt/demo_broker.py",
        "jieneng/simulated/history.py",
    }


def test_every_test_file_that_asserts_is_collected_and_named_once() -> None:
    files = [path for path in python_files("tests") if path.name.startswith("test_")]

    assert len({path.name for path in files}) == len(files)
    for path in files:
        tree = ast.parse(path.read_text("utf-8"))
        tests = [
            node
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            and node.name.startswith("test_")
        ]
        assert tests, f"{name_of(path)} holds no test"
    for path in python_files("tests"):
        hides = not path.name.startswith("test_") and "\ndef test_" in path.read_text("utf-8")
        assert not hides, f"{name_of(path)} holds a test that nobody collects"


def test_promises_in_shared_files_are_run_by_a_test() -> None:
    texts = {path: path.read_text("utf-8") for path in python_files("tests")}
    for path, text in texts.items():
        asserts = re.search(r"^\s+assert ", text, re.MULTILINE)
        if path.name.startswith("test_") or path.name == "conftest.py" or not asserts:
            continue
        users = [other for other, said in texts.items() if other != path and path.stem in said]
        assert users, f"{name_of(path)} asserts and nobody runs it"


def test_tests_are_named_by_sentences() -> None:
    for path in python_files("tests"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                assert node.name.count("_") >= 3, f"{name_of(path)}: {node.name}"


def kept_files() -> list[Path]:
    """Return the text files that git keeps; in a copy without git, those of the packages."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"],  # noqa: S607
        cwd=CHECKOUT, capture_output=True, check=False,
    )  # fmt: skip
    if listed.returncode:
        return list(python_files(*PACKAGES, "tests"))
    names = listed.stdout.decode().split("\0")
    return [CHECKOUT / name for name in names if name and (CHECKOUT / name).is_file()]


# Written in pieces, so that this file does not hold what it looks for.
FOREIGN = re.compile("|".join(["/wo" + "rk/", "/home/" + r"\w", "index" + "-url", "/si" + "mple/"]))
BANNED_WORDS = re.compile(r"\b(" + "TO" + "DO|FIX" + "ME|X" + r"XX)\b")


def test_no_file_names_a_machine_or_an_index_of_packages_or_is_left_for_later() -> None:
    for path in kept_files():
        if path.suffix in {".parquet", ".png", ".lock"} or path.name in {"LICENSE", "Makefile"}:
            continue
        text = path.read_text("utf-8", errors="replace")
        assert not FOREIGN.search(text), name_of(path)
        assert not BANNED_WORDS.search(text), name_of(path)


def test_the_locks_have_a_hash_for_everything_and_name_no_address() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (CHECKOUT / name).read_text("utf-8")
        pins = re.findall(r"^([\w.\[\]-]+)==", text, re.MULTILINE)
        assert pins
        assert text.count("--hash=sha256:") >= len(pins)
        assert not re.search(r"https?://|--index|--find-links", text)


def test_every_dependency_has_a_floor_and_a_reason_on_its_line() -> None:
    text = (CHECKOUT / "pyproject.toml").read_text("utf-8")
    lines = re.findall(r'^    "[\w.-]+(?:\[\w+\])?[^"]*",.*$', text, re.MULTILINE)
    dependencies = [line for line in lines if re.match(r'^    "[\w.-]+(\[\w+\])?[><=]', line)]

    assert len(dependencies) > 20
    for line in dependencies:
        assert re.match(r'^    "[\w.-]+(\[\w+\])?>=\d[\w.]*",\s+# \w', line), line


def test_what_the_pages_say_to_type_exists() -> None:
    makefile = (CHECKOUT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z]+)(?:-%)?:", makefile, re.MULTILINE))
    pages = [
        CHECKOUT / "README.md",
        CHECKOUT / "CONTRIBUTING.md",
        *(CHECKOUT / "docs").rglob("*.md"),
    ]
    for path in pages:
        for target in re.findall(
            r"(?:^|`|&& )make ([a-z]+)", path.read_text("utf-8"), re.MULTILINE
        ):
            assert target in targets, f"{name_of(path)}: make {target}"


def test_links_between_pages_lead_somewhere() -> None:
    for path in [*CHECKOUT.glob("*.md"), *(CHECKOUT / "docs").rglob("*.md")]:
        for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text("utf-8")):
            assert (path.parent / link).exists(), f"{name_of(path)}: {link}"
