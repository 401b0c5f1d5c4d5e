"""Captures: `frames.py` opens the file, `headers.py` walks to the ports, `flows.py` sums, `dissect.py` asks tshark,
`records.py` says what its answers mean, `source.py` puts them together.

Everything in a capture is hostile. Headers are read with bounds of our own, all above them by tshark in a process
of its own with limits on time, memory and processor.
"""
