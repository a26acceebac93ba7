// Command pulumi-resource-openstack serves terraform-provider-openstack to the Pulumi engine.
//
// No package registry ships this plugin, and the vendor's own module is not fetchable from the Go module proxy. So it is
// composed here from the two modules that are: Pulumi's bridge and the Terraform provider that the Python SDK 5.5.1 wraps.
// Resource and data source tokens come from tokens.tsv; property names come from the bridge's own rules.
package main

import (
	_ "embed"
	"os"
	"strings"

	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	shim "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim/sdk-v2"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/terraform-provider-openstack/terraform-provider-openstack/v3/openstack"
)

const version = "5.5.1" // of the Python SDK; the engine looks the plugin up by it

//go:embed tokens.tsv
var tokenTable string

func provider() tfbridge.ProviderInfo {
	info := tfbridge.ProviderInfo{
		P:                       shim.NewProvider(openstack.Provider()),
		Name:                    "openstack",
		Version:                 version,
		TFProviderModuleVersion: "v3",
		Resources:               map[string]*tfbridge.ResourceInfo{},
		DataSources:             map[string]*tfbridge.DataSourceInfo{},
	}
	for _, line := range strings.Split(strings.TrimSpace(tokenTable), "\n")[1:] {
		kind, row, _ := strings.Cut(line, "\t")
		terraform, pulumi, _ := strings.Cut(row, "\t")
		switch kind {
		case "resource":
			info.Resources[terraform] = &tfbridge.ResourceInfo{Tok: tokens.Type(pulumi)}
		case "data_source":
			info.DataSources[terraform] = &tfbridge.DataSourceInfo{Tok: tokens.ModuleMember(pulumi)}
		default:
			panic("tokens.tsv: unknown kind " + kind)
		}
	}
	info.SetAutonaming(255, "-")
	return info
}

func main() {
	if len(os.Args) == 2 && os.Args[1] == "--property-names" {
		printPropertyNames(provider())
		return
	}
	tfbridge.Main("openstack", version, provider(), nil)
}
