# What run_web_demo.sh and scripts/test.sh share: Node.js, the packages and ffmpeg, brought when they are missing.
# Sourced by POSIX shells, with $root set to the project's folder.

cache="$root/.cache"
log="$cache/setup.log"
own_node="$root/.node/node_modules/node"
export NEXT_TELEMETRY_DISABLED=1

say() { printf '%s\n' "$*" >&2; }
fail() {
  say "$*"
  exit 1
}
has() { command -v "$1" >/dev/null 2>&1; }

# One preparation at a time: two starts at once must not install into the same folder.
lock() {
  mkdir -p "$cache" 2>/dev/null && [ -w "$cache" ] || fail "$root cannot be written to: clone the project into a folder of your own."
  if has flock; then
    exec 9>"$cache/setup.lock"
    flock -n 9 && return
    say "Waiting for another start that is preparing the project …"
    flock -w 900 9 || fail "Another start has been preparing the project for 15 minutes; end it first."
  else
    while ! mkdir "$cache/setup.lock.d" 2>/dev/null; do
      holder=$(cat "$cache/setup.lock.d/pid" 2>/dev/null) && ! kill -0 "$holder" 2>/dev/null && rm -rf "$cache/setup.lock.d" && continue
      sleep 1
    done
    trap 'rm -rf "$cache/setup.lock.d"' EXIT
    trap 'exit 130' INT TERM
    echo $$ >"$cache/setup.lock.d/pid"
  fi
}

unlock() {
  if has flock; then
    exec 9>&-
  else
    rm -rf "$cache/setup.lock.d"
    trap - EXIT INT TERM
  fi
}

# limited SECONDS COMMAND …: macOS has no `timeout`.
limited() {
  node -e '
    const [seconds, command, ...args] = process.argv.slice(1);
    const { status } = require("node:child_process").spawnSync(command, args, { stdio: "inherit", timeout: seconds * 1000, killSignal: "SIGKILL" });
    process.exit(status ?? 1);
  ' "$@"
}

# npm with the Node.js that it came with, quiet, and giving up soon where there is no network.
# Install scripts are never run: npm 11 leaves them out anyway, and nothing here depends on them.
quiet_npm() {
  has npm || fail "npm is needed to install the packages. Install Node.js 22.12 or newer with npm."
  PATH=$system_path npm "$@" --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error \
    --fetch-retries=2 --fetch-retry-mintimeout=1000 --fetch-retry-maxtimeout=5000 --fetch-timeout=60000 >"$log" 2>&1 && return
  if grep -Eq 'ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT' "$log"; then
    fail "The npm registry cannot be reached; check the network or npm's proxy settings. Details: $log"
  elif grep -q ENOSPC "$log"; then
    fail "The disk is full: the packages need about 1.2 GB. Details: $log"
  else
    fail "npm could not install the packages: $(grep -E '^npm (error|ERR!)' "$log" | sed -E 's/^npm (error|ERR!) *//' | grep -m 1 -v '^code') Details: $log"
  fi
}

node_is_recent() {
  "$1" -e 'const [major, minor] = process.versions.node.split(".").map(Number); process.exit(major > 22 || (major === 22 && minor >= 12) ? 0 : 1)' \
    >/dev/null 2>&1
}

# Node.js 22.12 or newer as `node`: the machine's, or else Node.js 24 from the npm package `node`, in .node/.
ensure_node() {
  system_path=$PATH
  node_is_recent node && return
  if ! node_is_recent "$own_node/bin/node"; then
    has npm && has node || fail "Node.js 22.12 or newer is needed: install it with npm, and start again."
    say "Bringing Node.js 24, since $(node -v 2>/dev/null) is too old …"
    rm -rf "$root/.node"
    mkdir -p "$root/.node"
    quiet_npm install --prefix "$root/.node" --no-save --no-package-lock node@24
    # The package's install script fetches the binary of this platform.
    (cd "$own_node" && PATH=$system_path node installArchSpecificPackage.js) >>"$log" 2>&1
    node_is_recent "$own_node/bin/node" || fail "Node.js 24 could not be brought here; install Node.js 22.12 or newer. Details: $log"
  fi
  PATH="$own_node/bin:$PATH"
  export PATH
}

ensure_packages() {
  node "$root/scripts/installed.js" && return
  say "Installing the packages …"
  # One question first: without a network `npm ci` fails at each of 400 packages before it gives up.
  (cd "$root" && quiet_npm view tsx version && quiet_npm ci --include=dev --include=optional) || exit 1
  fetch_ffmpeg
}

has_ffmpeg() { [ -n "${FFMPEG_PATH:-}" ] || [ -x "$root/node_modules/ffmpeg-static/ffmpeg" ] || has ffmpeg; }

# The package ffmpeg-static downloads its binary in an install script. Without ffmpeg everything but clips works.
fetch_ffmpeg() {
  has_ffmpeg && return
  say "Fetching ffmpeg …"
  limited 120 node "$root/node_modules/ffmpeg-static/install.js" >>"$log" 2>&1 && return
  rm -f "$root/node_modules/ffmpeg-static/ffmpeg" # half a download
  say "ffmpeg could not be fetched. Clips need it: install ffmpeg, or set FFMPEG_PATH."
}

# As a URL, because node --import takes one and a path may hold any character.
tsx_loader() { printf 'file://%s/node_modules/tsx/dist/loader.mjs' "$(printf %s "$root" | sed 's/%/%25/g; s/ /%20/g; s/#/%23/g; s/?/%3F/g')"; }
