"""What is watched, when that is an alarm, and whom it is told to: pure values out of the blueprint, for the sites' monitors."""
