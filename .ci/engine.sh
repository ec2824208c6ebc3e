# Sourced by run: a container engine and the Kafka image, both gone when the run ends.
# shellcheck shell=bash

engine_pid=''
containers_before=''
images_built=()

start_engine() {
  # There is no image to be pulled for Testcontainers' own helper, so stop_engine removes its containers.
  export TESTCONTAINERS_RYUK_DISABLED=true TESTCONTAINERS_HOST_OVERRIDE=127.0.0.1
  # Seconds: an engine that is slow to answer is there all the same.
  export TESTCONTAINERS_CLIENT_PING_TIMEOUT=60
  if docker info >/dev/null 2>&1; then
    containers_before=$(test_containers)
    say "an engine runs already"
    return
  fi
  command -v dockerd >/dev/null || fail "no dockerd"
  export DOCKER_HOST=unix://$scratch/docker.sock
  setsid dockerd --host="$DOCKER_HOST" --pidfile="$scratch/docker.pid" --exec-root="$scratch/exec" \
    --data-root="$scratch/docker" --ip=127.0.0.1 --iptables=false --ip6tables=false --ip-masq=false \
    >"$scratch/dockerd.log" 2>&1 </dev/null &
  engine_pid=$!
  await 180 "container engine" docker info || { tail -n 20 "$scratch/dockerd.log"; fail "dockerd did not start"; }
  docker info --format 'engine {{.ServerVersion}}, {{.Driver}}' 2>/dev/null
}

build_kafka_image() {
  local base=tidemill-ci-base:$$ image=tidemill-ci-kafka:$$
  infra/deploy/kafka-image/base-image "$base"
  images_built+=("$base")
  limited 20m infra/deploy/kafka-image/build "$image" "$base"
  images_built+=("$image")
  export TIDEMILL_KAFKA_IMAGE=$image
  docker images --format '{{.Repository}}:{{.Tag}} {{.Size}}' | grep ":$$ "
}

test_containers() { docker ps -aq --filter label=org.testcontainers=true | sort; }

stop_engine() {
  local left
  if docker info >/dev/null 2>&1; then
    left=$(comm -13 <(printf '%s\n' "$containers_before") <(test_containers))
    # shellcheck disable=SC2086  # identifiers are words
    [ -z "$left" ] || docker rm -f -v $left >/dev/null
    [ ${#images_built[@]} -eq 0 ] || docker rmi -f "${images_built[@]}" >/dev/null
  fi
  [ -n "$engine_pid" ] || return 0
  local pid
  pid=$(cat "$scratch/docker.pid" 2>/dev/null || echo "$engine_pid")
  kill "$pid" 2>/dev/null
  await 30 "end of dockerd" eval "! kill -0 $pid" || kill -KILL "$pid"
  # What a killed engine would leave mounted under its directories.
  grep -o " $scratch/[^ ]*" /proc/mounts | sort -r | xargs -r umount -l
}
