"""Linux system logs by program: sshd, sudo, su, PAM, accounts, cron, systemd. `parser.py` puts them together.

Each sibling holds `read(text) -> Event | None`: what a message says, or None when it is of a kind not known here.
"""
