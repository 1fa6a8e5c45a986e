# shellcheck shell=bash disable=SC2034,SC2153 # variables shared between the parts
# The claims on this host: those of this owner, and those of all others.

CLAIMED=$'\n'    # the claims and pending claims of this owner, without rules; the text begins with a line feed
RULES_CLAIMED="" # the rules that it has claimed
KEEPER=""        # whether keepalived is to keep the wanted rules and VIPs; document_parse sets it
OTHERS=()        # the claims of the other owners, as arguments for plan.awk
OTHER_FOLDERS=() # their folders

claims_read() { # -> CLAIMED, RULES_CLAIMED
  file_text "$MINE/claims"
  CLAIMED=$'\n'$REPLY
  file_text "$MINE/pending"
  CLAIMED+=$REPLY
  # (There may be ten thousand rules. If they differ from the wanted ones, diff reads the file again, and reports a read error.)
  file_glance "$MINE/rules"
  RULES_CLAIMED=$REPLY
}

# Whether keepalived keeps the table for the owner of these claims.
claims_have_keeper() { # facts
  [[ $'\n'$1 == *$'\n'keeper$'\t'* ]]
}

# Whether keepalived keeps the table for this owner, or has kept it until now.
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

# The claims of all other owners, and those of their changes that are under way: a change releases the lock while it drains.
claims_text_of_others() { # -> REPLY, SECTION <tab> FACT, one a line
  local folder name text=""
  for folder in ${OTHER_FOLDERS[@]+"${OTHER_FOLDERS[@]}"}; do
    for name in claims pending; do
      file_text "$folder/$name"
      text+=$REPLY
    done
  done
  REPLY=$text
}
