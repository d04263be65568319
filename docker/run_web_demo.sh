#!/bin/sh
# Starts the demo in a container that comes back after a restart of the machine. See --help.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
default_image=qwen3-vl-web-demo
image=$default_image
name=qwen3vl
port=8901
checkpoint=

usage() {
  cat <<END
Usage: docker/run_web_demo.sh [-c PATH] [-i IMAGE] [-n NAME] [--port PORT] [-- FLAGS]

  -c, --checkpoint PATH       folder of a Qwen3-VL checkpoint (default: the embedded demo model)
  -i, --image-name IMAGE      image to run (default: $default_image, which is built when it is missing)
  -n, --container-name NAME   name of the container (default: $name)
      --port PORT             port of this machine on which the page is served (default: $port)
  -h, --help                  show this
  -- FLAGS                    flags for the server, such as --auth me:secret; -- --help lists them
END
}

fail() {
  printf '%s\n' "$*" >&2
  exit 1
}

while [ $# -gt 0 ]; do
  case $1 in
    -c | --checkpoint | -i | --image-name | -n | --container-name | --port)
      if [ -z "${2:-}" ]; then fail "$1 needs a value. See --help."; fi
      case $1 in
        -c | --checkpoint) checkpoint=$2 ;;
        -i | --image-name) image=$2 ;;
        -n | --container-name) name=$2 ;;
        --port) port=$2 ;;
      esac
      shift 2
      ;;
    -h | --help)
      usage
      exit 0
      ;;
    --)
      shift
      break
      ;;
    *) fail "$1 is unknown. See --help." ;;
  esac
done

case $port in
  *[!0-9]* | ??????*) port=0 ;;
esac
if [ "$port" -lt 1 ] || [ "$port" -gt 65535 ]; then fail "--port must be a number from 1 to 65535."; fi

# Looked for here, since a container that is always started again would say it again and again.
check_checkpoint() {
  [ -f "$checkpoint/config.json" ] || fail "$checkpoint/config.json is missing. -c takes the folder of a downloaded checkpoint."
  checkpoint=$(CDPATH='' cd -- "$checkpoint" && pwd -P)
  missing=
  for file in tokenizer.json preprocessor_config.json; do
    [ -f "$checkpoint/$file" ] || missing="$missing $file"
  done
  set -- "$checkpoint"/*.safetensors
  if [ ! -f "$1" ]; then
    missing="$missing *.safetensors"
    set --
  fi
  [ -z "$missing" ] || printf '%s\n' "Careful: in $checkpoint there is no$missing, without which the server will not start." >&2
  for file in "$checkpoint/config.json" "$@"; do
    [ -L "$file" ] || continue
    case $(readlink -f "$file") in
      "$checkpoint"/*) ;;
      *) fail "$file is a link to a place outside of its folder, which a container cannot follow. Give a folder that has the files themselves (hf download --local-dir)." ;;
    esac
  done
}
if [ -n "$checkpoint" ]; then check_checkpoint; fi

command -v docker >/dev/null 2>&1 || fail "docker is not installed."
docker="docker"
if ! docker info >/dev/null 2>&1; then
  # Only where this user may not speak to Docker.
  if [ "$(id -u)" != 0 ] && command -v sudo >/dev/null 2>&1; then docker="sudo docker"; fi
  $docker info >/dev/null 2>&1 || fail "Docker does not answer: is it running, and may you use it?"
fi

if [ "$image" = "$default_image" ] && ! $docker image inspect "$image" >/dev/null 2>&1; then
  echo "Building the image $image …"
  $docker build -f "$root/docker/Dockerfile" -t "$image" "$root"
fi

# The options of `docker run`, before the image and the server's flags.
set -- "$image" "$@"
if [ -n "$checkpoint" ]; then
  # Docker reads the value of --mount as a line of comma-separated values.
  source=$(printf %s "source=$checkpoint" | sed 's/"/""/g')
  set -- --mount "type=bind,\"$source\",target=/weights,readonly" --env "WEIGHTS=$checkpoint" "$@"
fi
if command -v nvidia-smi >/dev/null 2>&1 && nvidia-smi -L >/dev/null 2>&1; then
  set -- --gpus all --env NVIDIA_DRIVER_CAPABILITIES=compute,utility,graphics "$@"
fi
if $docker run --detach --restart always --stop-timeout 30 --name "$name" \
  --publish "$port:7860" \
  --mount "type=volume,source=$name-uploads,target=/data" --mount "type=volume,source=$name-prepared,target=/cache" \
  --read-only --tmpfs /tmp --cap-drop ALL --security-opt no-new-privileges \
  "$@" >/dev/null; then
  cat <<END
The demo is starting: http://localhost:$port
Everybody in your network can use it, unless you asked for a login with -- --auth.
  $docker logs -f $name    shows how far it is
  $docker rm -f $name      ends and removes it
END
else
  fail "The container could not be started. If there already is one called $name, remove it by '$docker rm -f $name', or choose another name with -n."
fi
