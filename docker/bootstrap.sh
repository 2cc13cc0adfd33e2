#!/bin/sh
# Bring a Docker engine and a base image up on a bare Debian machine, as root, from Debian's mirror alone.
# Does nothing that is done already. Afterwards: `verisieve sandbox build --base debian:bookworm-slim`.
set -eu

BASE=debian:bookworm-slim
LOG=/var/log/dockerd.log

if ! command -v dockerd >/dev/null || ! command -v debootstrap >/dev/null; then
    echo "installing docker.io, iptables and debootstrap"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends docker.io iptables debootstrap >/dev/null
fi

if ! docker info >/dev/null 2>&1; then
    echo "starting dockerd (log: $LOG)"
    nohup dockerd --storage-driver overlay2 >"$LOG" 2>&1 &
    for _ in $(seq 60); do
        docker info >/dev/null 2>&1 && break
        sleep 1
    done
    docker info >/dev/null 2>&1 || { tail -5 "$LOG" >&2; exit 1; }
fi

if ! docker image inspect "$BASE" >/dev/null 2>&1; then
    echo "making $BASE"
    folder=$(mktemp -d)
    debootstrap --variant=minbase bookworm "$folder" >/dev/null
    tar -C "$folder" -c . | docker import - "$BASE" >/dev/null
    rm -rf "$folder"
fi
echo "engine $(docker version --format '{{.Server.Version}}') answers, $BASE is there"
