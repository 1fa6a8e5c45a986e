# shellcheck shell=bash disable=SC2034 # variables shared between the parts

# If the first change of an owner fails, Pulumi has no record of it, so nothing would ever undo it: the change undoes itself. The whole
# change is under one lock, so an unfinished change is its own. It releases the lock while it waits for connections to end; afterwards
# lock_return finds out whether another run was made.
# (bash ignores `set -e` in a subshell before && or ||, so the status is read on a line of its own.)
apply_or_undo() {
  local status failed
  apply_begin
  set +e
  (
    set -e
    apply_main
  )
  status=$?
  ((status == 0)) && return
  ((status != ANOTHER_RUN)) || exit "$status"
  # (It may have failed while others held the lock.)
  lock_again
  if [[ ! -e $MINE/claims && -e $MINE/pending ]]; then
    (
      set -e
      VERB=remove
      UNDOING=yes
      apply_main
    ) >/dev/null
    failed=$?
    ((failed > 0)) || printf 'what the change had done so far was undone\n' >&2
  else
    (
      set -e
      pair_restore_single
    )
  fi
  exit "$status"
}
