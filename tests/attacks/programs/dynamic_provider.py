"""Code of one's own that runs as a provider, and could call any API."""
# stack: suqian.identity
# guard rail: “anything” 属于不准创建的类型（pulumi-python:dynamic:Resource）
# pack: engine: no resource plugin

from pulumi import dynamic


class Provider(dynamic.ResourceProvider):
    def create(self, props):
        return dynamic.CreateResult("id", props)


class Anything(dynamic.Resource):
    pass


def after(made):
    Anything(Provider(), "anything", {})
