# shellcheck shell=bash disable=SC2153 # variables shared between the parts
# The ports of a web server: a file of our own in the server's folder, which is a fact of [files]. If that file changes, a web server that runs
# is reloaded. It is never restarted: a reload fails no request.

# The units of web servers, by their files of ports: those of render/webServer.ts, with the names that systems.ts gives them.
declare -A WEB_UNITS=(
  ["/etc/nginx/conf.d/pulumi-lvs.conf"]=nginx.service
  ["/etc/httpd/conf.d/pulumi-lvs.conf"]=httpd.service
  ["/etc/apache2/conf-enabled/pulumi-lvs.conf"]=apache2.service
)
declare -A WEB_BEFORE=() # the ports in these files before this run has changed them, each with a blank after it

# The ports at which such a file lets its server listen. (A server with another word than `listen` or `Listen` needs it here.)
web_ports_in() { # content, also as a word of a fact -> REPLY, each with a blank after it
  local word before="" ports=" "
  words_of "${1//\\n/ }"
  for word in ${WORDS_OF[@]+"${WORDS_OF[@]}"}; do
    [[ ! ($before == listen || $before == Listen) || ! $word =~ ^([0-9]+)\;?$ ]] || ports+="${BASH_REMATCH[1]} "
    before=$word
  done
  REPLY=${ports# }
}

# The ports in such a file, if it is there.
web_ports_at() { # path -> REPLY, each with a blank after it
  REPLY=""
  [[ ! -f $1 ]] || file_text "$1"
  web_ports_in "${REPLY//$'\n'/ }"
}

# Call it before a file is changed or removed.
web_note() { # path
  [[ -n ${WEB_UNITS[$1]-} && -z ${WEB_BEFORE[$1]+known} ]] || return 0
  web_ports_at "$1"
  WEB_BEFORE[$1]=$REPLY
}

# Reloads the web servers whose files this run has changed. (A killed run may have changed one, and ended before the reload.)
web_reload() {
  local path
  for path in "${!WEB_UNITS[@]}"; do
    [[ -n ${WEB_BEFORE[$path]+known} || -n $INTERRUPTED && $'\n'$PLAIN$CLAIMED == *$'\n'files$'\t'"$path "* ]] || continue
    web_reload_unit "${WEB_UNITS[$path]}" "$path"
    unset "WEB_BEFORE[$path]"
  done
}

web_reload_unit() { # unit path
  local output port wanted gone=""
  # (A reload waits for one that is under way, which may have read the former file.)
  [[ $(exec systemctl show -p ActiveState -- "$1" 2>/dev/null) == ActiveState=@(active|reloading) ]] || return 0
  output=$(exec systemctl reload -- "$1" 2>&1) || {
    web_complain "$1 cannot be reloaded after a change of $2: ${output%%$'\n'*}; look at its configuration and at: journalctl -u $1"
    return 0
  }
  web_ports_at "$2"
  wanted=$REPLY
  for port in ${WEB_BEFORE[$2]-}; do [[ " $wanted" == *" $port "* ]] || gone+="$port "; done
  web_settle "$wanted" "$gone" || {
    port=$REPLY
    if [[ -n $port ]]; then
      web_complain "$1 was reloaded and does not listen at port $port, as $2 says; look at: journalctl -u $1; ss -ltn"
    else
      note "$1 was reloaded after a change of $2, and something still listens at one of the ports ${gone% }; look at: ss -ltnp"
    fi
  }
}

# A removal goes on: the files are as they were before, and the rest of the host must be given back even where the owner's own configuration of
# the web server is broken.
web_complain() { # sentence
  if [[ $VERB == remove ]]; then
    note "$1"
  else
    web_say_forbidden
    fail "$1"
  fi
}

# Waits until these ports are listened at, and those are not. (A web server takes its new configuration a moment after the reload.)
web_settle() { # ports, ports -> REPLY, the first port that is lacking, or nothing
  local round port now free
  [[ -n $1$2 ]] || return 0
  for ((round = 0; round < 50; round++)); do
    ((round == 0)) || sleep 0.1
    web_listening
    now=$REPLY REPLY="" free=yes
    for port in $1; do
      [[ $now == *" $port "* ]] || {
        REPLY=$port
        break
      }
    done
    for port in $2; do [[ $now != *" $port "* ]] || free=""; done
    [[ -n $REPLY || -z $free ]] || return 0
  done
  return 1
}

# The TCP ports that anybody listens at.
web_listening() { # -> REPLY, between blanks
  local line ports=" "
  lines_of "$(exec ss -Hltn 2>/dev/null)"
  for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
    words_of "$line" # LISTEN 0 511 ADDRESS:PORT …
    ports+="${WORDS_OF[3]##*:} "
  done
  REPLY=$ports
}

# The files with ports among facts.
web_facts_of() { # facts, each after the name of its section -> FACTS_OF
  local fact facts=()
  facts_of files "$1"
  for fact in ${FACTS_OF[@]+"${FACTS_OF[@]}"}; do
    [[ -z ${WEB_UNITS[${fact%% *}]-} ]] || facts+=("$fact")
  done
  FACTS_OF=(${facts[@]+"${facts[@]}"})
}

# A port that is wanted, that no claim has, and that another program has. (A file that is there as wanted starts no process.)
web_ports_taken() { # facts, each after the name of its section -> REPLY, the sentence, or nothing
  local fact path port claimed wanted line LIVE
  web_facts_of "$1"
  for fact in ${FACTS_OF[@]+"${FACTS_OF[@]}"}; do
    path=${fact%% *} LIVE=""
    files_read files "$path"
    [[ $LIVE != files$'\t'"$fact"$'\n' ]] || continue
    web_ports_in "$fact"
    wanted=$REPLY claimed=""
    [[ $'\n'$CLAIMED != *$'\n'files$'\t'"$path "* ]] || {
      claimed=${CLAIMED#*files$'\t'"$path "}
      web_ports_in "${claimed%%$'\n'*}"
      claimed=" $REPLY"
    }
    REPLY=""
    lines_of "$(exec ss -Hltnp 2>/dev/null)"
    for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
      words_of "$line"
      port=${WORDS_OF[3]##*:}
      [[ " $wanted" == *" $port "* && $claimed != *" $port "* ]] || continue
      REPLY="port $port of this host, at which ${WEB_UNITS[$path]} is to listen, is taken already by ${WORDS_OF[5]-another program}: give the web server another port, or stop that program"
      return 0
    done
  done
  REPLY=""
}

# A port at which SELinux does not let a web server listen.
web_ports_forbidden() { # facts, each after the name of its section -> REPLY, sentences, one a line
  local fact port sentences=""
  REPLY=""
  selinux_enforces || return 0
  web_facts_of "$1"
  for fact in ${FACTS_OF[@]+"${FACTS_OF[@]}"}; do
    web_ports_in "$fact"
    for port in $REPLY; do
      ! selinux_forbids_port httpd_t "$port" name_bind ||
        sentences+="SELinux of this host does not let a web server listen at port $port: semanage port -a -t http_port_t -p tcp $port (package policycoreutils-python-utils; -m in the place of -a if the port has another type)"$'\n'
    done
  done
  REPLY=$sentences
}

# The same before an error about a web server.
web_say_forbidden() {
  web_ports_forbidden "$PLAIN"
  [[ -z $REPLY ]] || printf '%s' "$REPLY" >&2
}
