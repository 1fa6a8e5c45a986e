# shellcheck shell=bash disable=SC2034 # variables shared between the parts
# observe: look · keep-program: keep this program on the host · apply: make it so, for a new resource of Pulumi · update: the same for one that it knows · remove: give back what this owner took
# release: give back what has left its document and has stayed until now
# secrets: keep what documents must not hold, and apply again what holds it · forget: the opposite
# before-start: what keepalived's unit calls then

set -euo pipefail
export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin TZ=UTC
umask 077
shopt -s nullglob
VERB=${1-help}
[[ $EUID -eq 0 ]] || fail "this needs root: log in as root, or let ${USER-this user} use sudo (become: \"sudo\")"
case $VERB in
  observe)
    # What a later release of the package has left here, only its own program understands. Every release reads the documents of earlier ones, and answers
    # a look with lines that they understand.
    ! program_is_newer_here || exec bash "$STATE/program" observe
    observe_main
    ;;
  keep-program) program_keep ;;
  apply)
    CREATED=yes
    apply_or_undo
    ;;
  update)
    VERB=apply
    apply_or_undo
    ;;
  remove)
    apply_begin
    apply_main
    ;;
  release) release_main ;;
  secrets | forget)
    secrets_main
    # (Under a former name, the document comes anew by itself.)
    if [[ $VERB == secrets ]] && names_document_is_of "$MINE" "$OWNER"; then
      VERB=apply
      apply_begin <"$MINE/document"
      apply_main
    fi
    ;;
  before-start) keepalived_before_start ;;
  *) fail "observe, keep-program, apply, update, remove, release, secrets, forget or before-start; given: $VERB" ;;
esac
