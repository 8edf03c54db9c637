#!/usr/bin/env bash
# Puts the servers that tests/servers runs against where they are looked for: mosquitto and
# PostgreSQL from Debian's packages, InfluxDB 1.8.10 and 2.9.1 built from their Go modules into
# .servers/bin. What is there already is left alone, so it is safe to repeat.
set -euo pipefail
cd "$(dirname "$0")/../.."

BIN=$PWD/.servers/bin
BUILD=$PWD/.servers/build
INFLUX_1=1.8.10
INFLUX_2=2.9.1
PKG_CONFIG_WRAPPER=0.3.0

say() { printf '%s\n' "servers: $*"; }
fail() { printf '%s\n' "servers: $*" >&2; exit 1; }
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }
has() { command -v "$1" >/dev/null 2>&1 || [ -x "/usr/sbin/$1" ]; }
has_postgres() { has postgres || ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1; }
need() { has "$1" || fail "$1 is missing, and $2 needs it: $3"; }

packages=()
has mosquitto || packages+=(mosquitto)
has_postgres || packages+=(postgresql)
if [ "${#packages[@]}" -eq 0 ]; then
  say "mosquitto and PostgreSQL are installed"
elif has apt-get; then
  say "installing ${packages[*]}"
  as_root apt-get update -q
  as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -q --no-install-recommends "${packages[@]}"
else
  fail "install ${packages[*]} with this system's own tools, then run make servers again"
fi

mkdir -p "$BIN" "$BUILD"

# InfluxDB 1.8 is an ordinary Go program without C.
if [ -x "$BIN/influxd-1.8" ]; then
  say "InfluxDB $INFLUX_1 is there"
else
  need go "InfluxDB $INFLUX_1" "install Go 1.25 or newer"
  say "building InfluxDB $INFLUX_1, about a minute"
  GOBIN=$BUILD CGO_ENABLED=0 go install -trimpath \
    -ldflags "-s -w -X main.version=$INFLUX_1" \
    "github.com/influxdata/influxdb/cmd/influxd@v$INFLUX_1"
  mv "$BUILD/influxd" "$BIN/influxd-1.8"
fi

# InfluxDB 2 refuses `go install` because of a replace in its go.mod that we do not need, so it is
# built from a small module of our own. Its language Flux is a Rust library, built on the way.
if [ -x "$BIN/influxd-2.9" ]; then
  say "InfluxDB $INFLUX_2 is there"
else
  need go "InfluxDB $INFLUX_2" "install Go 1.25 or newer"
  need cargo "InfluxDB $INFLUX_2" "install Rust's stable toolchain"
  need gcc "InfluxDB $INFLUX_2" "install a C compiler"
  need pkg-config "InfluxDB $INFLUX_2" "install pkg-config"
  say "building InfluxDB $INFLUX_2, about five minutes"
  # The wrapper stays out of PATH: it looks for the real pkg-config there and would find itself.
  mkdir -p "$BUILD/influx2/wrapper"
  cd "$BUILD/influx2"
  [ -f go.mod ] || go mod init servers
  go get "github.com/influxdata/influxdb/v2/cmd/influxd@v$INFLUX_2" \
    "github.com/influxdata/pkg-config@v$PKG_CONFIG_WRAPPER"
  go build -o wrapper/pkg-config github.com/influxdata/pkg-config
  # Flux forbids compiler warnings, and newer compilers warn of more.
  printf '#!/bin/sh\nexec "$@" --cap-lints=warn\n' >rustc.sh
  chmod +x rustc.sh
  # Flux pins a toolchain that rustup may not have; where there is no rustup this says nothing.
  RUSTUP_TOOLCHAIN=stable PKG_CONFIG=$PWD/wrapper/pkg-config RUSTC_WRAPPER=$PWD/rustc.sh \
    CGO_ENABLED=1 go build -trimpath -tags sqlite_foreign_keys,sqlite_json \
    -ldflags "-s -w -X main.version=v$INFLUX_2" \
    -o influxd github.com/influxdata/influxdb/v2/cmd/influxd
  mv influxd "$BIN/influxd-2.9"
fi

say "ready in $BIN"
