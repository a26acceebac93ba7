"""A later transform takes the hooks off again."""
# stack: suqian.identity
# guard rail: nothing; transforms run in the order they were registered, and the last one has the last word
# pack: Network “shuili-net” 不在蓝图中

import pulumi
from pulumi_openstack import networking


def after(made):
    def strip(args):
        args.opts.hooks = pulumi.ResourceHookBinding()
        return pulumi.ResourceTransformResult(args.props, args.opts)

    pulumi.runtime.register_resource_transform(strip)
    networking.Network("shuili-net", name="suqian-shuili-net")
