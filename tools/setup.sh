#!/usr/bin/env bash
# Sets the machine up: Debian packages when apt can, then .venv from the hashed lock file.
# Usage: tools/setup.sh [--dev]     Re-runs are cheap: a stamp remembers the lock file that was installed.
set -euo pipefail
cd "$(dirname "$0")/.."
lock=requirements.lock
[ "${1:-}" = "--dev" ] && lock=requirements-dev.lock

python=${PYTHON:-python3.11}
command -v "$python" >/dev/null || python=python3
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
  { echo "setup: Python 3.11 or newer is needed; '$python' is older - install python3.11 and run again" >&2; exit 2; }

# program -> Debian package -> what does not work without it
needs="tshark:tshark:DNS, HTTP, TLS and SMB records of packet captures"
[ "$lock" = requirements-dev.lock ] && needs="$needs
chromium:chromium:the tests of the pages
strace:strace:the crash-state tests
pdffonts:poppler-utils:the tests that look into the PDF"
packages=""
while IFS=: read -r program package _; do
  command -v "$program" >/dev/null || packages="$packages $package"
done <<<"$needs"
pango="import ctypes; [ctypes.CDLL(name) for name in ('libpango-1.0.so.0', 'libpangoft2-1.0.so.0', 'libharfbuzz-subset.so.0')]"
"$python" -c "$pango" 2>/dev/null || packages="$packages libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
"$python" -c 'import ensurepip, venv' 2>/dev/null || packages="$packages python3-venv"

if [ -n "$packages" ] && command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
  echo "setup: installing$packages"
  export DEBIAN_FRONTEND=noninteractive
  { apt-get update -qq && echo "wireshark-common wireshark-common/install-setuid boolean false" | debconf-set-selections &&
    # shellcheck disable=SC2086
    apt-get install -y -qq --no-install-recommends $packages; } >/dev/null 2>&1 || echo "setup: apt could not install$packages" >&2
fi
while IFS=: read -r program package without; do
  command -v "$program" >/dev/null ||
    echo "setup: '$program' is missing (Debian package $package): $without will not work" >&2
done <<<"$needs"
"$python" -c "$pango" 2>/dev/null || echo "setup: Pango is missing (Debian package libpango-1.0-0): reports as PDF will not work" >&2

stamp=.venv/.installed-$(sha256sum "$lock" pyproject.toml | sha256sum | cut -c1-16)-${lock%.lock}
# A virtual environment moved with its folder keeps the old path in its scripts, so the path is part of the check.
if [ -e "$stamp" ] && [ "$(cat "$stamp")" = "$PWD" ]; then exit 0; fi
if [ ! -x .venv/bin/python ] || ! .venv/bin/socctl --version >/dev/null 2>&1; then
  "$python" -m venv --clear .venv
fi
echo "setup: installing Python packages of $lock"
.venv/bin/pip install --quiet --disable-pip-version-check --require-hashes --only-binary=:all: -r "$lock"
# The checkout itself is put on the path by hand: building it would fetch a build tool that no hash pins.
echo "$PWD" >"$(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/provincial_soc.pth"
printf '#!%s/.venv/bin/python\nfrom socctl.main import main\nmain()\n' "$PWD" >.venv/bin/socctl
chmod +x .venv/bin/socctl
rm -f .venv/.installed-*
echo "$PWD" >"$stamp"
# The larger lock holds the smaller one, so both are up to date after a set-up for development.
if [ "$lock" = requirements-dev.lock ]; then
  echo "$PWD" >".venv/.installed-$(sha256sum requirements.lock pyproject.toml | sha256sum | cut -c1-16)-requirements"
fi
