# What of our pack can be said about one resource alone, without the blueprint: the type is one that may be made, no rule of a security
# group opens every port or everybody, no port has further addresses.
package govnet

import rego.v1

allowed := data.types

deny contains sprintf("%s: type %s may not be made", [r.name, r.type]) if {
	some r in input.resources
	startswith(r.type, "openstack:")
	not r.type in allowed
}

deny contains sprintf("%s: opens every port", [r.name]) if {
	some r in input.resources
	r.type == "openstack:networking/secGroupRule:SecGroupRule"
	r.props.direction == "ingress"
	r.props.protocol in {"tcp", "udp"}
	not r.props.portRangeMin
}

deny contains sprintf("%s: opens to everybody", [r.name]) if {
	some r in input.resources
	r.type == "openstack:networking/secGroupRule:SecGroupRule"
	r.props.direction == "ingress"
	r.props.remoteIpPrefix in {"0.0.0.0/0", "::/0"}
}

deny contains sprintf("%s: has further addresses", [r.name]) if {
	some r in input.resources
	r.type == "openstack:networking/port:Port"
	count(object.get(r.props, "allowedAddressPairs", [])) > 0
}
