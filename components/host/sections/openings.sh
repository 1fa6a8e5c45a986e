# shellcheck shell=bash disable=SC2034,SC2153 # variables shared between the parts
# [openings] accept PORT/PROTOCOL|PROTOCOL to|from ADDRESS dev INTERFACE   (what the host's firewall lets through)
# Where firewalld runs, each fact is a rich rule (firewalld.richlanguage(5)) in the zone of its interface, at runtime and permanently. Where it
# does not run, nothing is done: a fact that holds without us is reported as `anyway`. A fact of which only one half is there is reported
# with the words `runtime only` or `permanent only` after it; one that we have added to another zone as well, with `also in zone ZONE`.
# The file openings in the state has what we have added: FACT <tab> runtime|permanent <tab> ZONE, one a line.

# The facts among words, each of six words.
openings_of() { # words -> OPENINGS
  OPENINGS=()
  while (($# > 0)); do
    OPENINGS+=("$1 $2 $3 $4 $5 $6")
    shift 6
  done
}

openings_rule() { # fact -> REPLY, as firewalld prints it
  local family=ipv4 end=source what
  words_of "$1" # accept WHAT to|from ADDRESS dev INTERFACE
  [[ ${WORDS_OF[3]} != *:* ]] || family=ipv6
  [[ ${WORDS_OF[2]} != to ]] || end=destination
  case ${WORDS_OF[1]} in
    */*) what="port port=\"${WORDS_OF[1]%/*}\" protocol=\"${WORDS_OF[1]#*/}\"" ;;
    # (/etc/protocols has these by different names.)
    ipip) what='protocol value="4"' ;;
    ip6ip) what='protocol value="41"' ;;
    *) what="protocol value=\"${WORDS_OF[1]}\"" ;;
  esac
  REPLY="rule family=\"$family\" $end address=\"${WORDS_OF[3]}\" $what accept"
}

# Where firewalld has a fact.
openings_look() { # fact -> ZONE, RULE, HALVES
  local half
  firewalld_zone "${1##* }"
  ZONE=$REPLY
  firewalld_read "$ZONE"
  openings_rule "$1"
  RULE=$REPLY HALVES=""
  for half in runtime permanent; do
    ! firewalld_has "$half" "$ZONE" "$RULE" || HALVES+=" $half"
  done
}

# What has been added for a fact in other zones than ZONE: its interface was there.
openings_elsewhere() { # fact; what has been added -> REPLY, FACT <tab> HALF <tab> ZONE, one a line
  local line found=""
  REPLY=""
  [[ $'\n'$2 == *$'\n'"$1"$'\t'* ]] || return 0
  lines_of "$2"
  for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
    [[ $line != "$1"$'\t'* || $line == *$'\t'"$ZONE" ]] || found+=$line$'\n'
  done
  REPLY=$found
}

openings_live() { # words of facts
  local fact added OPENINGS ZONE RULE HALVES
  openings_of "$@"
  if ! firewalld_runs; then
    for fact in ${OPENINGS[@]+"${OPENINGS[@]}"}; do LIVE+=anyway$'\topenings\t'$fact$'\n'; done
    return 0
  fi
  file_text "$STATE/openings"
  added=$'\n'$REPLY
  firewalld_forget
  for fact in ${OPENINGS[@]+"${OPENINGS[@]}"}; do
    openings_look "$fact"
    [[ -n $HALVES ]] || continue
    [[ $added == *$'\n'"$fact"$'\t'* ]] || LIVE+=anyway$'\t'
    LIVE+=openings$'\t'$fact
    [[ $HALVES == ' runtime permanent' ]] || LIVE+="$HALVES only"
    openings_elsewhere "$fact" "${added#$'\n'}"
    REPLY=${REPLY%$'\n'}
    [[ -z $REPLY ]] || LIVE+=" also in zone ${REPLY##*$'\t'}"
    LIVE+=$'\n'
  done
}

openings_set() { # facts
  local fact half zone line adds="" zones="" known moved="" new="" ZONE RULE HALVES
  firewalld_runs || return 0
  file_text "$STATE/openings"
  known=$REPLY
  firewalld_forget
  for fact; do
    openings_look "$fact"
    openings_elsewhere "$fact" "$known"
    moved+=$REPLY
    for half in runtime permanent; do
      [[ " $HALVES " == *" $half "* ]] || adds+=$fact$'\t'$half$'\t'$ZONE$'\n'
    done
  done
  openings_give_back "$moved"
  [[ -n $adds ]] || return 0
  openings_zones "$adds" permanent
  zones=$REPLY
  file_text "$STATE/openings"
  known=$REPLY
  for zone in $zones; do
    # (A run that was killed before it added anything may have saved another file.)
    [[ $known == *$'\tpermanent\t'"$zone"$'\n'* ]] || rm -rf -- "$STATE/zones/$zone"
    firewalld_save_zone "$zone"
  done
  # What is about to be added is written down first.
  lines_of "$adds"
  for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
    # (Somebody has removed what we had added.)
    [[ $'\n'$known == *$'\n'"$line"$'\n'* ]] || new+=$line$'\n'
  done
  write_atomically "$STATE/openings" "$known$new"
  durable "$STATE"
  for half in runtime permanent; do
    openings_zones "$adds" "$half"
    zones=$REPLY
    for zone in $zones; do
      openings_rules "$adds" "$half" "$zone"
      firewalld_change add "$half" "$zone" "${RULES[@]}"
    done
  done
}

