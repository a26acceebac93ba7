"""Who can reach whom on which port, with the deciding rule and the path: read off the blueprint, nothing is sent."""
