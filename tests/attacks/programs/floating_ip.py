"""A public address of one's own."""
# stack: suqian.tenants
# guard rail: FloatingIp “suqian_renshe-vip” 属于不准创建的类型
# pack: FloatingIp “suqian_renshe-vip” 属于不准创建的类型

from pulumi_openstack import networking


def after(made):
    networking.FloatingIp("suqian_renshe-vip", pool="province-internet")
