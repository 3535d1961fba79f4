#!/usr/bin/env bash
# Remake the locks: universal (every Python >= 3.11, every platform), hash-pinned, free of index addresses.
# Needs uv on the path (`pip install uv`). Upgrade one package with: requirements/lock.sh --upgrade-package NAME
set -euo pipefail
cd "$(dirname "$0")/.."
compile() {
  uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
    --no-header --no-annotate --quiet "$@"
}
compile requirements/build.in -o requirements/build.txt
compile pyproject.toml -o requirements/run.txt
compile pyproject.toml --extra test --constraint requirements/run.txt -o requirements/test.txt
for tool in requirements/*/*.in; do  # one environment each: they ask for different versions of the same packages
  compile "$tool" -o "${tool%.in}.txt"
done
