# shellcheck shell=bash disable=SC2034,SC2153 # variables shared between the parts
# What keepalived leaves behind by itself: a name for its addresses in `ip` (from 2.3 on), the module by which it watches processes.

KEEPALIVED_TRACES=(/etc/iproute2/rt_addrprotos.d/keepalived.conf /etc/iproute2/rt_addrprotos.d /etc/iproute2 module:cn)

# Call it before keepalived's first start: records which of its traces do not exist yet.
keepalived_note_traces() {
  local trace new=""
  [[ ! -e $STATE/traces ]] || return 0
  for trace in "${KEEPALIVED_TRACES[@]}"; do
    [[ -e ${trace/#module://sys/module/} ]] || new+=$trace$'\n'
  done
  write_atomically "$STATE/traces" "$new"
  durable "$STATE"
}

# Call it when keepalived will not run again.
keepalived_drop_traces() {
  local trace
  [[ -e $STATE/traces ]] || return 0
  while IFS= read -r trace; do
    case $trace in
      module:*) rmmod -- "${trace#module:}" 2>/dev/null 9<&- || : ;;
      *) if [[ -d $trace ]]; then rmdir "$trace" 2>/dev/null || :; else rm -f "$trace"; fi ;;
    esac
  done <"$STATE/traces"
  rm "$STATE/traces"
}
