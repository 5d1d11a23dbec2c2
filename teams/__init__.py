"""Networks, sites, implementation teams, and the links between them."""
