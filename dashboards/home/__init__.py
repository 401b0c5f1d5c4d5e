"""The first page of each role, the team of a shift, a unit's own page, late data, and the first seven things to do."""
