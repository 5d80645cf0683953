# Sourced by the other scripts: where the checkout is, and which Node is used in it.

KONTOR_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
KONTOR_NODE="$KONTOR_ROOT/.cache/node"
KONTOR_JOBS=${KONTOR_JOBS:-$(nproc)}

# What the web tools need. The versions below are installed into the checkout where the system has no Node or an older one.
KONTOR_NODE_VERSION=22.23.3
KONTOR_NPM_VERSION=10.9.9

if [ -x "$KONTOR_NODE/node_modules/.bin/node" ]; then
  PATH="$KONTOR_NODE/node_modules/.bin:$PATH"
  export PATH
fi

say() { printf '%s\n' "$*" >&2; }
fail() { say "error: $*"; exit 1; }

# Is there a Node of at least 20.19 with an npm of at least 10?
node_is_new_enough() {
  local version major minor npm
  version=$(node --version 2>/dev/null) || return 1
  version=${version#v}
  major=${version%%.*}
  minor=${version#*.}
  minor=${minor%%.*}
  [ "$major" -gt 20 ] || { [ "$major" -eq 20 ] && [ "$minor" -ge 19 ]; } || return 1
  # Its package.json tells npm's version without starting it, which alone takes longer than all else here.
  npm=$(readlink -f "$(command -v npm || true)") || return 1
  npm=$(sed -n '/^ *"version":/{s/^[^0-9]*\([0-9]*\)\..*/\1/p;q}' "${npm%/bin/*}/package.json" 2>/dev/null) || return 1
  [ -n "$npm" ] && [ "$npm" -ge 10 ]
}

# Installs exactly what package-lock.json of the folder names, unless that has been done since the file last changed. The build of the
# web app goes by the same file.
install_npm_packages() {
  local folder=$1 done="$1/node_modules/.package-lock.json"
  if [ "$done" -nt "$folder/package-lock.json" ] && [ "$done" -nt "$folder/package.json" ]; then return 0; fi
  (cd "$folder" && npm ci --no-audit --no-fund --loglevel=error)
}
