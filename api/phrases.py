"""What the console says beside the boards, in both languages."""

from energy.text import Text

PHRASES: dict[str, Text] = {
    "product": Text("公共机构节能监测", "Energy of public institutions"),
    "skip": Text("跳到内容", "Skip to the content"),
    "as_of": Text("截至", "as of"),
    "other_language": Text("English", "中文"),
    "how": Text("这个数怎么来的？", "How is this figure made?"),
    "table": Text("看数据表", "Show the table"),
    "nothing": Text("还没有数据。", "No data yet."),
    "no_finding": Text("没有。很好！", "None. Well done!"),
    "at_a_glance": Text("概况", "At a glance"),
    "signal_waste": Text("项用能异常", "open findings of waste"),
    "signal_faults": Text("项数据异常", "faults of data"),
    "signal_silent": Text("个静默计量点", "silent meters"),
    "signal_refused": Text("条拒收读数", "refused readings"),
    "signal_waste_one": Text("项用能异常", "open finding of waste"),
    "signal_faults_one": Text("项数据异常", "fault of data"),
    "signal_silent_one": Text("个静默计量点", "silent meter"),
    "signal_refused_one": Text("条拒收读数", "refused reading"),
    "problems": Text("需要处理", "To be looked at"),
    "all_well": Text(
        "一切正常：没有拒收的报文、静默的计量点和未送达的告警。",
        "All is well: no refused messages, no silent meters and no refused alerts.",
    ),
    "refused": Text("拒收的读数", "Refused readings"),
    "refused_how": Text(
        "不能成为读数的报文，连同原文一起保留，不会丢失。",
        "Messages that cannot become readings are kept with their bytes; nothing is lost.",
    ),
    "reason": Text("原因", "reason"),
    "count": Text("读数", "readings"),
    "newest_refused": Text("最近拒收的报文", "Newest refused messages"),
    "all_letters": Text("查看、重读或放弃拒收的报文", "Look at them, read them again or drop them"),
    "findings": Text("用能异常", "Findings"),
    "refused_messages": Text("拒收的报文", "Refused messages"),
    "letters_filter": Text("要看哪些？", "Which ones?"),
    "letters_how": Text(
        "不能成为读数的报文按原样保留。登记表或格式改好后重读，读数会回到它自己的时间；放弃的报文被删除，"
        "并计入“放弃”。两者都由采集程序执行。",
        "Messages that cannot become readings are kept as they came. Once the registry or a format "
        "is put right, reading them again brings the readings to their own time; dropped messages "
        "are deleted and counted as dropped. The collector does both.",
    ),
    "letters_asked": Text(
        "已交给采集程序，几秒后刷新可见结果。报文数：",
        "Handed to the collector; reload in a few seconds to see what became of it. Messages:",
    ),
    "letter_number": Text("号码", "number"),
    "choose": Text("选", "choose"),
    "format": Text("格式", "format"),
    "from_day": Text("从", "from"),
    "to_day": Text("到", "to"),
    "show": Text("筛选", "show"),
    "show_all": Text("全部", "all"),
    "newest_only": Text("只列出最新的", "The newest only:"),
    "all_that_fit": Text("不只选中的，而是符合筛选的全部", "not the chosen ones, but all that fit"),
    "author": Text("姓名", "your name"),
    "why": Text("理由", "why"),
    "retry": Text("重读", "Read again"),
    "drop": Text("放弃", "Drop"),
    "asked": Text("已要求", "asked for"),
    "bytes": Text("字节", "bytes"),
    "collector": Text("采集程序", "collector"),
    "hexadecimal": Text("十六进制", "in hex"),
    "as_text": Text("按文字看", "as text"),
    "beginning_only": Text("这里只显示开头。", "Only the beginning is shown here."),
    "cannot_retry": Text(
        "原文没有全部保留，无法重读。", "Not all bytes are kept, so it cannot be read again."
    ),
    "back_to_letters": Text("所有拒收的报文", "All refused messages"),
    "time": Text("时间", "time"),
    "topic": Text("主题", "topic"),
    "message": Text("原文", "message"),
    "silent": Text("静默的计量点", "Silent meters"),
    "silent_how": Text("超过三个采集间隔没有读数。", "No reading for more than three intervals."),
    "meter": Text("计量点", "meter"),
    "last_reading": Text("最后读数", "last reading"),
    "never": Text("从未", "never"),
    "alerts": Text("未送达的告警", "Alerts that were refused"),
    "alerts_how": Text(
        "最近 30 天的告警中，对方不接受、平台不再重发的。请检查 JIENENG_WEBHOOK_URL。",
        "Of the alerts of the last 30 days, those that the other side does not take and that are "
        "not sent again. Look at JIENENG_WEBHOOK_URL.",
    ),
    "alert_count": Text("告警", "alerts"),
    "newest_reason": Text("最近的原因", "newest reason"),
    "none_refused": Text("没有拒收的报文。", "No refused messages."),
    "none_silent": Text("所有计量点都在报数。", "Every meter reports."),
    "and_more": Text("还有", "and more:"),
    "welcome": Text("还没有收到读数", "No reading has arrived yet"),
    "welcome_how": Text(
        "平台已经在运行，正等待第一条读数。接下来可以：",
        "The platform is running and waits for the first reading. What to do next:",
    ),
    "welcome_demo": Text("用示例区域试一试：", "Try it with the example district:"),
    "welcome_registry": Text(
        "登记自己的机构、建筑和计量点：",
        "Register your own institutions, buildings and meters:",
    ),
    "welcome_listen": Text(
        "再启动采集，让设备把读数发到 MQTT：",
        "Then start the platform and let devices publish to MQTT:",
    ),
    "waiting": Text("读数已收到，正在计算", "Readings have arrived and are being worked out"),
    "waiting_how": Text(
        "第一轮分析完成后，这里会出现图表。请稍后刷新。",
        "The boards appear once the first analytics round is done. Reload in a moment.",
    ),
    "footer": Text(
        "“—”表示没有数据，绝不等于零。此页尚无登录，只应在本机或受保护的网络内打开。",
        "“—” means that there is no data; it is never zero. This page has no login yet: "
        "open it on this machine or in a protected network only.",
    ),
    "heard_devices": Text("设备发现", "Heard devices"),
    "heard_words": Text(
        "采集设备、通道、网关或主题中的字", "words of device, channel, gateway or topic"
    ),
    "heard_how": Text(
        "采集程序收到、而登记表里没有的采集设备和通道，最近发现的在前。登记后，采集程序无需重启即可接收；"
        "它以前发来的报文都保留着，重读后读数会回到它自己的时间。",
        "Devices and channels that the collector hears and the registry does not know, the newest "
        "first. Once adopted, the collector takes them up without a restart; what they said before "
        "is kept, and reading it again brings the readings to their own time.",
    ),
    "how_heard": Text("这是什么？", "What is this?"),
    "heard_since": Text("首次收到", "first heard"),
    "none_heard": Text(
        "收到的采集设备和通道都已登记。", "Every device and channel that is heard is registered."
    ),
    "device": Text("采集设备", "Device"),
    "device_known": Text("采集设备已登记", "the device is registered"),
    "channel": Text("通道", "channel"),
    "channels": Text("通道", "channels"),
    "last_value": Text("最近的值", "last value"),
    "last_heard": Text("最近收到", "last heard"),
    "times": Text("次数", "times"),
    "adopt": Text("登记", "Adopt"),
    "adopt_chosen": Text("登记选中的通道", "Adopt the chosen channels"),
    "adopted": Text("已登记：", "Adopted:"),
    "adopt_retry": Text(
        "登记后重读它以前的报文，让读数回到自己的时间",
        "then read again what it said before, so that it comes to its own time",
    ),
    "adopt_wrong": Text("没有登记任何内容；有误：", "Nothing was adopted; mistakes:"),
    "adopt_how": Text(
        "与导入登记表相同的检查，全部正确才生效，并记入审计。位数、倍率、作用和最大用量请按铭牌和调试记录填写，"
        "平台不会替您估计。登记表文件随后可用 jieneng export registry 导出。",
        "The checks are those of an import; either all of it takes effect or nothing, and the "
        "audit says who and why. Read digits, ratio, role and most in an hour from nameplate and "
        "commissioning sheet: the platform never guesses them. To have the registry as files, "
        "export it: jieneng export registry.",
    ),
    "guess": Text("估计，请核对", "a guess, look at it"),
    "rare": Text("不常用的", "Rarely needed"),
    "channels_later": Text(
        "先登记这些通道，再登记其余的：", "Adopt these channels first, then the others:"
    ),
    "earlier_left": Text(
        "登记期间它还有报文被拒收：", "More messages of it were refused meanwhile:"
    ),
    "back_to_heard": Text("所有未登记的采集设备", "All devices that are heard"),
    "no_buildings": Text(
        "登记表中还没有建筑，请先导入：jieneng import registry FOLDER",
        "The registry has no building yet; import one first: jieneng import registry FOLDER",
    ),
    "overview": Text("用能概览", "Overview"),
    "today": Text("今天要办的事", "To do today"),
    "nothing_to_do": Text("今天没有要办的事。", "Nothing is to be done today."),
    "since": Text("自", "since"),
    "go_there": Text("去办理", "Go there"),
    "institution": Text("机构", "institution"),
    "by_hand": Text("人工录入", "By hand"),
    "meter_words": Text("名称、建筑、机构或采集设备", "meter, building, institution, device"),
    "no_such_meter": Text("没有这样的计量点。", "There is no such meter."),
    "other_meter": Text("另选计量点", "Another meter"),
    "enter_bill": Text("录入账单", "Enter a bill"),
    "photo": Text("照片（凭证）", "photo, as evidence"),
    "paper": Text("照片或文件（凭证）", "photo or file, as evidence"),
    "evidence": Text("凭证", "evidence"),
    "photo_hint": Text("JPEG、PNG 或 HEIC，最大 20 MB。", "JPEG, PNG or HEIC, 20 MB at most."),
    "paper_hint": Text(
        "JPEG、PNG、HEIC 或 PDF，最大 20 MB。", "JPEG, PNG, HEIC or PDF, 20 MB at most."
    ),
    "photo_kept": Text("照片已保存，不必重拍：", "The photo is kept, no need to take it again:"),
    "paper_kept": Text("文件已保存，不必再选：", "The file is kept, no need to choose it again:"),
    "why_correct": Text("更正原因（更正已有账单时）", "why, if it corrects an earlier bill"),
    "can_be": Text("现在可能在", "now it can be"),
    "no_instrument": Text(
        "那里没有表，之后的读数不计入台账。自",
        "No instrument stands there; what is read of later does not count. Since",
    ),
    "is_computed": Text(
        "由其他计量点算出，没有读数。请抄：",
        "It is computed from others and has no readings. Read these:",
    ),
    "it_shows": Text("表上读数", "it shows"),
    "unit": Text("单位", "unit"),
    "read_at": Text("抄表时间（当地）", "read at, local time"),
    "it_is_so": Text("我再看过了，确实如此。", "I have looked again, it is so."),
    "keep_reading": Text("保存读数", "Keep the reading"),
    "kept_now": Text("已保存，第", "Kept, number"),
    "kept_already": Text("已保存过，没有重复，第", "Kept already, not twice, number"),
    "waits_for_collector": Text(
        "采集程序入库后，下一轮分析重算这些日子。",
        "Once the collector has stored it, the next round computes these days again.",
    ),
    "is_stored": Text("已入库。", "It is stored."),
    "takes_it_back": Text("可撤销", "takes it back"),
    "read_again": Text("再抄一次", "Read it again"),
    "keep_bill": Text("保存账单", "Keep the bill"),
    "another_bill": Text("再录一张", "Another bill"),
    "bill_not_kept": Text("没有保存：", "It was not kept:"),
    "bill_rare": Text("户号、需量、功率因数等", "Account, demand, power factor and others"),
    "bill": Text("账单号", "bill"),
    "days": Text("账期", "days"),
    "amount": Text("用量", "amount"),
    "yuan": Text("元", "yuan"),
    "failure": Text("这个页面现在打不开", "This page cannot be shown now"),
    "back": Text("回到首页", "Back to the first page"),
    "json": Text("机器接口", "For machines"),
}


def phrases(language: str) -> dict[str, str]:
    """Return every phrase in a language."""
    return {name: text.get(language) for name, text in PHRASES.items()}
