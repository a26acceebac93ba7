"""An id that nobody issued here, told to the layers above in place of a zone's network."""
# stack: suqian.network
# guard rail: 的输出 “dedicated-net”：须来自 Network “dedicated-net”，程序取自 一个固定的值
# pack: 栈的输出 “dedicated-net”：蓝图为 Network “dedicated-net” 的 id，程序给出 “6f1c1f8e-0000-4000-8000-000000000000”

import pulumi


def after(made):
    pulumi.export("dedicated-net", "6f1c1f8e-0000-4000-8000-000000000000")
