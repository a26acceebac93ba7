"""Whether logs are whole: judged from what their keeper says and from its chain. Pure."""
