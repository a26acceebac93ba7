"""Addresses: the plan by arithmetic, the demands of what is declared, the ledger that answers them."""
