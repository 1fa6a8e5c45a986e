# shellcheck shell=bash
# [units] NAME enabled|disabled active|inactive

UNITS_BACK=() # units that were active before us: they are started again when their own files are restored

units_live() { # names
  local line name="" file="" active="" sub="" loaded="" shown
  local -i seen=0
  shown=$(exec systemctl show -p Id -p LoadState -p ActiveState -p SubState -p UnitFileState -- "$@" 2>/dev/null) || :
  # (An empty line ends a unit. lines_of leaves out empty lines, so a dot replaces each.)
  lines_of "${shown//$'\n\n'/$'\n.\n'}"$'\n.'
  for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
    case $line in
      Id=*) name=${line#*=} ;;
      LoadState=*) loaded=${line#*=} ;;
      ActiveState=*) active=${line#*=} ;;
      SubState=*) sub=${line#*=} ;;
      UnitFileState=*) file=${line#*=} ;;
      .)
        [[ -z $name ]] || seen+=1
        if [[ -n $name && $loaded == loaded ]]; then
          [[ $file == enabled ]] || file=disabled
          # (A unit that has failed and waits for its restart does not run.)
          [[ $sub != auto-restart ]] || active=inactive
          case $active in active | activating | reloading) active=active ;; failed) ;; *) active=inactive ;; esac
          LIVE+="units"$'\t'"$name $file $active"$'\n'
        fi
        name="" file="" active="" sub="" loaded=""
        ;;
    esac
  done
  # (systemctl reports units that do not exist as well.)
  ((seen >= $#)) || fail "systemd does not say how its units are; try it by hand: systemctl show $*"
}

units_set() { # fact
  local name file active output
  words_of "$1"
  name=${WORDS_OF[0]} file=${WORDS_OF[1]} active=${WORDS_OF[2]}
  case $file in
    enabled) output=$(systemctl enable -q -- "$name" 2>&1) || fail "systemctl enable $name: ${output##*$'\n'}" ;;
    disabled) output=$(systemctl disable -q -- "$name" 2>&1) || : ;;
  esac
  case $active in
    active)
      output=$(systemctl start -- "$name" 2>&1) || {
        web_say_forbidden
        fail "$name does not start: ${output%%$'\n'*}; look at: journalctl -u $name"
      }
      ;;
    inactive) output=$(systemctl stop -- "$name" 2>&1) || : ;;
  esac
}

units_loaded() { # name
  [[ $(exec systemctl show -p LoadState -- "$1" 2>/dev/null) == LoadState=loaded ]]
}

units_unset() { # name origin
  if [[ $2 == - ]]; then
    systemctl -q disable --now -- "$1" 2>/dev/null || :
  elif ! units_loaded "$1"; then
    # Its package has been removed meanwhile.
    return 0
  elif [[ $2 == *' active' ]]; then
    UNITS_BACK+=("$2")
  else
    # A unit that had failed before is left stopped.
    units_set "${2/%failed/inactive}"
  fi
}

units_start_again() {
  local fact
  for fact in ${UNITS_BACK[@]+"${UNITS_BACK[@]}"}; do
    # (Its package may have been removed, for example in this run.)
    ! units_loaded "${fact%% *}" || units_set "$fact"
  done
  UNITS_BACK=()
}

# A killed run may have changed a unit's file, and ended before systemd was reloaded.
units_reread() {
  [[ -n $UNITS_CHANGED || -n $INTERRUPTED && $'\n'$PLAIN$CLAIMED == *$'\n'files$'\t'"$UNIT_FILES"/* ]] || return 0
  systemctl daemon-reload
  UNITS_CHANGED=""
}
