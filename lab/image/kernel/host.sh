#!/bin/bash
# Starts a host; the kernel is in the same folder. A host that restarts executes its own first argument again, and keeps its open files:
# among them its network tap, which it cannot open a second time. So its first argument is this script, which closes all files.
for descriptor in "/proc/$$/fd/"*; do
  descriptor=${descriptor##*/}
  ((descriptor <= 2)) || eval "exec $descriptor>&-"
done
exec -a "$0" "${0%/*}/linux" "$@"
