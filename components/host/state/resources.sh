# shellcheck shell=bash disable=SC2153 # variables shared between the parts
# Which of Pulumi's resources an owner stands for (docs/names.md). A component may get another parent: Pulumi then applies its document as that of a new
# resource, and afterwards removes the old one, both as the same owner. A resource is known by the types of its parents, as they stand in a URN, or by a -
# where it has no parent.
# In the folder of an owner:
#   resources  is TYPES for each resource that it stands for, was TYPES for each that it stood for before another one was created; one a line. A resource of
#              the second kind that is updated is one of the first kind again.

# For a removal: whether another resource has become this owner's since.
resources_superseded() {
  [[ -e $MINE/resources ]] && ! file_has "$MINE/resources" "is $PARENTS"
}

# For a look: whether that is so, and Pulumi still has this resource. Its update then comes before the removal of the other one.
resources_was_superseded() {
  file_has "$MINE/resources" "was $PARENTS"
}

# What to write down after a change. A new resource, or one that is the current one again, supersedes the others.
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
