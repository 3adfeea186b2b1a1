#!/usr/bin/env bash
# assemble.sh OUT: puts what a server runs, and nothing else, into the folder OUT: compiled code, addons, contract, production
# dependencies. The Dockerfile runs it after the build; it needs no container engine.
set -euo pipefail
out=$1
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
mkdir -p "$out"
for part in dist build proto examples package.json package-lock.json LICENSE node_modules; do
  cp -a "$root/$part" "$out/"
done
cd "$out"
npm prune --omit=dev --ignore-scripts --no-audit --no-fund --loglevel=error
node dist/cli/margincube.js serve --insecure-loopback --market examples/market.json --check
