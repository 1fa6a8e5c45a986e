#!/bin/bash
# Starts a host: beside it lies the kernel. A restarting host executes its own first argument again, and keeps what it
# had open: its network tap, which it can then not open a second time. So its first argument is this, which closes all.
for descriptor in "/proc/$$/fd/"*; do
  descriptor=${descriptor##*/}
  ((descriptor <= 2)) || eval "exec $descriptor>&-"
done
exec -a "$0" "${0%/*}/linux" "$@"
