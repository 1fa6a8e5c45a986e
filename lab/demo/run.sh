#!/usr/bin/env bash
# `npm run demo`: sets this machine up for the demo, then runs it.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/../.."
# An interrupt lets the present installation end: half a package is worse than a short wait.
trap 'exit 130' INT
trap 'exit 143' TERM
bash lab/setup.sh --image --pulumi >/dev/null
trap - INT TERM
exec node --import tsx lab/demo/main.ts
