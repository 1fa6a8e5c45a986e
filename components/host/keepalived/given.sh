# shellcheck shell=bash disable=SC2153 # variables shared between the parts

# What keepalived's files declare, as given.awk prints it.
keepalived_given() {
  { cat -- /dev/null "$KEEPALIVED/keepalived.conf" "$KEEPALIVED"/conf.d/*.conf 2>/dev/null || :; } | awk "$GIVEN_AWK"
}
