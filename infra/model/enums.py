"""The closed vocabularies of the extranet. Values are what people write in estate/; titles are what people read."""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class Titled(StrEnum):
    """A vocabulary whose every word has a title: `WORD = "value", "标题"`."""

    label: str

    def __new__(cls, value: str, label: str) -> Self:
        word = str.__new__(cls, value)
        word._value_ = value
        word.label = label
        return word


class ZoneKind(Titled):
    """Kinds of zones (document 004, three (2) 5: 公用网络区、专用网络区、互联网区等; the zones between from practice, N2 and N8)."""

    PUBLIC_SHARED = "public_shared", "公用网络区"
    DEDICATED = "dedicated", "专用网络区"
    INTERNET_ACCESS = "internet_access", "互联网区"
    DATA_EXCHANGE = "data_exchange", "安全数据交换区"
    SECURE_ACCESS = "secure_access", "安全接入区"
    OPS_MGMT = "ops_mgmt", "运维管理区"
    SECURITY_MGMT = "security_mgmt", "安全管理区"
    DR_BACKUP = "dr_backup", "容灾备份区"


class Level(Titled):
    """Level of a site or unit (document 004, three (2) 1: 纵向贯通省、市、县、乡四级)."""

    PROVINCE = "province", "省级"
    CITY = "city", "市级"
    COUNTY = "county", "县级"
    TOWN = "town", "乡级"
    DR = "dr", "容灾备份中心"

    def below(self, other: Level) -> bool:
        """Whether this level is under the other; the disaster recovery centre is the province's."""
        order = (Level.TOWN, Level.COUNTY, Level.CITY)
        return self in order and (other not in order or order.index(self) < order.index(other))


class Between(StrEnum):
    """Where the two ends of a standing flow stand. Across sites a flow joins a zone with the same zone of the other site."""

    SAME_SITE = "same_site"
    CITY_TO_PROVINCE = "city_to_province"
    PROVINCE_TO_CITY = "province_to_city"
    ANY_TO_DR = "any_to_dr"
    DR_TO_PROVINCE = "dr_to_province"


class UnitClass(StrEnum):
    """Class of a department: the six systems (document 004, three (2) 1) and those led from above (003, three (2) 1)."""

    PARTY = "party"
    CONGRESS = "congress"
    GOVERNMENT = "government"
    CPPCC = "cppcc"
    COURT = "court"
    PROCURATORATE = "procuratorate"
    VERTICAL = "vertical"
    DUAL = "dual"


class TenantState(StrEnum):
    """Life of a tenant. Leaving is a state, not a missing file."""

    APPLIED = "applied"
    ACTIVE = "active"
    FROZEN = "frozen"
    LEAVING = "leaving"
    CLOSED = "closed"


class DataClass(StrEnum):
    """How far a tenant's data may be shared (document 002, three (5): 分级、分类). State secrets have no value here: they stay outside."""

    PUBLIC = "public"
    SHARED = "shared"
    CONDITIONAL = "conditional"
    INTERNAL = "internal"


class ApprovalKind(Titled):
    """What an approval was given for."""

    INTERNET_EGRESS = "internet_egress", "互联网出口"
    WAIVER = "waiver", "例外"
    PROJECT = "project", "项目"
    ANNUAL_PLAN = "annual_plan", "年度计划"
    LEGACY = "legacy", "既有专网封存"
    DOWNWARD_EXTENSION = "downward_extension", "向下延伸"
    EXTERNAL_EXCHANGE = "external_exchange", "对外交换"


class AuthorityKind(Titled):
    """What sort of body may approve something (domain roles: 领导小组、主管部门、计划、财政、保密), or has a say in it."""

    LEADING_GROUP = "leading_group", "信息化领导小组"
    COMPETENT_OFFICE = "competent_office", "信息化主管部门"
    DRC = "drc", "发展改革（计划）部门"
    FINANCE = "finance", "财政部门"
    SECRECY = "secrecy", "保密行政管理部门"
    CENTRAL = "central", "国家或中央"
    ASSESSOR = "assessor", "测评机构"
    OWNER = "owner", "责任单位"


class Sharing(StrEnum):
    """How information is shared (document 004, three (2) 3): with all departments, on conditions, or not at all, by law or policy."""

    UNCONDITIONAL = "unconditional"
    CONDITIONAL = "conditional"
    EXEMPT = "exempt"


class BaseDatabase(Titled):
    """The base databases (document 000, two (2) 8; electronic licences: 004, three (2) 3)."""

    POPULATION = "population", "人口数据库"
    LEGAL_ENTITY = "legal_entity", "法人单位数据库"
    NATURAL_RESOURCE_GEO = "natural_resource_geo", "自然资源与空间地理数据库"
    MACRO_ECONOMY = "macro_economy", "宏观经济数据库"
    GOV_RESOURCE = "gov_resource", "政务信息资源数据库"
    E_LICENSE = "e_license", "电子证照库"


class SignIn(StrEnum):
    """How the users of a system are known: by the unified identity and its certificates, by accounts of its own, or not at all."""

    UNIFIED = "unified"
    OWN = "own"
    NONE = "none"


class ProductKind(Titled):
    """Sorts of products for which domestic ones come first."""

    OS = "os", "操作系统"
    CHIP = "chip", "芯片"
    DATABASE = "database", "数据库"


