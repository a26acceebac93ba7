"""Driving the Pulumi engine over many stacks: run, watch, adopt what a killed run left."""
