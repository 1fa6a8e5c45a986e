# shellcheck shell=bash disable=SC2034 # variables shared between the parts

# A change that fails the first time leaves no record in Pulumi, so nothing would ever undo it: it undoes itself. The whole change is under one lock, so what is begun and not
# ended is its own. While it waits for connections to end it lets go of the lock, and afterwards lock_return tells it of another run.
# (bash ignores `set -e` in a subshell that stands before && or ||: its status is asked for on a line of its own.)
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
