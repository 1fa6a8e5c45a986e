# shellcheck shell=bash disable=SC2153 # variables shared between the parts
# The ports to which keepalived's checks connect, and those that SELinux forbids. By CentOS's policy, checks may connect to the ports of web
# servers, mail servers and a few others.

KEEPALIVED_BOOLEAN=keepalived_connect_any # with it they may connect to any (keepalived.te of selinux-policy)

# The ports to which its checks may not connect, with the command that lets them. (If the checks that a document declares need the
# boolean, it is a fact of the document: render/keepalived/selinux.ts. What remains are checks in a user's own text.)
keepalived_ports_forbidden() { # facts, each after the name of its section -> REPLY, the sentence, or nothing
  local facts port forbidden=""
  REPLY=""
  [[ $'\n'$1 == *$'\nkeepalived\t'* && $'\n'$1 != *$'\nbooleans\t'"$KEEPALIVED_BOOLEAN = on"$'\n'* ]] && selinux_enforces || return 0
  selinux_file "booleans/$KEEPALIVED_BOOLEAN"
  # (Its value, and the one that is to come.)
  [[ $REPLY == '0 '* ]] || {
    REPLY=""
    return 0
  }
  facts_text_of keepalived "$1"
  facts=$REPLY
  lines_of "$(exec awk "$CHECK_PORTS_AWK" <<<"${facts%$'\n'}")"
  for port in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
    ! selinux_forbids_port keepalived_t "$port" name_connect || forbidden+=", $port"
  done
  REPLY=""
  [[ -z $forbidden ]] ||
    REPLY="SELinux of this host does not let keepalived's checks connect to port ${forbidden#, }, so these would find all real servers failed: setsebool -P $KEEPALIVED_BOOLEAN on"
}
