"""What the resources of each layer must be according to the blueprint, stated on its own: nothing here imports the layers."""
