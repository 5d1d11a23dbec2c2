"""Placeholder until the accounts engineer writes it."""


def init(app):
    pass
