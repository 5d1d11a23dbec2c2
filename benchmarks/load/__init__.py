"""A mixed load of three people's days against the served platform, and what each goal of speed comes to."""
