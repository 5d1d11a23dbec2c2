"""The engine of comparisons across sites: arrays in, plain results out. No web, no database, no clock.

==================  =================================================================================
``funnel``          funnel limits, with and without the spread there is between sites anyway
``intervals``       intervals of one site, and funnels in closed form
``effect_sizes``    effects with their sampling variances, from counts, means or correlations
``weighted``        weighted least squares of many series at once
``heterogeneity``   estimators of the variance between sites
``pooling``         random-effects pooling, meta-regression, best estimates of sites
``nested``          pooling with levels: effects within schools within districts
``chances``         tails and quantiles of the usual distributions
``formula``         model formulas, ``frame`` the tables they are applied to
``linear``          multilevel models of numbers, on ``unit_sums``, ``profile`` and ``elimination``
``logistic``        multilevel models of shares, ``beta_binomial`` another way to them
``sites``           sites within districts from their sums alone
``families``        cases of the engine's contract: names and columns in, plain results out
==================  =================================================================================

Pages call ``variation.funnel``, ``variation.pooling``, ``variation.effects``, ``variation.levels``.
"""
