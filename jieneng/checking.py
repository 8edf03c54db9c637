"""What ``jieneng check`` tries, part by part."""

from collections.abc import Iterator
from pathlib import Path

from energy.errors import JienengError, Mistake, RegistryError, StoreError
from energy.registry import Registry
from energy.text import Text
from jieneng.desk import Desk

Check = tuple[Text, Text, bool]
"""(part, sentence, is it well?)"""

FILES = Text("文件", "files")
BROKER = Text("消息代理", "broker")
STORES = Text("存储", "stores")
GATEWAYS = Text("网关", "gateways")
READINGS = Text("读数", "readings")
REGISTRY = Text("登记表", "registry")
STEP = Text("最小步长", "step")
EVENTS = Text("事件", "events")


def checks(desk: Desk, registry: Path | None) -> Iterator[Check]:
    """Try each part; a part that is wrong says what to do."""
    yield _files(desk, registry)
    yield _broker(desk)
    yield from _gateways(desk)
    yield from _stores(desk)


def _files(desk: Desk, registry: Path | None) -> Check:
    if registry is None:
        nothing = Text(
            "没有指定登记表文件夹；可用 --registry FOLDER 检查",
            "no registry folder given; try one with --registry FOLDER",
        )
        return (FILES, nothing, True)
    from jieneng.registry.intake import read_files

    try:
        found = read_files(registry)
        compared = _compared(desk, found, registry)
    except JienengError as error:
        return (FILES, error.text, False)
    count = len(found.meters)
    sentence = Text(
        f"{registry}：{count} 个计量点，没有错误", f"{registry}: {count} meters, no mistakes"
    )
    for _, doubt, _ in _miscounted(found):
        compared += Text("；请核对：", "; to look at: ") + doubt
    return (FILES, sentence + compared, True)


def _compared(desk: Desk, registry: Registry, folder: Path) -> Text:
    """Compare with what is stored; where that cannot be read, say so: its own line says why."""
    from jieneng.registry.intake import try_registry
    from jieneng.registry.meter_life import problems_beside_readings

    try:
        house = desk.stores
        heard = house.store.newest()
        try_registry(house.records, registry, folder, heard=heard)
        wrong = [
            Mistake("events.csv", 0, column, Text(f"{meter}：", f"{meter}: ") + problem)
            for meter, column, problem in problems_beside_readings(house.store, registry)
        ]
        if wrong:
            raise RegistryError(wrong)
    except StoreError:
        return Text(
            "；没有与存储的内容比较，因为无法读取",
            "; not compared with what is stored, which cannot be read",
        )
    return Text("", "")


def _broker(desk: Desk) -> Check:
    from jieneng.mqtt.address import MQTT_VERSIONS, broker_of
    from jieneng.mqtt.check import broker_problem

    settings = desk.settings
    if desk.house is not None and desk.house.collector is not None:
        return (BROKER, *_running(is_subscribed=desk.house.collector.is_subscribed))
    try:
        address = broker_of(settings)
    except JienengError as error:
        return (BROKER, error.text, False)
    version = MQTT_VERSIONS[settings.mqtt_version]
    problem = broker_problem(address, client_id=settings.client_id, version=version)
    if problem is None:
        return (BROKER, Text(f"{address} 让我们进入", f"{address} lets us in"), True)
    advice = Text("。请检查 JIENENG_BROKER_URL", ". Check JIENENG_BROKER_URL")
    return (BROKER, Text(f"{address}：", f"{address}: ") + problem + advice, False)


def _running(*, is_subscribed: bool) -> tuple[Text, bool]:
    if is_subscribed:
        well = Text("正在运行的进程已订阅", "the collector of the running process is subscribed")
        return (well, True)
    wrong = Text(
        "正在运行的进程没有订阅；原因见它的日志",
        "the collector of the running process is not subscribed; its log says why",
    )
    return (wrong, False)


def _gateways(desk: Desk) -> Iterator[Check]:
    """Read the file of the gateways, where any are to connect."""
    from jieneng.gateway.profile import gateways_of, is_open_to_others

    try:
        found = gateways_of(desk.settings)
    except JienengError as error:
        yield (GATEWAYS, error.text, False)
        return
    if found is None:
        return
    file = desk.settings.gateway_profile
    count, at = len(found.secrets), f"{found.host}:{found.port}"
    yield (GATEWAYS, Text(f"{file}：{count} 个，接入 {at}", f"{file}: {count}, at {at}"), True)
    if is_open_to_others(Path(file)):
        yield (
            GATEWAYS,
            Text(
                f"{file} 里有密钥，却能被其他用户读取；请执行 chmod 600 {file}",
                f"{file} holds secrets and others may read it; run chmod 600 {file}",
            ),
            False,
        )


def _stores(desk: Desk) -> Iterator[Check]:
    from jieneng.registry.meter_life import problems_beside_readings
    from jieneng.report import named
    from storage.records import registry as registry_records

    try:
        counts = desk.stores.store.counts()
        yield (READINGS, named(counts), True)
        with desk.stores.records.reading() as session:
            registry = registry_records.load(session)
    except JienengError as error:
        yield (STORES, error.text, False)
        return
    if not registry.meters and not registry.institutions:
        empty = Text(
            "是空的；请导入：jieneng import registry FOLDER",
            "empty; import one: jieneng import registry FOLDER",
        )
        yield (REGISTRY, empty, False)
        return
    number, count = registry.number, len(registry.meters)
    held = Text(f"第 {number} 版，{count} 个计量点", f"number {number}, {count} meters")
    yield (REGISTRY, held, True)
    yield from _miscounted(registry)
    yield from _finer(desk)
    for meter, _, problem in problems_beside_readings(desk.stores.store, registry):
        yield (EVENTS, Text(f"{meter}：", f"{meter}: ") + problem, False)


def _miscounted(registry: Registry) -> Iterator[Check]:
    """What a registry counts wrongly that was taken before such files were refused, or perhaps."""
    for one in registry.miscounted:
        yield (REGISTRY, one.words, not one.is_sure)


def _finer(desk: Desk) -> Iterator[Check]:
    """A meter that sends finer values than its step loses them: a mistake of the registry."""
    from jieneng.report import status_of

    finer = status_of(desk.stores)["finer"]
    for meter, count in sorted(finer.items()):
        sentence = Text(
            f"{meter} 有 {count} 个数值比最小步长更细，更细的部分丢失了。"
            "请用更细的步长和新的计量点名称重新登记",
            f"{meter} sent {count} values finer than its step; what is finer is lost. Register it "
            "anew with a finer step, under a new meter name",
        )
        yield (STEP, sentence, False)
