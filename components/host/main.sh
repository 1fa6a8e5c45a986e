# shellcheck shell=bash disable=SC2034 # variables shared between the parts
# observe | prepare: look (prepare also keeps this program on the host) · apply: make it so · remove: give back what this owner took
# secrets: keep what documents must not hold, and apply again what holds it · forget: the opposite
# before-start: what keepalived's unit calls then

# A change that fails the first time leaves no record in Pulumi, so nothing would ever undo it: it undoes itself.
apply_or_undo() {
  local status=0 known=yes
  set +e
  (
    set -e
    apply_main
  ) <<<"$LVS_INPUT"
  status=$?
  ((status == 0)) && return
  OWNER=$(document_read <<<"$LVS_INPUT" && printf '%s' "$OWNER")
  state_open
  [[ -e $MINE/claims ]] || known=""
  if [[ -z $known && -e $MINE/pending ]]; then
    (
      set -e
      VERB=remove
      LVS_UNDO=yes
      apply_main
    ) <<<"$LVS_INPUT" >/dev/null && printf 'what the change had done so far was undone\n' >&2
  fi
  exit "$status"
}

set -euo pipefail
export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin TZ=UTC
umask 077
shopt -s nullglob
VERB=${1-help}
[[ $EUID -eq 0 ]] || fail "this needs root: log in as root, or let ${USER-this user} use sudo (become: \"sudo\")"
case $VERB in
  observe) observe_main ;;
  prepare)
    observe_main
    state_keep_program
    ;;
  apply)
    LVS_INPUT=$(cat)
    apply_or_undo
    ;;
  remove) apply_main ;;
  secrets | forget)
    keepalived_keep_secrets
    if [[ $VERB == secrets && -e $MINE/document ]]; then
      VERB=apply
      apply_main <"$MINE/document"
    fi
    ;;
  before-start) keepalived_before_start ;;
  *) fail "observe, prepare, apply, remove, secrets, forget or before-start; given: $VERB" ;;
esac
