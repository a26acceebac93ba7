"""Experiments on the running lab that answered a design question; each has a page in docs/adr/ and cleans up behind itself."""
