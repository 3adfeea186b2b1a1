#!/usr/bin/env bash
# assemble.sh OUT: puts what a server runs, and nothing else, into the folder OUT: compiled code, addons, contract, production
# dependencies. The Dockerfile runs it after the build; it needs no container engine.
set -euo pipefail
out=$1
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
mkdir -p "$out"
for part in dist proto examples package.json package-lock.json LICENSE node_modules; do
  cp -a "$root/$part" "$out/"
done
mkdir -p "$out/build/Release"
cp -a "$root"/build/Release/{kernels_*,cpu_features,file_lock}.node "$out/build/Release/"
cd "$out"
npm prune --omit=dev --ignore-scripts --no-audit --no-fund --loglevel=error
find node_modules -mindepth 1 -maxdepth 1 -type d -empty -delete
node dist/cli/margincube.js serve --insecure-loopback --market examples/market.json --check
