"""The alarms: when one is raised, how grave it is, after how long. One table; times are those of production.

A monitor that is being installed still has what the package's own configuration asked, without a `host`, for some minutes: it raises nothing.
Expressions ask for what is wrong and, beside a series of the plan (`facts`), for what is missing. `$window` is `WINDOW`, at the monitor's pace.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """`CRITICAL`: somebody must act now. `WARNING`: on the same working day."""

    CRITICAL = "critical"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Alarm:
    """`id` names its procedure; `title` is what people see. `stated`: seconds for which it must hold. `data`: its owner is told as well."""

    id: str
    title: str
    severity: Severity
    stated: int
    expression: str
    summary: str
    data: bool = False

    @property
    def procedure(self) -> str:
        """What to do, for whoever is told."""
        return f"docs/procedures/{self.id}.md"


MINUTE, DAY = 60, 24 * 3600
WINDOW = 5 * MINUTE
"""Seconds over which lines are judged."""

_CRITICAL, _WARNING = Severity.CRITICAL, Severity.WARNING

MACHINES = (
    Alarm(
        "machine_down", "主机失联", _CRITICAL, 2 * MINUTE, 'up{job="node",host!=""} == 0', "主机不应答运行指标的采集"
    ),
    Alarm(
        "administration_closed", "管理口无应答", _WARNING, 2 * MINUTE, 'probe_success{job="ssh"} == 0', "登录不了主机"
    ),
    Alarm(
        "service_down",
        "服务无应答",
        _CRITICAL,
        2 * MINUTE,
        'probe_success{job="service"} == 0 or up{job=~"database|self"} == 0',
        "服务的端口没有应答",
    ),
    Alarm("database_down", "数据库无应答", _CRITICAL, 2 * MINUTE, "pg_up == 0", "数据库不接受查询"),
    Alarm(
        "service_stopped",
        "服务停了",
        _CRITICAL,
        2 * MINUTE,
        '(govnet_expected_unit{name=~".+[.]service"} and on(host) up{job="node"} == 1)'
        ' unless on(host, name) node_systemd_unit_state{state="active"} == 1',
        "应当一直运行的服务没有在运行",
    ),
    Alarm(
        "timer_stopped",
        "定时停了",
        _WARNING,
        2 * MINUTE,
        '(govnet_expected_unit{name=~".+[.]timer"} and on(host) up{job="node"} == 1)'
        ' unless on(host, name) node_systemd_unit_state{state="active"} == 1',
        "定时任务不会再执行",
    ),
    Alarm(
        "unit_failed",
        "单元失败",
        _WARNING,
        2 * MINUTE,
        'node_systemd_unit_state{state="failed"} == 1',
        "一项服务或任务以失败结束",
    ),
    Alarm(
        "disk_filling",
        "磁盘将满",
        _WARNING,
        10 * MINUTE,
        'node_filesystem_avail_bytes{mountpoint="/"} / node_filesystem_size_bytes{mountpoint="/"} < 0.1',
        "根分区剩余不足一成",
    ),
    Alarm(
        "clock_wrong",
        "时钟偏差",
        _WARNING,
        5 * MINUTE,
        "abs(node_time_seconds - timestamp(node_time_seconds)) > 5",
        "与监测机的时钟相差五秒以上",
    ),
    Alarm(
        "clock_unsynchronised",
        "时间未同步",
        _WARNING,
        10 * MINUTE,
        '(govnet_expected_time and on(host) up{job="node"} == 1) unless on(host) node_ntp_leap < 3',
        "主机没有与本站点的时间服务器同步",
    ),
    Alarm(
        "logs_waiting",
        "日志积压",
        _WARNING,
        5 * MINUTE,
        "govnet_log_queue_bytes > 2e7",
        "日志送不到日志机，积压在本机",
    ),
    Alarm(
        "logs_given_up",
        "日志停送",
        _CRITICAL,
        2 * MINUTE,
        "govnet_log_given_up > 0",
        "日志机的证书不可信，日志停送；可信之后一分钟内补送",
    ),
)

DATA = (
    Alarm(
        "backup_missing",
        "从未备份",
        _CRITICAL,
        30 * MINUTE,
        '(govnet_backup_rpo_seconds and on(host) up{job="node"} == 1) unless on(source, place) govnet_backup_moment_seconds',
        "计划里的副本没有一次成功的记录",
        data=True,
    ),
    Alarm(
        "backup_old",
        "备份过旧",
        _CRITICAL,
        MINUTE,
        "govnet_backup_rpo_seconds < on(source, place) group_left() (time() - max by(source, place) (govnet_backup_moment_seconds))",
        "最近一份副本里的数据超过了 RPO",
        data=True,
    ),
    Alarm(
        "backup_failed",
        "备份失败",
        _WARNING,
        MINUTE,
        'govnet_backup_last_run_good{kind="copy"} == 0',
        "最近一次备份没有成功",
    ),
    Alarm(
        "backup_broken",
        "副本损坏",
        _CRITICAL,
        MINUTE,
        'govnet_backup_last_run_good{kind="check"} == 0',
        "检查发现副本的内容与校验和不符",
        data=True,
    ),
    Alarm(
        "backup_unchecked",
        "副本久未检查",
        _WARNING,
        MINUTE,
        f'time() - govnet_backup_good_run_seconds{{kind="check"}} > {9 * DAY}',
        "副本九天没有通过检查",
    ),
    Alarm(
        "drill_due",
        "恢复演练到期",
        _WARNING,
        MINUTE,
        "govnet_drill_due_seconds < time()",
        "该做恢复演练而没有做",
        data=True,
    ),
    Alarm(
        "dataset_stale",
        "共享数据过期",
        _WARNING,
        5 * MINUTE,
        "time() - govnet_dataset_updated_seconds > on(dataset) group_left() max by(dataset) (govnet_dataset_limit_seconds)",
        "共享数据集没有按期更新",
        data=True,
    ),
)

SECURITY = (
    Alarm(
        "certificate_expiring",
        "证书将到期",
        _WARNING,
        5 * MINUTE,
        f'probe_ssl_earliest_cert_expiry{{job="service"}} - time() < {30 * DAY}',
        "服务的证书三十天内到期或已经到期",
    ),
    Alarm(
        "undeclared_answers",
        "未申报的应答",
        _CRITICAL,
        0,
        "govnet_undeclared_answer == 1",
        "没有申报的地址在本站点的区域里应答",
    ),
    Alarm(
        "signatures_old",
        "病毒特征过旧",
        _WARNING,
        5 * MINUTE,
        f"govnet_signatures_age_seconds > {3 * DAY}",
        "病毒特征三天没有更新",
    ),
    Alarm("virus_found", "发现病毒", _CRITICAL, 0, "govnet_scan_infected_files > 0", "查出带病毒的文件", data=True),
    Alarm(
        "files_tampered",
        "文件被改",
        _CRITICAL,
        0,
        "govnet_integrity_changed_files > 0",
        "受保护的文件与封存时不同",
        data=True,
    ),
)

LINES = (
    Alarm(
        "trunk_lost",
        "省市互联中断",
        _CRITICAL,
        MINUTE,
        'probe_success{job="trunk"} == 0 and on(city) probe_duration_seconds{job="trunk"} > 1',
        "通往该市的线路没有应答",
    ),
    Alarm(
        "trunk_lossy",
        "省市互联丢包",
        _WARNING,
        MINUTE,
        '(avg_over_time(probe_success{job="trunk"}[$window]) < 0.95) > 0',
        "通往该市的连接有百分之五以上没有建成",
    ),
    Alarm(
        "trunk_slow",
        "省市互联时延过大",
        _WARNING,
        5 * MINUTE,
        'avg_over_time(probe_duration_seconds{job="trunk"}[$window]) > 0.2 and on(city) probe_success{job="trunk"} == 1',
        "与该市建立连接平均超过 0.2 秒",
    ),
    Alarm(
        "cloud_faulty",
        "云平台故障",
        _CRITICAL,
        2 * MINUTE,
        'govnet_cloud_service_up == 0 or up{job="cloud"} == 0',
        "云的接口、网络（OVN）或它们所依赖的服务没有正常应答",
    ),
    Alarm("city_lost", "市级监测失联", _CRITICAL, 2 * MINUTE, 'up{job="federate"} == 0', "采集不到该市的汇总指标"),
    Alarm(
        "monitor_faulty",
        "监测自身故障",
        _CRITICAL,
        0,
        "increase(alertmanager_notifications_failed_total[$window]) > 0 or increase(prometheus_rule_evaluation_failures_total[$window]) > 0",
        "告警没有送达，或规则没有算成",
    ),
)

ALARMS = (*MACHINES, *DATA, *SECURITY, *LINES)
