"""The engine of comparisons across sites: arrays in, plain results out. No web, no database, no clock.

==============  ====================================================================================
``families``    cases of the engine's contract: names and columns in, plain results out
==============  ====================================================================================
"""
