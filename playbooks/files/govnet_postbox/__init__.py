"""The post box: what Alertmanager tells, written down with the post it is for. Standard library alone: it runs on machines."""
