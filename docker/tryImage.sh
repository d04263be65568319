#!/usr/bin/env bash
# Builds docker/Dockerfile where there is neither Docker nor an image registry, and asks a server in it about a picture.
# Needs root on a Debian with buildah, debootstrap, Node.js and npm; apt and npm use what this machine is configured for.
# --keep leaves the base for the next run, which then takes half the time.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
scratch=${TRY_IMAGE_SCRATCH:-/var/tmp/qwen3-vl-image}
port=${TRY_IMAGE_PORT:-7860}
keep=no
if [ "${1:-}" = --keep ]; then keep=yes; fi

fail() {
  printf 'FAILED: %s\n' "$*" >&2
  exit 1
}
say() { printf '%s\n' "$*" >&2; }

for program in buildah debootstrap node npm; do
  command -v "$program" >/dev/null || fail "$program is missing"
done
[ "$(id -u)" = 0 ] || fail "debootstrap needs root"

export BUILDAH_ISOLATION=chroot
builder() { buildah --storage-driver vfs --root "$scratch/storage" --runroot "$scratch/run" "$@"; }

serving=
# The server's first process, which has a session of its own.
server_pid() { pgrep -f -x "(/usr/bin/)?tini -- /app/docker/entrypoint.sh --server-port $port"; }
finish() {
  if [ -n "$serving" ]; then
    server_pid | xargs -r kill -KILL || true
    wait "$serving" || true
  fi
  builder rm --all >/dev/null 2>&1 || true
  if [ "$keep" = no ]; then rm -rf "$scratch"; fi
}
trap finish EXIT
mkdir -p "$scratch"

