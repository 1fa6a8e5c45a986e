# shellcheck shell=bash
# One change of a host at a time.

# The status of a run that ends because another run of the same owner has changed the host meanwhile: undo.sh then undoes nothing.
ANOTHER_RUN=75

# The lock is on a folder that every host has, so no file remains. It ends with the process. Programs that load modules run in a domain of
# SELinux that may not have this open folder; so they are started without it (9<&-), or each of them would be a denial in the audit log.
lock() { # exclusive|shared
  # (To open the folder again would release a lock that this run already has.)
  [[ /proc/self/fd/9 -ef /var/lib ]] || exec 9</var/lib
  lock_take "$1"
}

lock_take() { # exclusive|shared
  flock --"$1" -w 120 9 || fail "another change of this host is still under way after 120 s; look at it with: fuser -v /var/lib"
}

# Releases the lock, so that others may change the host while this change waits for connections to end. `pending` records what this change
# is to do. It is kept open, so that lock_return can recognize it.
lock_let_go() {
  exec 7<"$MINE/pending"
  flock --unlock 9
}

# Takes the lock again. The caller then reads the host again, because others may have changed it. If `pending` is another file now, another
# run of the same owner has made a change meanwhile.
lock_return() {
  lock_again
  [[ /proc/self/fd/7 -ef $MINE/pending ]] || {
    printf 'error: another change of %s was made on this host while this one waited for connections to end; run pulumi up again\n' "$OWNER" >&2
    exit "$ANOTHER_RUN"
  }
  exec 7<&-
}

# Takes the lock again through the same open file: this run has released it, or its subshell that used the lock has ended. If that subshell
# did not release it, no other run can have taken it in between.
lock_again() {
  lock_take exclusive
}
