#!/bin/sh
# Serves the checkpoint that is mounted at /weights, else that of the name MODEL on the Hugging Face Hub, else the embedded
# model. Arguments are the server's flags.
set -eu
cd /app

if [ -n "$(ls -A /weights 2>/dev/null)" ]; then
  # A checkpoint is called after its folder: WEIGHTS says what that was called outside.
  outside=${WEIGHTS:-}
  outside=${outside%/}
  name=${outside##*/}
  checkpoint=/weights
  case $name in
    "" | . | .. | weights) ;;
    *) mkdir -p /tmp/checkpoint && ln -sfn /weights "/tmp/checkpoint/$name" && checkpoint=/tmp/checkpoint/$name ;;
  esac
  set -- --checkpoint-path "$checkpoint" "$@"
elif [ -n "${WEIGHTS:-}" ]; then
  echo "WEIGHTS=$WEIGHTS: this folder does not exist or is empty." >&2
  exit 1
elif [ -n "${MODEL:-}" ]; then
  set -- --checkpoint-path "$MODEL" "$@"
fi

exec node --import tsx server/main.ts --server-name 0.0.0.0 "$@"
