# shellcheck shell=bash
# One change of a host at a time.

ANOTHER_RUN=75 # the status of a run that ends because another one of the same owner came in between: undo.sh leaves alone what that one has done

# The lock is on a folder that is always there, so it leaves nothing behind and goes with the process.
lock() { # exclusive|shared
  # (Opened anew, the file would let go of a lock that this run has already.)
  [[ /proc/self/fd/9 -ef /var/lib ]] || exec 9</var/lib
  lock_take "$1"
}

lock_take() { # exclusive|shared
  flock --"$1" -w 120 9 || fail "another change of this host is still under way after 120 s; look at it with: fuser -v /var/lib"
}

# Lets others change the host while this change waits for connections to end. What it is about to do is written down in `pending`, of which it keeps hold.
lock_let_go() {
  exec 7<"$MINE/pending"
  flock --unlock 9
}

# Goes on: what others have done meanwhile is read anew by the caller. A change of the same owner has come in between where `pending` is another file.
lock_return() {
  lock_again
  [[ /proc/self/fd/7 -ef $MINE/pending ]] || {
    printf 'error: another change of %s was made on this host while this one waited for connections to end; run pulumi up again\n' "$OWNER" >&2
    exit "$ANOTHER_RUN"
  }
  exec 7<&-
}

# The same lock, which this run has let go of, or whose holder has just ended: no file is opened anew, so nobody comes in between two holders of one run.
lock_again() {
  lock_take exclusive
}
