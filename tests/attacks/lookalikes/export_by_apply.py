"""The right ids exported, but handed on through an `apply`."""
# stack: suqian.network

import pulumi


def before():
    honest = pulumi.export
    pulumi.export = lambda name, value: honest(name, pulumi.Output.from_input(value).apply(lambda id_: id_))
