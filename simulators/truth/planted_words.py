"""What planted faults, wastes and changes are, in a sentence for people."""

from collections.abc import Mapping

from energy.text import Text

FAULT_WORDS: Mapping[str, Text] = {
    "rollover": Text(
        "表计走满后从零开始", "the register reaches its end and starts again from zero"
    ),
    "replacement": Text(
        "换表，有记录；新表从第 {strength:g} 步开始",
        "the meter is replaced, and it is written down; the new one begins at step {strength:g}",
    ),
    "replacement_unannounced": Text(
        "换表，无人记录；新表从第 {strength:g} 步开始",
        "the meter is replaced and nobody writes it down; the new one begins at step {strength:g}",
    ),
    "reset": Text("表计清零，无人记录", "the register begins again and nobody writes it down"),
    "dip": Text(
        "一个读数回落 {strength:.1%}",
        "one reading falls by {strength:.1%}; the next is right again",
    ),
    "zero": Text("一个读数为 0", "one reading is 0; the next is right again"),
    "unit_slip": Text("读数以另一单位发送", "readings are sent in another unit"),
    "duplicate": Text("同样的话说两遍", "everything is said twice"),
    "resend": Text("同一时刻的值重发且不同", "readings are said again with another value"),
    "retained": Text("保留的旧报文重放", "an old message that the broker retained is said again"),
    "out_of_order": Text("次序颠倒", "readings arrive last first"),
    "backlog": Text("积压后补传", "readings arrive late, with their own times"),
    "backlog_without_times": Text(
        "积压后补传，不带时间", "readings arrive late, without times of their own"
    ),
    "outage": Text(
        "采集中断，读数永久丢失", "the device says nothing; its readings are lost for good"
    ),
    "half_dead_gateway": Text(
        "网关时好时坏，部分读数丢失", "the gateway loses a part of what its devices say"
    ),
    "missing_branch": Text("支路无表可读", "a branch that nobody reads"),
    "ambiguous_wrap": Text(
        "中断太久，表计可能走满不止一次",
        "silent so long that the register may have wrapped more than once",
    ),
    "stuck": Text("表计不走", "the register stands still"),
    "silent": Text("从此不再发送", "never says anything again"),
    "ratio": Text(
        "实际互感器变比是 {strength:g}，与登记不符",
        "the transformer's ratio is {strength:g}, not that of the registry",
    ),
    "ct_change": Text("更换互感器", "the transformer is exchanged for one of another ratio"),
    "reversed_sign": Text("接反，读数减少", "wired the wrong way round, it counts backwards"),
    "swapped_child": Text("两块表的通道对调", "its channel and another one are swapped"),
    "clock_drift": Text("时钟逐渐走偏", "its clock drifts"),
    "clock_step": Text("时钟偏移", "its clock is off"),
    "beijing_as_utc": Text("把北京时间当作 UTC 发送", "Beijing time is sent as if it were UTC"),
    "unreadable": Text("报文无法解码", "messages that cannot be read"),
    "unknown_device": Text("未登记的设备", "messages of a device that is not registered"),
    "unknown_channel": Text("未登记的通道", "messages of a channel that is not registered"),
    "not_its_device": Text("经由他人网关的报文", "messages through a gateway that is not its own"),
    "nan": Text("不是数的值", "values that are no numbers"),
    "negative": Text("负的表底", "negative registers"),
    "wrong_time_unit": Text("时间单位不对", "times in the wrong unit"),
    "far_future": Text("远在将来的时间", "times in the far future"),
}
"""Fault to what happens; ``{strength}`` is that of the fault."""

WASTE_WORDS: Mapping[str, Text] = {
    "no_setback": Text("夜间、周末不停机", "plant runs through nights and weekends"),
    "weekend_as_workday": Text("周末按工作日运行", "weekends are run as workdays"),
    "holiday_as_workday": Text("节假日按工作日运行", "holidays are run as workdays"),
    "early_start": Text("提前开机", "plant starts before people come"),
    "late_stop": Text("推迟关机", "plant stops after people have gone"),
    "chiller_at_night": Text("冷机夜间运行", "the chiller runs through summer nights"),
    "lights_left_on": Text("灯不关", "lights stay on"),
    "setpoint_drift": Text(
        "冷得过低、热得过高", "cooled colder and heated warmer than it should be"
    ),
    "heating_and_cooling": Text("冷热相抵", "heating and cooling work against each other"),
    "step": Text("基础负荷升高", "something is on all the time"),
    "leak": Text("漏水", "water or gas runs away"),
    "fixed_speed": Text("水泵不调速", "a pump at full power whenever it runs"),
    "demand_peak": Text("同时启动造成尖峰", "everything is switched on at once"),
}
"""Waste to what happens."""

STRENGTH_UNITS: Mapping[str, str] = {
    "early_start": "h",
    "late_stop": "h",
    "setpoint_drift": "K",
    "heating_and_cooling": "K",
}
"""Unit of the strength of wastes that are a habit and have one."""

CHANGE_WORDS: Mapping[str, Text] = {
    "retrofit": Text("节约全部用量的 {strength:.0%}", "saves {strength:.0%} of all that is used"),
    "led": Text("换灯，节约照明的 {strength:.0%}", "new lamps save {strength:.0%} of the light"),
    "setback": Text(
        "夜间降低运行，节约空调夜间用量的 {strength:.0%}",
        "saves {strength:.0%} of what air conditioning uses at night",
    ),
    "insulation": Text(
        "保温，节约冷热天用量的 {strength:.0%}",
        "insulation saves {strength:.0%} of what cold and heat outdoors cost",
    ),
    "heating_curve": Text(
        "调低供热曲线，节约冷天用量的 {strength:.0%}",
        "a lower heating curve saves {strength:.0%} of what the cold costs",
    ),
    "pump_speed": Text(
        "水泵变速，至多节约动力的 {strength:.0%}",
        "pumps with speed control save up to {strength:.0%} of power",
    ),
    "occupancy": Text("人数增加 {strength:.0%}", "{strength:.0%} more people"),
    "new_load": Text(
        "新增负荷每小时 {strength:g}，昼夜不停", "{strength:g} an hour more, day and night"
    ),
}
"""Change of a building to what happens; ``{strength}`` is that of the change."""
