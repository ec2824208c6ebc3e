# Sourced by run: how its steps are written, and those that need no cleaning up.
# shellcheck shell=bash

say() { printf '\n[ci] %s\n' "$*"; }
fail() { printf '[ci] FAILED: %s\n' "$*" >&2; exit 1; }

# step NAME COMMAND ...: runs it in this shell and says how long it took.
step() {
  local name=$1 begun=$SECONDS
  shift
  say "$name"
  "$@"
  printf '\n[ci] %s: %s s\n' "$name" $((SECONDS - begun))
}

# limited TIME COMMAND ...: no command of a run may hang. In the background, because a shell hears a signal
# while it waits but not while a command runs in its foreground.
limited_pid=''
limited() {
  local limit=$1 status=0
  shift
  timeout --kill-after=30s "$limit" "$@" &
  limited_pid=$!
  wait "$limited_pid" || status=$?
  limited_pid=''
  return "$status"
}

stop_limited() {
  [ -z "$limited_pid" ] || { kill "$limited_pid" 2>/dev/null; wait "$limited_pid" 2>/dev/null; }
}

# await SECONDS WHAT COMMAND ...: until the command succeeds.
await() {
  local deadline=$((SECONDS + $1)) what=$2
  shift 2
  until "$@" >/dev/null 2>&1; do
    [ "$SECONDS" -lt "$deadline" ] || { printf '[ci] no %s\n' "$what" >&2; return 1; }
    sleep 0.3
  done
}

apt_get() { limited 10m env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=400 -o Acquire::Retries=3 "$@"; }

installed() { dpkg-query -W -f '${Status}' "$1" 2>/dev/null | grep -q '^install ok installed'; }

# Debian starts what it installs unless this file forbids it; tests start their own Prometheus.
policy=/usr/sbin/policy-rc.d
policy_is_ours=''
forbid_services() {
  [ -e "$policy" ] && return
  # First: whoever ends this run in between removes the file.
  policy_is_ours=yes
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod +x "$policy"
}
allow_services() {
  [ -z "$policy_is_ours" ] || rm -f "$policy"
  policy_is_ours=''
}

install_packages() {
  local wanted=(chromium curl busybox-static prometheus python3 python3-avro python3-confluent-kafka) missing=() package
  docker info >/dev/null 2>&1 || command -v dockerd >/dev/null || wanted+=(docker.io)
  command -v mvn >/dev/null || wanted+=(maven)
  command -v javac >/dev/null || [ -n "${JAVA_HOME:-}" ] || wanted+=(openjdk-17-jdk-headless)
  for package in "${wanted[@]}"; do
    installed "$package" || missing+=("$package")
  done
  if [ ${#missing[@]} -gt 0 ]; then
    [ "$(id -u)" -eq 0 ] || fail "not root, and these packages are missing: ${missing[*]}"
    # The lists may be locked or in the middle of an update: once more, then it is a fault.
    apt_get update || apt_get update
    forbid_services
    apt_get install -y --no-install-recommends "${missing[@]}" >"$scratch/apt.log" 2>&1 ||
      apt_get install -y --no-install-recommends "${missing[@]}" >"$scratch/apt.log" 2>&1 ||
      { allow_services; tail -n 20 "$scratch/apt.log"; fail "cannot install ${missing[*]}"; }
    allow_services
  fi
  /usr/bin/python3 -c 'import avro, confluent_kafka' || fail "python3 lacks avro or confluent_kafka"
}

# java_major HOME: its feature release, from the file that every JDK has.
java_major() { sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release" 2>/dev/null; }

# newer_java TOOL MINIMUM: the home of the newest Java that has the tool.
newer_java() {
  local tool=$1 best='' best_major=$(($2 - 1)) home major
  for home in "${JAVA_HOME_25:-}" "${JAVA_HOME_21:-}" "${JAVA_HOME:-}" /usr/lib/jvm/*; do
    [ -n "$home" ] && [ -x "$home/bin/$tool" ] || continue
    major=$(java_major "$home")
    [ -n "$major" ] && [ "$major" -gt "$best_major" ] && best=$home best_major=$major
  done
  [ -n "$best" ] && printf '%s\n' "$best"
}

# In a copy, so that what the tests left stays as it is.
compile_on_newer_jdk() {
  local home copy=$scratch/newer-jdk
  home=$(newer_java javac 25) || { say "no JDK >= 25 on this machine: skipped"; return 0; }
  mkdir "$copy"
  tar --exclude=target --exclude=./.git -c . | tar -x -C "$copy"
  limited 20m env JAVA_HOME="$home" mvn -B -q -f "$copy/pom.xml" test-compile
  say "compiles without a warning on Java $(java_major "$home")"
}
