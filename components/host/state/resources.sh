# shellcheck shell=bash disable=SC2153 # variables shared between the parts
# Which resources of Pulumi an owner stands for (docs/names.md). If a component gets another parent, Pulumi applies its document as that of
# a new resource, and then removes the old resource. Both have the same owner. A resource is identified by the types of its parents, as in
# its URN, or by - if it has no parent.
# In the folder of an owner:
#   resources  one line for each resource: `is TYPES` if the owner stands for it, `was TYPES` if it stood for it before another one was
#              created. When a resource with `was` is updated, its line becomes `is` again.

# For a removal: whether the owner stands for another resource now.
resources_superseded() {
  [[ -e $MINE/resources ]] && ! file_has "$MINE/resources" "is $PARENTS"
}

# For a look: whether the owner stands for another resource now, and Pulumi still
# has this one. Its update then comes before the removal of the other.
resources_was_superseded() {
  file_has "$MINE/resources" "was $PARENTS"
}

# The text of `resources` after a change. A new resource, or one that is current again, supersedes the others.
resources_after() { # -> REPLY
  local line now="" before="" supersedes=$CREATED
  ! resources_was_superseded || supersedes=yes
  file_text "$MINE/resources"
  lines_of "$REPLY"
  for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
    if [[ ${line#* } == "$PARENTS" ]]; then
      continue
    elif [[ $line == was\ * || -n $supersedes ]]; then
      before+="was ${line#* }"$'\n'
    else
      now+=$line$'\n'
    fi
  done
  REPLY=$now"is $PARENTS"$'\n'$before
}
