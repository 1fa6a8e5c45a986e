# shellcheck shell=bash
# [modules] NAME

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
  printf 'kernel %s of this host has no module %s; install the package with its further modules (kernel-modules-core, kernel-modules-extra) or boot the kernel that has it' "$(uname -r)" "$1"
}

modules_set() { # names
  local name
  for name in "$@"; do
    modprobe -q -- "$name" || fail "$(modules_missing_sentence "$name")"
  done
}

# Last in, first out: a scheduler's module holds ip_vs. One that others still use stays.
modules_unset() { # names
  local i
  for ((i = $#; i > 0; i--)); do
    modprobe -q -r -- "${!i}" 2>/dev/null || note "module ${!i} is still in use and stays loaded"
  done
}
