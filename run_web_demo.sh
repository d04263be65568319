#!/bin/sh
# Starts the demo: installs what is missing, builds the page when its sources changed, and serves. See --help.
set -u
root=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
. "$root/scripts/setup.sh"

builds=yes
NODE_ENV=production
for argument in "$@"; do
  case $argument in
    -h | --help) builds=no ;;
    --dev) builds=no NODE_ENV=development ;;
  esac
done
export NODE_ENV

lock
ensure_node
ensure_packages
if [ "$builds" = yes ]; then
  node --import "$(tsx_loader)" "$root/scripts/build.ts" || exit 1
fi
unlock
# The working directory stays the caller's, so that a relative --checkpoint-path means what it says.
exec node --import "$(tsx_loader)" "$root/server/main.ts" "$@"
