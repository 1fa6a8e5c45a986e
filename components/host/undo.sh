# shellcheck shell=bash disable=SC2034 # variables shared between the parts

# A change that fails the first time leaves no record in Pulumi, so nothing would ever undo it: it undoes itself.
# (A shell to the left of && or || goes on after an error, whatever it sets for itself; so none stands there.)
apply_or_undo() {
  local status failed
  set +e
  (
    set -e
    apply_main
  ) <<<"$LVS_INPUT"
  status=$?
  ((status == 0)) && return
  OWNER=$(document_read <<<"$LVS_INPUT" && printf '%s' "$OWNER")
  state_open
  if [[ ! -e $MINE/claims && -e $MINE/pending ]]; then
    (
      set -e
      VERB=remove
      LVS_UNDO=yes
      apply_main
    ) <<<"$LVS_INPUT" >/dev/null
    failed=$?
    ((failed > 0)) || printf 'what the change had done so far was undone\n' >&2
  fi
  exit "$status"
}