class ProjectState(StrEnum):
    """Where a project stands (document 003, four (4): 項目建設全過程). From `building` on it needs its consents, from `live` on its acceptance."""

    PLANNED = "planned"
    BUILDING = "building"
    LIVE = "live"


class Paper(Titled):
    """The papers of a project: who consents before it is built (001, two (6)), what is examined (004, four (2)), what ends it (003, four (4))."""

    REVIEW = "review", "信息化主管部门初审意见"
    LEADING_GROUP = "leading_group", "信息化领导小组批准文件"
    DRC = "drc", "计划部门审批文件"
    FILING = "filing", "实施方案备案"
    FEASIBILITY = "feasibility", "可行性研究审核"
    DESIGN = "design", "初步设计审核"
    ESTIMATE = "estimate", "投资概算审核"
    TENDER = "tender", "中标结果备案"
    ACCEPTANCE = "acceptance", "项目验收"


class SiteState(StrEnum):
    """Whether a site is connected. A planned one is addressed, compiled and previewed, but nobody has a way to it yet."""

    OPEN = "open"
    PLANNED = "planned"


class CountyType(StrEnum):
    """Sort of a county unit (GB/T 2260), and the functional zones that are run like one."""

    DISTRICT = "district"
    COUNTY_CITY = "county_city"
    COUNTY = "county"
    FUNCTIONAL_ZONE = "functional_zone"


class Medium(Titled):
    """What a circuit runs on."""

    FIBRE = "fibre", "光纤"
    LEASED = "leased", "租用专线"
    WIRELESS = "wireless", "无线"
    SATELLITE = "satellite", "卫星"


class NodeKind(StrEnum):
    """Sort of a backbone node."""

    PROVINCE_CORE = "province_core"
    CITY_CORE = "city_core"
    COUNTY_CORE = "county_core"
    DR_CORE = "dr_core"
    NATIONAL_BORDER = "national_border"


class TrunkRole(StrEnum):
    """What a trunk is for. An emergency one carries traffic only when the others are lost (document 002, three (5))."""

    MAIN = "main"
    SECOND = "second"
    EMERGENCY = "emergency"


class BackupClass(StrEnum):
    """Where copies are kept (N10): beside the data, elsewhere in batches, elsewhere at once."""

    LOCAL = "local"
    OFFSITE_BATCH = "offsite_batch"
    OFFSITE_REALTIME = "offsite_realtime"


class Takes(Titled):
    """What a backup takes, which decides how it is taken and put back."""

    FILES = "files", "文件"
    DATABASE = "database", "数据库"
    VOLUMES = "volumes", "云盘"
    STATE = "state", "部署状态"
    DECLARATIONS = "declarations", "声明"


class Arch(StrEnum):
    """CPU architectures of machines and images."""

    X86_64 = "x86_64"
    AARCH64 = "aarch64"
    LOONGARCH64 = "loongarch64"


class Protection(Titled):
    """What every machine has before it does anything (document 002, three (5): 网络防病毒系统; GB/T 22239: hardened images)."""

    HARDENING = "hardening", "安全加固"
    ANTIVIRUS = "antivirus", "防病毒"


class Capability(StrEnum):
    """What a machine can be made to do; services are compositions of these."""

    PORTAL = "portal"
    APPLICATION = "application"
    DATABASE = "database"
    EXCHANGE = "exchange"
    OBJECT_STORE = "object_store"
    IDENTITY = "identity"
    CERTIFICATES = "certificates"
    GATEWAY = "gateway"
    MONITORING = "monitoring"
    LOGGING = "logging"
    BACKUP = "backup"
    MESSAGING = "messaging"
    VIDEO = "video"
    ANTIVIRUS = "antivirus"
    TIME = "time"

    @property
    def keeps_data(self) -> bool:
        """Whether such a machine holds what no declaration could bring back. Copies of others' data are the copies' own matter."""
        return self in _KEEPING


_KEEPING = frozenset(
    {
        Capability.APPLICATION,
        Capability.DATABASE,
        Capability.OBJECT_STORE,
        Capability.IDENTITY,
        Capability.CERTIFICATES,
        Capability.MONITORING,
        Capability.LOGGING,
    }
)


class Weekday(Titled):
    """Days of a week, in its order."""

    MON = "mon", "周一"
    TUE = "tue", "周二"
    WED = "wed", "周三"
    THU = "thu", "周四"
    FRI = "fri", "周五"
    SAT = "sat", "周六"
    SUN = "sun", "周日"


class Hours(Titled):
    """When a service of operations is offered (document 002, three (1) 2: 7*24小时)."""

    ALWAYS = "always", "7×24 小时"
    WORKDAYS = "workdays", "工作日"


class Severity(Titled):
    """How grave an incident is, as the emergency plans of the state grade it."""

    FIRST = "first", "特别重大"
    SECOND = "second", "重大"
    THIRD = "third", "较大"
    FOURTH = "fourth", "一般"


class IncidentCheck(Titled):
    """What a playbook may have our own program look at: a closed list, each only reads."""

    DECLARATIONS = "declarations", "govnet check"
    CLOUD = "cloud", "govnet verify"
    BACKUPS = "backups", "govnet backup status"


class ExerciseResult(Titled):
    """How a step of an incident drill went; what could not be checked was not done."""

    DONE = "done", "完成"
    LATE = "late", "超时"
    FAILED = "failed", "未完成"
    UNCHECKED = "unchecked", "无法检查"
