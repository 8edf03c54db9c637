"""What a restatement changed is told in display units and words, in both languages."""

from collections.abc import Mapping
from typing import Any

import pytest

from analytics.statements.printed.restated import Restated, change_text, changes_of

MAY = "electricity/2026-05-01"


def said(key: str, before: object, after: object, language: str = "en") -> str:
    difference: Mapping[str, Any] = {key: {"before": before, "after": after}}
    (change,) = changes_of(Restated(1, "2026-06-10", "Li", "late", "", difference), language)
    return change_text(change)


@pytest.mark.parametrize(
    ("field", "before", "after", "zh", "en"),
    [
        ("beside/0/amount", None, 2_309_870, "其他依据 1 消费量: — → 2,309.870 kWh (+2,309.870)",
         "other source 1, amount: — → 2,309.870 kWh (+2,309.870)"),
        ("beside/1/cost", None, 2_194_376_500, "其他依据 2 费用: — → 2,194.377 元 (+2,194.377)",
         "other source 2, cost: — → 2,194.377 yuan (+2,194.377)"),
        ("beside/0/measured_s", None, 2_678_400, "其他依据 1 实测时长: — → 744.000 小时 (+744.000)",
         "other source 1, measured: — → 744.000 h (+744.000)"),
        ("beside/0/is_blank", None, False, "其他依据 1 不填: — → 否",
         "other source 1, left blank: — → no"),
        ("beside/0/basis", "own", "bill", "其他依据 1 依据: 自有计量 → 账单",
         "other source 1, basis: own meters → bill"),
        ("co2/0/per_display", "2653/5000", "531/1000",
         "CO2 按地域 排放因子: 0.5306 → 0.5310 kg/kWh (+0.0004)",
         "CO2 by location, emission factor: 0.5306 → 0.5310 kg/kWh (+0.0004)"),
        ("co2/0/scope", 2, None, "CO2 按地域 范围: 2 → —", "CO2 by location, scope: 2 → —"),
        ("co2/1/grams", 1500, 1000, "CO2 按市场: 1.500 → 1.000 kg (-0.500)",
         "CO2 by market: 1.500 → 1.000 kg (-0.500)"),
        ("coal_per_display", "1229/10000", "13/100", "折标系数: 0.1229 → 0.1300 kgce/kWh (+0.0071)",
         "coal coefficient: 0.1229 → 0.1300 kgce/kWh (+0.0071)"),
        ("charges/0/micro", 1_000_000, 3_000_000, "按月收取的费用 1: 1.000 → 3.000 元 (+2.000)",
         "monthly charge 1: 1.000 → 3.000 yuan (+2.000)"),
        ("charges/0/component", None, "demand", "按月收取的费用 1 名称: — → 容（需）量电费",
         "name of monthly charge 1: — → demand charge"),
        ("generated/amount", 5_000, None, "自发自用 消费量: 5.000 → — kWh (-5.000)",
         "own generation, amount: 5.000 → — kWh (-5.000)"),
        ("beside/0/generated/cost", None, 0, "其他依据 1 自发自用 费用: — → 0.000 元 (+0.000)",
         "other source 1, own generation, cost: — → 0.000 yuan (+0.000)"),
        ("unpriced/0", None, "m2", "没有价格的计量点 1: — → m2", "meter without a price 1: — → m2"),
        ("sources/0", "m1", None, "来源 1: m1 → —", "source 1: m1 → —"),
    ],
)  # fmt: skip
def test_a_field_of_a_line_is_told_in_words(
    field: str, before: object, after: object, zh: str, en: str
) -> None:
    assert said(f"{MAY}/{field}", before, after, "zh") == f"2026-05 电 {zh}"
    assert said(f"{MAY}/{field}", before, after) == f"2026-05 electricity {en}"


def test_a_use_is_said_to_be_of_which() -> None:
    key = "electricity/heating/2026-03-01/amount"
    assert said(key, 349_730, None).startswith("2026-03 electricity, of which heating amount:")
    assert said(key, 349_730, None, "zh").startswith("2026-03 电 其中供暖 消费量:")


def test_what_was_booked_before_keeps_its_number_and_its_units() -> None:
    key = "adjustment 2026-04 2/electricity/2026-04-01/cost"
    assert said(key, None, 73_020_000) == (
        "adjustment 2026-04 (2) 2026-04 electricity cost: — → 73.020 yuan (+73.020)"
    )


def test_a_size_is_told_by_its_name() -> None:
    assert said("sizes/area_m2", 100, "301/2") == "floor area (m²): 100.000 → 150.500 (+50.500)"
