package main

import (
	"encoding/json"
	"os"

	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim"
)

// printPropertyNames writes {pulumi token: [property name, …]} as JSON, so that a test can compare this plugin with the
// Python SDK: a property whose name differs would be dropped silently.
func printPropertyNames(info tfbridge.ProviderInfo) {
	names := map[string][]string{}
	for terraform, resource := range info.Resources {
		schema := info.P.ResourcesMap().Get(terraform).Schema()
		properties := []string{}
		schema.Range(func(attribute string, _ shim.Schema) bool {
			properties = append(properties, tfbridge.TerraformToPulumiNameV2(attribute, schema, resource.Fields))
			return true
		})
		names[string(resource.Tok)] = properties
	}
	if err := json.NewEncoder(os.Stdout).Encode(names); err != nil {
		panic(err)
	}
}
