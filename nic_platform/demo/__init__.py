"""The demo network: an invented state, its schools and its people, built from a seed around today's date.

Like app.py and cli.py this package stands above every domain: nothing but the command line imports it.
"""
