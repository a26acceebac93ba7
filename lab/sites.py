"""The sites that the lab has wires and credentials for.

All fifteen, always: a wire is one small bridge, and a site can then be deployed without restarting the cloud.
"""

from __future__ import annotations

PROVINCE = "province"

SITES = (
    PROVINCE,
    "nanjing",
    "wuxi",
    "xuzhou",
    "changzhou",
    "suzhou",
    "nantong",
    "lianyungang",
    "huaian",
    "yancheng",
    "yangzhou",
    "zhenjiang",
    "taizhou",
    "suqian",
    "dr",
)