# A Debian with Node.js 24 and npm: what the image node:24-…-slim is.
make_base() {
  local folder=$scratch/base suite packages=$scratch/packages
  # shellcheck source=/dev/null
  suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
  rm -rf "$folder" "$packages"
  say "Making a base: Debian $suite and Node.js 24 …"
  debootstrap --variant=minbase --include=ca-certificates "$suite" "$folder" >"$scratch/debootstrap.log"
  if [ -f /etc/apt/sources.list.d/debian.sources ]; then
    rm -f "$folder/etc/apt/sources.list"
    cp /etc/apt/sources.list.d/debian.sources "$folder/etc/apt/sources.list.d/"
  fi
  cp /etc/apt/apt.conf.d/9* "$folder/etc/apt/apt.conf.d/" 2>/dev/null || true
  npm install --prefix "$packages" --no-save --no-package-lock --ignore-scripts --silent node@24 npm@11
  (cd "$packages/node_modules/node" && node installArchSpecificPackage.js >/dev/null)
  cp "$packages/node_modules/node/bin/node" "$folder/usr/local/bin/"
  mkdir -p "$folder/usr/local/lib/node_modules"
  cp -r "$packages/node_modules/npm" "$folder/usr/local/lib/node_modules/"
  ln -s ../lib/node_modules/npm/bin/npm-cli.js "$folder/usr/local/bin/npm"
  ln -s ../lib/node_modules/npm/bin/npx-cli.js "$folder/usr/local/bin/npx"
  rm -rf "$folder"/var/cache/apt/archives/*.deb "$folder"/var/lib/apt/lists/*

  local container authorities=()
  # A registry behind a certificate authority of this machine's own.
  if [ -n "${NODE_EXTRA_CA_CERTS:-}" ]; then
    cp "$NODE_EXTRA_CA_CERTS" "$folder/usr/local/share/authorities.pem"
    authorities=(--env NODE_EXTRA_CA_CERTS=/usr/local/share/authorities.pem)
  fi
  container=$(builder from scratch)
  builder add --quiet "$container" "$folder" / >/dev/null
  builder config "${authorities[@]}" --env PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$container"
  builder commit --quiet --format docker "$container" localhost/try-base >/dev/null
  builder rm "$container" >/dev/null
  rm -rf "$folder" "$packages"
}

size_of() { builder images --format '{{.Size}}' "$1"; }

# start OPTION…: the server, by the image's own entry point, with options for `buildah run`.
start() {
  local entry
  readarray -t entry < <(builder inspect --type image --format '{{range .Docker.Config.Entrypoint}}{{println .}}{{end}}' localhost/try-image | sed '/^$/d')
  # Outside of a container of its own it is not the process that orphans go to.
  builder run --env TINI_SUBREAPER=1 "$@" "$container" -- "${entry[@]}" --server-port "$port" >"$scratch/server.log" 2>&1 &
  serving=$!
}

wait_until_ready() {
  local try
  for try in $(seq 120); do
    if node -e "fetch('http://127.0.0.1:$port/healthz').then(async (r) => process.exit((await r.text()).includes('\"ok\"') ? 0 : 1), () => process.exit(1))"; then return; fi
    kill -0 "$serving" 2>/dev/null || break
    sleep 1
  done
  cat "$scratch/server.log" >&2
  fail "the server did not get ready ($try tries)"
}

# As `docker stop` does it.
stop() {
  local status=0
  kill -TERM "$(server_pid)"
  wait "$serving" || status=$?
  serving=
  [ "$status" = 0 ] || fail "after SIGTERM the server ended with $status"
}

if ! builder inspect --type image localhost/try-base >/dev/null 2>&1; then make_base; fi
say "Base: $(size_of localhost/try-base)"

say "Building the image …"
secret=() layers=()
if [ "$keep" = yes ]; then layers=(--layers); fi # finished steps need not be done again
if [ -f "$HOME/.npmrc" ]; then secret=(--secret "id=npmrc,src=$HOME/.npmrc"); fi
builder bud "${layers[@]}" --format docker --build-arg BASE_IMAGE=localhost/try-base "${secret[@]}" -f "$root/docker/Dockerfile" -t localhost/try-image "$root" \
  >"$scratch/build.log" 2>&1 || { tail -n 40 "$scratch/build.log" >&2; fail "the image was not built"; }
say "Image: $(size_of localhost/try-image)"

container=$(builder from localhost/try-image)
[ "$(builder run "$container" -- id -u)" = 1000 ] || fail "the image does not run as its own user"
if builder run "$container" -- sh -c 'touch /app/file || touch /etc/file' 2>/dev/null; then fail "the server could change its own files"; fi

say "The embedded model:"
start
wait_until_ready
[ "$(ps -o uid= -p "$(server_pid)" | tr -d ' ')" = 1000 ] || fail "the server does not run as its own user"
health=$(builder inspect --type image --format '{{range .Docker.Config.Healthcheck.Test}}{{println .}}{{end}}' localhost/try-image | sed -n 4p)
node -e "${health//7860/$port}" || fail "the image's health check fails"
node -e "fetch('http://127.0.0.1:$port').then(async (r) => process.exit(r.ok && (await r.text()).includes('<html') ? 0 : 1), () => process.exit(1))" || fail "the page is not served"
ask() { (cd "$root" && node --import tsx scripts/askServer.ts --url "http://127.0.0.1:$port" "$@"); }
ask --expect "The heart is orange." e2e/media/color.png "What color is the heart?"
ask e2e/media/clip-direction.mp4 "In which direction does the object move?"
stop

say "A checkpoint at /weights:"
start --volume "$root/models/demo:/weights:ro" --env WEIGHTS=/home/somebody/Qwen3-VL-Somewhat/
wait_until_ready
grep -q 'Ready: Qwen3-VL-Somewhat' "$scratch/server.log" || fail "the checkpoint at /weights is not the one that is served"
stop

say "A folder at /weights that is no checkpoint:"
start --volume "$root/docker:/weights:ro"
if wait "$serving"; then fail "it was served"; fi
serving=
head -n 1 "$scratch/server.log" >&2
say "Passed."
