"""The demo's civil subsystems: figures drawn from a seed, handed in by the contract like anybody's, marked simulated.

A figure is a pure function of seed, KPI, unit and period: whoever restarts sends the same again.
"""
