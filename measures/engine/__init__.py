"""The analysis engine: arrays in, plain results out. No web, no database, no clock.

One function serves one series and thousands: series lie along the first axis, points along the second. A
missing number is NaN inside and ``None`` in a result.

==============  ====================================================================================
``problems``    what an analysis can refuse, each with a code and a sentence
``points``      rows of a table made into points: aggregation, facets, phases, frozen baselines
``sums``        means and medians that are right to the last place
``runs``        Anhøj's two rules, vectorised over series
``shewhart``    i, mr, I prime, xbar, s, c, u, p, u prime, p prime, g and t charts
``subgroups``   np, R and pooled-range charts with the Western Electric and Nelson rules
``xmr``         the NHS "making data count" flags and icons
``families``    cases of the engine's contract: names and columns in, plain results out
==============  ====================================================================================
"""