# The zones of one half, each once.
openings_zones() { # FACT <tab> HALF <tab> ZONE, one a line; half -> REPLY
  local line zones=" "
  lines_of "$1"
  for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
    [[ $line == *$'\t'"$2"$'\t'* ]] || continue
    [[ $zones == *" ${line##*$'\t'} "* ]] || zones+="${line##*$'\t'} "
  done
  REPLY=$zones
}

# The rules of one half of a zone, each once.
openings_rules() { # FACT <tab> HALF <tab> ZONE, one a line; half; zone -> RULES
  local line lines seen=$'\n'
  RULES=()
  lines_of "$1"
  lines=(${LINES_OF[@]+"${LINES_OF[@]}"})
  for line in ${lines[@]+"${lines[@]}"}; do
    [[ $line == *$'\t'"$2"$'\t'"$3" ]] || continue
    openings_rule "${line%%$'\t'*}"
    [[ $seen == *$'\n'"$REPLY"$'\n'* ]] || RULES+=("$REPLY")
    seen+=$REPLY$'\n'
  done
}

# The rules of one half of a zone that are given back, and that nothing which stays needs, each once.
openings_rules_leaving() { # those that are given back; those that stay; both FACT <tab> HALF <tab> ZONE, one a line; half; zone -> RULES
  local each stays leaving=()
  openings_rules "$2" "$3" "$4"
  stays=" ${RULES[*]-} "
  openings_rules "$1" "$3" "$4"
  for each in ${RULES[@]+"${RULES[@]}"}; do
    [[ $stays == *" $each "* ]] || leaving+=("$each")
  done
  RULES=(${leaving[@]+"${leaving[@]}"})
}

openings_unset() { # facts
  local fact line ours=""
  file_text "$STATE/openings"
  lines_of "$REPLY"
  for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
    for fact; do
      [[ $line != "$fact"$'\t'* ]] || ours+=$line$'\n'
    done
  done
  openings_give_back "$ours"
}

# Facts that are wanted on this host, by anyone.
openings_wanted() { # -> REPLY, one a line
  claims_text_of_others
  facts_text_of openings "$PLAIN$REPLY"
}

# If another fact is the same rule (its interface is in the same zone), the rule is that fact's from now on.
openings_hand_over() { # FACT <tab> HALF <tab> ZONE, one a line; whether firewalld runs -> REPLY, the same of other facts
  local line lines fact wanted rule zone handed=""
  openings_wanted
  wanted=$REPLY
  lines_of "$1"
  lines=(${LINES_OF[@]+"${LINES_OF[@]}"})
  for line in ${lines[@]+"${lines[@]}"}; do
    openings_rule "${line%%$'\t'*}"
    rule=$REPLY
    lines_of "$wanted"
    for fact in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
      [[ $fact != "${line%%$'\t'*}" && ${fact% dev *} == "${line%% dev *}" ]] || continue
      zone=${line##*$'\t'}
      if [[ -n $2 ]]; then
        firewalld_zone "${fact##* }"
        zone=$REPLY
      fi
      openings_rule "$fact"
      [[ $REPLY == "$rule" && $zone == "${line##*$'\t'}" ]] || continue
      handed+=$fact$'\t'${line#*$'\t'}$'\n'
      break
    done
  done
  REPLY=$handed
}

# Removes what we have added, and only that.
openings_give_back() { # FACT <tab> HALF <tab> ZONE, one a line
  local line half zone zones rest="" runs="" RULES
  [[ -n $1 ]] || return 0
  ! firewalld_runs || runs=yes
  file_text "$STATE/openings"
  lines_of "$REPLY"
  for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
    [[ $'\n'$1 == *$'\n'"$line"$'\n'* ]] || rest+=$line$'\n'
  done
  firewalld_forget
  openings_hand_over "$1" "$runs"
  rest+=$REPLY
  for half in runtime permanent; do
    openings_zones "$1" "$half"
    zones=$REPLY
    for zone in $zones; do
      openings_rules_leaving "$1" "$rest" "$half" "$zone"
      ((${#RULES[@]} == 0)) || if [[ -n $runs ]]; then
        firewalld_change remove "$half" "$zone" "${RULES[@]}"
      elif [[ $half == permanent ]]; then
        firewalld_remove_offline "$zone" "${RULES[@]}"
      fi
      [[ $half == permanent && $'\n'$rest != *$'\tpermanent\t'"$zone"$'\n'* ]] || continue
      openings_rules "$1" "$half" "$zone"
      firewalld_restore_zone "$zone" "${RULES[0]}"
    done
  done
  [[ -z $runs ]] || openings_verify_given_back "$1" "$rest"
  if [[ -n $rest ]]; then write_atomically "$STATE/openings" "$rest"; else rm -f -- "$STATE/openings"; fi
}

# Fails if a rule is still there.
openings_verify_given_back() { # those that are given back, those that stay; both FACT <tab> HALF <tab> ZONE, one a line
  local half zone zones each RULES
  firewalld_forget
  for half in runtime permanent; do
    openings_zones "$1" "$half"
    zones=$REPLY
    for zone in $zones; do
      firewalld_zone_exists "$zone" || continue
      firewalld_read "$zone"
      openings_rules_leaving "$1" "$2" "$half" "$zone"
      for each in ${RULES[@]+"${RULES[@]}"}; do
        ! firewalld_has "$half" "$zone" "$each" ||
          fail "firewalld still has the $half rule '$each' in its zone $zone after it was removed: something else on this host adds it; look for it (journalctl -u firewalld), and run it again"
      done
    done
  done
}
