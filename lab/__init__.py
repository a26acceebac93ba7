"""The embedded cloud: a real OpenStack on this one machine, for trying, testing and proving.

`cloud` brings it up and down, `services/` holds one file a service, `foot` puts a namespace on a Neutron port. Nothing here knows the
estate or Pulumi: to the rest of the house the lab is one more OpenStack, found through its clouds.yaml.
"""
