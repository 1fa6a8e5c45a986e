# shellcheck shell=bash disable=SC2034 # variables shared between the parts
# [options] MODULE.NAME = VALUE   (an option of a module, in a file of our own: modprobe reads it when it loads the module; modprobe.d(5))
# Nothing is unloaded for it: if the module is loaded, the value counts from its next load.
# There is one option so far (sections.ts), a number. So the file has one line, and these functions read, write and report one option. A second
# one needs a line, or a file, for each option, and another pattern of values: options_live, options_write, options_unset, options_wanted.

OPTIONS_FILE=/etc/modprobe.d/pulumi-lvs.conf
OPTIONS_FOLDERS=(/etc/modprobe.d /run/modprobe.d /usr/local/lib/modprobe.d /usr/lib/modprobe.d /lib/modprobe.d)
OPTIONS_COMMAND_LINE=/proc/cmdline
OPTIONS_MODULES=/sys/module
OPTIONS_SET="" # whether this run has written the file

# Whether something is there. (A directory is left alone: options_refused.)
options_file_there() {
  [[ -f $OPTIONS_FILE || -L $OPTIONS_FILE ]]
}

options_live() { # keys
  local key content="" pattern=$'^options ([a-z_]+) ([a-z_]+)=([0-9]+)\n$'
  options_file_there || return 0
  [[ -L $OPTIONS_FILE ]] || IFS= read -r -d '' content 2>/dev/null <"$OPTIONS_FILE" || :
  for key in "$@"; do
    if [[ $content =~ $pattern && ${BASH_REMATCH[1]}.${BASH_REMATCH[2]} == "$key" ]]; then
      LIVE+="options"$'\t'"$key = ${BASH_REMATCH[3]}"$'\n'
    else
      LIVE+="options"$'\t'"$key = unknown: $OPTIONS_FILE was edited"$'\n'
    fi
  done
}

options_set() { # fact
  options_write "$1"
  OPTIONS_SET=yes
}

options_write() { # fact
  local key=${1%% = *}
  files_make_folder "${OPTIONS_FILE%/*}"
  write_atomically "$OPTIONS_FILE" "options ${key%%.*} ${key#*.}=${1##* = }"$'\n' 0644
  durable "${OPTIONS_FILE%/*}"
}

options_unset() { # key origin live
  local in_use
  if [[ $2 != - ]]; then
    options_write "$2"
  elif options_file_there; then
    rm -f -- "$OPTIONS_FILE"
    durable "${OPTIONS_FILE%/*}"
  fi
  options_in_use "$1"
  in_use=$REPLY
  [[ -z $in_use || $3 != "$1 = $in_use" || $3 == "$2" ]] || note "module ${1%%.*} stays loaded with ${1#*.} $in_use until its next load, usually the next boot"
}

# Removes what a killed run had half written.
options_sweep() {
  rm -f -- "$OPTIONS_FILE.new"
}

# The value with which the module is loaded.
options_in_use() { # key -> REPLY, empty where it is not loaded, or does not say
  REPLY=""
  { IFS= read -r REPLY <"$OPTIONS_MODULES/${1%%.*}/parameters/${1#*.}"; } 2>/dev/null || :
}

# The first option among the facts.
options_wanted() { # facts -> REPLY, MODULE.NAME = VALUE, or nothing
  facts_of options "$1"
  REPLY=${FACTS_OF[0]-}
}

options_as_wanted() { # facts
  local LIVE=""
  options_wanted "$1"
  [[ -n $REPLY ]] || return 0
  options_live "${REPLY%% = *}"
  [[ $LIVE == options$'\t'"$REPLY"$'\n' ]]
}

# What counts only from the next load of its module. (`pending` is the word for a change that has not ended.)
options_deferred() { # facts -> REPLY, the sentence, or nothing
  local key value in_use
  options_wanted "$1"
  [[ -n $REPLY ]] || return 0
  key=${REPLY%% = *} value=${REPLY##* = }
  options_in_use "$key"
  in_use=$REPLY REPLY=""
  [[ -n $in_use && $in_use != "$value" ]] || return 0
  REPLY="module ${key%%.*} is loaded with ${key#*.} $in_use: $value counts from its next load, usually the next boot"
  # (ip_vs_conn.c, ip_vs_conn_init. The kernel writes the size that it has taken into its log.)
  ((value <= 20)) || REPLY+=", if the kernel takes it: some take at most 20, others what memory allows (journalctl -k -g 'Connection hash table')"
}

# Of an option that this run has set.
options_note_deferred() { # facts
  [[ -n $OPTIONS_SET ]] || return 0
  options_deferred "$1"
  [[ -z $REPLY ]] || note "$REPLY"
}

# Whether the file is there, nobody here has claimed it, and it could not be given back: it has more in it than one such option.
# (A claim has an origin, which is recorded before anything is touched.)
options_is_strange() { # key
  local LIVE=""
  file_text "$STATE/origins"
  [[ $'\n'$REPLY != *$'\noptions\t'* ]] || return
  options_live "$1"
  [[ $LIVE == *': '* ]]
}

# Why modprobe would not read the option, or not as wanted.
options_refused() { # facts -> REPLY, the sentence, or nothing
  local key module name value file files=() folder kernel text=""
  options_wanted "$1"
  [[ -n $REPLY ]] || return 0
  key=${REPLY%% = *} value=${REPLY##* = }
  module=${key%%.*} name=${key#*.}
  if files_blocked "$OPTIONS_FILE" || options_is_strange "$key"; then
    REPLY="this host has something at $OPTIONS_FILE that is not known to be this package's, and the option $name=$value of module $module is to be there: look at it, and move it away"
    return 0
  fi
  for folder in "${OPTIONS_FOLDERS[@]}"; do
    for file in "$folder"/*.conf; do [[ $file == "$OPTIONS_FILE" ]] || files+=("$file"); done
  done
  REPLY=$(exec grep -sHE "^[[:space:]]*options[[:space:]]+${module//_/[_-]}[[:space:]]+(.*[[:space:]])?$name=" -- /dev/null ${files[@]+"${files[@]}"}) || REPLY=""
  if [[ -n $REPLY ]]; then
    REPLY=${REPLY%%$'\n'*}
    REPLY="${REPLY%%:*} of this host has \"${REPLY#*:}\", and $name of module $module is to be $value: remove it there, or leave it out here"
    return 0
  fi
  { IFS= read -r text <"$OPTIONS_COMMAND_LINE"; } 2>/dev/null || :
  if [[ " $text" == *" $key="* || " $text" == *" ${module//_/-}.$name="* ]]; then
    REPLY="the command line of this host's kernel has $name of module $module, which is to be $value: remove it there, or leave it out here"
    return 0
  fi
  kernel=$(uname -r)
  ! grep -qs "/$module\.ko" "/lib/modules/$kernel/modules.builtin" ||
    REPLY="module $module is built into kernel $kernel of this host, so no file sets its options: give $key=$value on the kernel's command line, and leave it out here"
}
