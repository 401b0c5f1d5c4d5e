"""The posture score of units and province, and why it is what it is (posture-and-reports.md 1)."""
