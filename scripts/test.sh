#!/bin/sh
# `npm test`: installs what is missing, a browser included, then lint, types, unit tests, build and end-to-end tests.
# The last line says "N passed, N failed".
set -u
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
. "$root/scripts/setup.sh"
fail() {
  say "$*"
  echo "0 passed, 1 failed"
  exit 1
}

apt_install() {
  [ "$(id -u)" = 0 ] && has apt-get || return 1
  say "Installing $* …"
  { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "$@"; } >"$cache/apt.log" 2>&1
}

# The tests of WebGPU need Vulkan's loader; a driver comes with Chromium.
has_vulkan() {
  [ "$(uname)" != Linux ] || /sbin/ldconfig -p 2>/dev/null | grep -q libvulkan.so.1
}

find_browser() {
  # Each name that exists, and Playwright's own first unless one is given.
  set -- "${CHROMIUM_PATH:-playwright}"
  for name in chromium chromium-browser google-chrome google-chrome-stable "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"; do
    has "$name" && set -- "$@" "$(command -v "$name")"
  done
  browser=$(node --import tsx scripts/browser.ts "$@")
}

ensure_browser() {
  find_browser && return
  say "Downloading Chromium …"
  limited 240 node_modules/.bin/playwright install --only-shell chromium >"$cache/browser.log" 2>&1
  find_browser && return
  # The fonts are there because without any font Chromium shows no text.
  apt_install chromium fonts-liberation && find_browser && return
  fail "No Chromium could be started or downloaded. Install chromium, or set CHROMIUM_PATH to one."
}

step() {
  name=$1
  shift
  say "── $name"
  "$@" || failed="$failed $name"
}

cd "$root" || exit 1
lock
ensure_node
ensure_packages
has_ffmpeg || apt_install ffmpeg || fail "The tests of clips need ffmpeg: install it, or set FFMPEG_PATH."
ensure_browser
has_vulkan || apt_install libvulkan1 || say "Without libvulkan1, WebGPU is not tested."
unlock

# Playwright's own browser is an empty path.
CHROMIUM_PATH=$browser
export CHROMIUM_PATH
failed=""
rm -f "$cache/unit.json" "$cache/e2e.json"
step lint node --run lint
step types node --run types
step unit node_modules/.bin/vitest run --reporter=default --reporter=json --outputFile.json=.cache/unit.json
step build node --run build
step e2e node_modules/.bin/playwright test
# shellcheck disable=SC2086 # one argument a step
node --import tsx scripts/count.ts $failed
