# shellcheck shell=bash
# [modules] NAME

MODULES_STAY="" # the modules that were to be unloaded and that others use, one a line

modules_present() { # name
  [[ -d /sys/module/${1//-/_} ]] && return
  grep -qs "/${1//-/_}\.ko" "/lib/modules/$(uname -r)/modules.builtin"
}

modules_live() { # names
  local name
  for name in "$@"; do
    if modules_present "$name"; then LIVE+="modules"$'\t'"$name"$'\n'; fi
  done
}

modules_missing_sentence() { # name
  local kernel scheduler=${1#ip_vs_} known packages="as the distribution calls it"
  [[ -z $SYSTEM ]] || packages=${SYSTEM_MODULES[$SYSTEM]}
  if [[ $1 == ip_vs_pe_* ]]; then
    printf 'kernel %s of this host has no persistence engine %s (module %s): install the package with its further modules (%s), boot a kernel that has it, or leave the engine out' "$(uname -r)" "${1#ip_vs_pe_}" "$1" "$packages"
    return 0
  fi
  if [[ $scheduler != "$1" ]]; then
    kernel=$(uname -r)
    known=$(modules_schedulers "$kernel")
    [[ -z $known ]] || {
      printf 'kernel %s of this host has no scheduler %s (module %s); it has %s: choose one of these, or install the package with its further modules (%s)' "$kernel" "$scheduler" "$1" "$known" "$packages"
      return 0
    }
  fi
  printf 'kernel %s of this host has no module %s; install the package with its further modules (%s) or boot the kernel that has it' "$(uname -r)" "$1" "$packages"
}

# The schedulers of a kernel, by the names of its modules: rr, wrr, …
modules_schedulers() { # release
  local path name names=() paths=()
  # (depmod lists the modules of all folders.)
  mapfile -t paths < <(grep -hs '/ip_vs_[a-z_]*\.ko' "/lib/modules/$1/modules.dep" "/lib/modules/$1/modules.builtin" | sed 's|:.*||')
  for path in ${paths[@]+"${paths[@]}"}; do
    name=${path##*/ip_vs_}
    name=${name%%.ko*}
    # (ftp and pe_* are helpers of a protocol.)
    [[ $name == ftp || $name == pe_* ]] || names+=("$name")
  done
  ((${#names[@]} == 0)) || printf '%s\n' "${names[@]}" | sort -u | paste -s -d ' ' -
}

modules_set() { # names
  local name
  for name in "$@"; do
    modprobe -q -- "$name" 9<&- || fail "$(modules_missing_sentence "$name")"
  done
}

# The document's modules load other modules that they need. These are claimed as
# well, and before the document's, so that they are given back.
modules_claim_dependencies() {
  local line needed=""
  facts_of modules "$PLAIN"
  ((${#FACTS_OF[@]} > 0)) || return 0
  lines_of "$(exec modprobe -D -a -- ${FACTS_OF[@]+"${FACTS_OF[@]}"} 2>/dev/null 9<&-)"
  for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
    words_of "$line" # insmod PATH OPTIONS
    [[ ${WORDS_OF[0]} == insmod ]] || continue
    line=${WORDS_OF[1]##*/}
    line=${line%%.ko*}
    line=modules$'\t'${line//-/_}$'\n'
    [[ $'\n'$needed$PLAIN == *$'\n'"$line"* ]] || needed+=$line
  done
  PLAIN=$needed$PLAIN
}

# (Each call that the kernel remembers uses the module of the engine until the timeout of its service. No tool ends that.)
modules_used_by() { # name
  [[ $1 != ip_vs_pe_* ]] || printf ': the kernel remembers what it has sent to removed services until their timeout ends (ipvsadm -Lnc --persistent-conn); then: rmmod %s' "$1"
}

# Last in, first out: a scheduler's module uses ip_vs. Not by modprobe -r, which also unloads unused modules that were there before us. A
# module that others still use stays.
modules_unset() { # names
  local i
  for ((i = $#; i > 0; i--)); do
    # (The kernel would unload nf_tables together with others' tables, and a tunnel's module together with others' tunnels.)
    if [[ ${!i} == nf_tables ]] && ! firewall_holds_nothing || links_has_tunnels_of "${!i}" || ! rmmod -- "${!i}" 2>/dev/null 9<&-; then
      MODULES_STAY+=${!i}$'\n'
      note "module ${!i} is still in use and stays loaded$(modules_used_by "${!i}")"
    fi
  done
}
