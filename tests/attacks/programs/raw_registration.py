"""Past the SDK: the engine is asked directly, so that no transformation sees it."""
# stack: suqian.identity
# guard rail: Network “shuili-net” 不在蓝图中
# pack: Network “shuili-net” 不在蓝图中

import asyncio

import grpc
import pulumi
from google.protobuf import struct_pb2
from pulumi.runtime import settings
from pulumi.runtime.proto import resource_pb2


def register():
    inputs = struct_pb2.Struct()
    inputs.update({"name": "suqian-shuili-net"})
    request = resource_pb2.RegisterResourceRequest(
        type="openstack:networking/network:Network", name="shuili-net", custom=True, object=inputs
    )
    try:
        return settings.get_monitor().RegisterResource(request).urn
    except grpc.RpcError:
        return ""


def after(made):
    """In a thread of its own, and waited for: the engine asks the program back while it registers."""
    pulumi.export("taken", asyncio.get_event_loop().run_in_executor(None, register))
