"""The Sigma engine: reads rules, matches events, correlates hits, groups them into alerts."""
