# shellcheck shell=bash disable=SC2034 # variables shared between the parts
# The verbs:
#   observe        compares the host with a document, reports, and writes nothing
#   keep-program   keeps this program on the host
#   apply, update  apply a document: for a new resource of Pulumi, for one that Pulumi knows
#   remove         gives back what this owner has claimed
#   release        gives back what has left the document before and has stayed until now
#   secrets        keeps what documents must not hold, and applies the document again that uses it
#   forget         removes what `secrets` has kept
#   before-start   is called by keepalived's unit before each start

set -euo pipefail
export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin TZ=UTC
umask 077
shopt -s nullglob
VERB=${1-help}
[[ $EUID -eq 0 ]] || fail "this needs root: log in as root, or let ${USER-this user} use sudo (become: \"sudo\")"
case $VERB in
  observe)
    # Only the program of a later release understands the files of that release. Every release reads the documents of earlier ones, and
    # answers a look with lines that they understand.
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
    # (If the stored document has a former name, Pulumi sends the document again anyway.)
    if [[ $VERB == secrets ]] && names_document_is_of "$MINE" "$OWNER"; then
      VERB=apply
      apply_begin <"$MINE/document"
      apply_main
    fi
    ;;
  before-start) keepalived_before_start ;;
  *) fail "observe, keep-program, apply, update, remove, release, secrets, forget or before-start; given: $VERB" ;;
esac
