# Sourced by run: a schema registry for the tests of the registry's wire format, in memory, on the loopback interface.
# shellcheck shell=bash

registry_artifact=io.apicurio:apicurio-registry-app:3.3.3:tar.gz:all
registry_pid=''

start_registry() {
  local home attempt
  home=$(newer_java java 21) || home=$(install_newer_java)
  mkdir "$scratch/registry"
  limited 10m mvn -B -q -N dependency:copy -Dartifact="$registry_artifact" -DoutputDirectory="$scratch/registry"
  tar -xzf "$scratch"/registry/*.tar.gz -C "$scratch/registry"
  rm "$scratch"/registry/*.tar.gz
  # A free port may be lost to another process before the registry has it.
  for attempt in 1 2 3; do
    launch_registry "$home" && return
    say "attempt $attempt: the registry did not answer"
    stop_registry
  done
  tail -n 20 "$scratch/registry.log"
  fail "the registry did not start"
}

launch_registry() {
  local ports jar
  read -r -a ports < <(/usr/bin/python3 - <<'PYTHON'
import socket
held = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
print(*(s.getsockname()[1] for s in held))
PYTHON
  )
  jar=$(find "$scratch/registry" -name quarkus-run.jar | head -n 1)
  [ -n "$jar" ] || fail "$registry_artifact holds no quarkus-run.jar"
  (cd "$(dirname "$jar")" && exec setsid "$1/bin/java" -Xmx256m -Dquarkus.http.host=127.0.0.1 \
    -Dquarkus.http.port="${ports[0]}" -Dquarkus.management.host=127.0.0.1 -Dquarkus.management.port="${ports[1]}" \
    -jar quarkus-run.jar) >"$scratch/registry.log" 2>&1 </dev/null &
  registry_pid=$!
  export TIDEMILL_TEST_REGISTRY_URL=http://127.0.0.1:${ports[0]}/apis/ccompat/v7
  await 180 "answer of the registry" registry_answers_or_ended && kill -0 "$registry_pid" 2>/dev/null || return 1
  say "registry at $TIDEMILL_TEST_REGISTRY_URL on Java $(java_major "$1")"
}

registry_answers_or_ended() {
  ! kill -0 "$registry_pid" || curl --noproxy '*' -fsS "$TIDEMILL_TEST_REGISTRY_URL/subjects"
}

# The newest runtime that the distribution has.
install_newer_java() {
  local release
  for release in 25 21; do
    if apt_get install -y --no-install-recommends "openjdk-$release-jre-headless" >>"$scratch/apt.log" 2>&1; then
      newer_java java 21
      return
    fi
  done
  fail "the schema registry needs a Java >= 21, and there is none here to use or to install"
}

stop_registry() {
  [ -n "$registry_pid" ] || return 0
  kill "$registry_pid" 2>/dev/null || true
  await 10 "end of the registry" eval "! kill -0 $registry_pid" || kill -KILL "$registry_pid"
  registry_pid=''
}
