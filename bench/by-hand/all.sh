#!/usr/bin/env bash
# By hand, the whole cluster over ssh: all real servers at once, and when they answer all directors, so that nobody is sent to a server that is
# not there yet. Arguments: SSH-CONFIG, then for each host
#   director NAME VIP INTERFACE   |   real-server NAME ADDRESS INTERFACE
# Ends non-zero if any host did.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
config=$1
shift
port=80

vips=() servers=()
for ((i = 1; i <= $#; i += 4)); do
  address=$((i + 2))
  case ${!i} in
    director) vips+=("${!address}") ;;
    real-server) servers+=("${!address}") ;;
  esac
done

everyone=("$@")
for phase in real-server director; do
  set -- "${everyone[@]}"
  jobs=()
  while (($# > 0)); do
    kind=$1 name=$2 address=$3 interface=$4
    shift 4
    [[ $kind == "$phase" ]] || continue
    case $kind in
      director) ssh -F "$config" "$name" bash -s -- "$address" "$interface" "$port" "${servers[@]}" <"$here/director.sh" & ;;
      real-server) ssh -F "$config" "$name" bash -s -- "$name" "$interface" "${vips[@]}" <"$here/real-server.sh" & ;;
    esac
    jobs+=($!)
  done
  for job in "${jobs[@]}"; do
    wait "$job"
  done
done
