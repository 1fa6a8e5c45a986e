# shellcheck shell=bash disable=SC2154 # variables shared between the parts
# How missing packages are installed, and the reasons for which they cannot be.

PACKAGES_PATIENCE=120             # the seconds to wait for another program that installs packages
PACKAGES_PAUSE=5                  # the seconds between two tries
PACKAGES_IMAGE=/run/ostree-booted # exists on a host whose system is an image (ostree, bootc)
PACKAGES_SYSTEM=/usr
PACKAGES_KILLED="" # whether an earlier run was killed while it installed packages

packages_manager() { # names
  local name managers="dnf yum apt-get"
  [[ -z $SYSTEM ]] || managers=${SYSTEM_MANAGER[$SYSTEM]}
  for name in $managers; do
    type -P "$name" && return
  done
  fail "no package manager (${managers// /, }) on this host; wanted packages: $*"
}

# Whether packages are missing that must not or cannot be installed.
packages_not_to_be_installed() { # facts -> REPLY, the sentence, or nothing
  local name way="" LIVE="" names missing=()
  REPLY=""
  # (The usual host has its packages installed. It is not asked for them here.)
  if [[ $INSTALL_PACKAGES == no ]]; then
    way="installPackages is false for it: install them by hand, or leave installPackages out"
  elif [[ -e $PACKAGES_IMAGE || ! -w $PACKAGES_SYSTEM ]]; then
    way="its system is an image (/usr is read-only, or /run/ostree-booted exists): add them to the image (RUN dnf -y install … in its Containerfile, or rpm-ostree install …), boot it, and run pulumi up again"
  fi
  [[ -n $way ]] || return 0
  facts_of packages "$1"
  ((${#FACTS_OF[@]} > 0)) || return 0
  names=("${FACTS_OF[@]%% *}")
  packages_live "${names[@]}"
  for name in "${names[@]}"; do
    [[ $'\n'$LIVE == *$'\n'packages$'\t'"$name"$'\n'* ]] || missing+=("$name")
  done
  ((${#missing[@]} == 0)) || REPLY="this host lacks the packages ${missing[*]}, and $way"
}

# The wanted units that this host does not have yet.
packages_units_to_come() { # units is the caller's
  local fact
  facts_of units "$PLAIN"
  for fact in ${FACTS_OF[@]+"${FACTS_OF[@]}"}; do
    units_loaded "${fact%% *}" || units+=("${fact%% *}")
  done
}

# Waits for other programs that install packages. dnf and yum would wait for ever, and report nothing.
packages_install() { # manager names...; said is the caller's, and becomes the output
  local -i waited=0
  while :; do
    # (The status is that of the program.)
    ! said=$(packages_ask "$@" 2>&1 </dev/null) || return 0
    packages_say_locked "$said" && ((waited < PACKAGES_PATIENCE)) || return 1
    sleep "$PACKAGES_PAUSE"
    waited+=$PACKAGES_PAUSE
  done
}

packages_ask() { # manager names...
  local manager=$1 keep=(--force-confdef --force-confold) said
  shift
  if [[ ${manager##*/} != apt-get ]]; then
    "$manager" -y --setopt=exit_on_lock=1 install "$@"
    return
  fi
  export DEBIAN_FRONTEND=noninteractive
  # (A new host has no lists, and old ones name packages that the mirrors do not have any more.)
  said=$("$manager" -qq update 2>&1) || ! packages_say_locked "$said" || {
    printf '%s\n' "$said"
    return 1
  }
  printf '%s\n' "$said"
  # (What a killed run has left half-installed ends every installation. Without that, it is for the host's owner to look at.)
  [[ -z $PACKAGES_KILLED ]] || dpkg --configure -a "${keep[@]}" || :
  # (A file of configuration that somebody has changed stays as it is.)
  "$manager" -y -qq "${keep[@]/#/-oDpkg::Options::=}" install "$@"
}

# Whether a package manager says that another program holds its lock: yum, dnf, apt-get.
packages_say_locked() { # output
  [[ $1 == *'exiting as configured by exit_on_lock'* || $1 == *' already locked by '* || $1 == *'Could not get lock '* ]]
}

# Ends the run, with the reason as far as the package manager's output shows it.
packages_fail_installing() { # manager names; said is the caller's
  local why="" way="correct that, and run pulumi up again"
  if packages_say_locked "$said"; then
    why="another program was installing packages for $PACKAGES_PATIENCE s and more" way="wait until it has ended, or end it, and run pulumi up again"
  else
    packages_reason "$2"
  fi
  printf '%s\n' "$said" | tail -n 5 >&2
  fail "package $2 could not be installed by $1 (its last lines are above)${why:+: $why}; $way"
}

# Why an installation failed, and what to do, by the package manager's messages.
packages_reason() { # names; said, why and way are the caller's
  local name
  case $said in
    *'cannot open Packages'* | *rpmdb*)
      why="the database of rpm is damaged" way="build it again (rpm --rebuilddb), and run pulumi up again"
      ;;
    *'dpkg was interrupted'*)
      why="another installation on this host was interrupted" way="finish it (dpkg --configure -a), and run pulumi up again"
      ;;
    *'Curl error'* | *'Failed to download'* | *'Cannot download'* | *'Error downloading'* | *'valid baseurl'* | *'No more mirrors'* | *'Could not retrieve mirrorlist'* | \
      *'incorrect checksum'* | *'Failed to fetch'* | *'Could not resolve'* | *'Temporary failure resolving'* | *'Could not connect'*)
      why="a repository of this host cannot be reached or read" way="check the host's network, name service and proxy (proxy in dnf.conf, yum.conf or apt.conf), or disable that repository, and run pulumi up again"
      ;;
    *'filtered out by '*)
      why="the host's own configuration excludes it" way="change that (exclude in dnf.conf, versionlock, a disabled module), or install it by hand"
      ;;
    *'Unable to find a match'* | *'No match for argument'* | *'No package '*' available'* | *'Unable to locate package'* | *'no installation candidate'* | *'no enabled repo'*)
      why="no repository that is enabled has it" way="enable the repository that has it"
      for name in $1; do
        [[ -z $SYSTEM || -z ${SYSTEM_ELSEWHERE["$SYSTEM $name"]-} ]] || way+=" (${SYSTEM_ELSEWHERE["$SYSTEM $name"]})"
      done
      ;;
  esac
}
