"""A template in which anything can be made."""
# stack: suqian.identity
# guard rail: StackV1 “door” 属于不准创建的类型
# pack: StackV1 “door” 属于不准创建的类型

from pulumi_openstack import orchestration


def after(made):
    orchestration.StackV1("door", template_opts={"Bin": "resources: {}"})
