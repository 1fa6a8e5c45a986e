# shellcheck shell=bash disable=SC2034,SC2153 # variables shared between the parts
# What owners have claimed on this host: this one, and all others.

CLAIMED=$'\n'    # what this owner had until now, or had begun to take, without rules; it begins with a line feed
RULES_CLAIMED="" # its rules until now
KEEPER=""        # whether keepalived keeps the rules and VIPs of what is wanted; document_parse sets it
OTHERS=()        # the claims of the other owners, as arguments for plan.awk
OTHER_FOLDERS=() # their folders

claims_read() { # -> CLAIMED, RULES_CLAIMED
  file_text "$MINE/claims"
  CLAIMED=$'\n'$REPLY
  file_text "$MINE/pending"
  CLAIMED+=$REPLY
  # (What is claimed of ten thousand rules is only compared here; the plan's awk and diff read the file themselves.)
  file_glance "$MINE/rules"
  RULES_CLAIMED=$REPLY
}

# Whether keepalived keeps the table for the owner of these claims.
claims_have_keeper() { # facts
  [[ $'\n'$1 == *$'\n'keeper$'\t'* ]]
}

# Whether keepalived keeps the table for this owner, or has until now.
claims_kept_by_keepalived() {
  [[ -n $KEEPER ]] || claims_have_keeper "$CLAIMED"
}

# The other owners' claims as arguments for plan.awk, in OTHERS; their folders in OTHER_FOLDERS.
claims_of_others() {
  local folder file
  OTHERS=() OTHER_FOLDERS=()
  for folder in "$STATE"/owners/*/; do
    [[ -d $folder && ${folder%/} != "$MINE" ]] || continue
    ! names_is_former "${folder%/}" || continue
    state_owner_name "$folder"
    OTHER_FOLDERS+=("${folder%/}")
    OTHERS+=("owner=$REPLY" begun= tag=O)
    for file in claims rules pending pending-rules; do
      [[ -e $folder$file ]] || continue
      case $file in
        claims | pending) OTHERS+=(form=) ;;
        *) OTHERS+=(form=rules) ;;
      esac
      case $file in pending*) OTHERS+=(begun=1) ;; esac
      OTHERS+=("$folder$file")
    done
  done
  return 0
}
