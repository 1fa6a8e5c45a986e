# shellcheck shell=bash disable=SC2034 # variables shared between the parts
# firewalld writes a zone's file anew, and keeps the one before as a file beside it. So both are saved before the first change, and put back
# after the last one, if nobody else has changed the zone. In the state, zones/ZONE has:
#   xml, xml.old  the two files as they were before, where there were any; xml.label, xml.old.label: their SELinux labels
#   written       the zone's file as firewalld has written it at our last change
#   edited        the zone's file as somebody has left it since; if it was written by hand, it becomes the one before, because each of
#                 several rules replaces that
firewalld_save_zone() { # zone
  local folder=$STATE/zones/$1 file=$FIREWALLD_FILES/zones/$1.xml each
  [[ ! -e $folder && ! -L $file && $1 != */* ]] || return 0
  rm -rf -- "$folder.new"
  mkdir -p -- "$folder.new"
  [[ ! -e $file ]] || cp -a -- "$file" "$folder.new/xml"
  [[ ! -e $file.old ]] || cp -a -- "$file.old" "$folder.new/xml.old"
  if selinux_is_on; then
    for each in xml xml.old; do
      [[ ! -e $folder.new/$each ]] || files_save_label "$file${each#xml}" "$folder.new/$each.label"
    done
  fi
  durable "$folder.new"/* "$folder.new"
  mv -T -- "$folder.new" "$folder"
  durable "$STATE/zones" "$STATE"
}

# (A small host may have no cmp.)
firewalld_same_text() { # file file
  local text
  [[ -e $1 && -e $2 ]] || return
  file_text "$1"
  text=$REPLY
  file_text "$2"
  [[ $text == "$REPLY" ]]
}

# Call it before each permanent change. What somebody has written by hand would be lost: firewalld leaves out comments.
firewalld_note_edits() { # zone
  local folder=$STATE/zones/$1 file=$FIREWALLD_FILES/zones/$1.xml
  [[ -e $folder/written ]] || return 0
  if [[ -e $file && ! -L $file ]] && ! firewalld_same_text "$file" "$folder/written"; then
    cp -a --remove-destination -- "$file" "$folder/edited.new"
    durable "$folder/edited.new"
    mv -f -T -- "$folder/edited.new" "$folder/edited"
  fi
  rm -f -- "$folder/written"
}

# Call it after each permanent change.
firewalld_keep_written() { # zone
  local folder=$STATE/zones/$1 file=$FIREWALLD_FILES/zones/$1.xml
  [[ -d $folder && -e $file && ! -L $file ]] || return 0
  cp -- "$file" "$folder/written.new"
  mv -f -T -- "$folder/written.new" "$folder/written"
}

firewalld_put_file() { # saved file, path
  cp -a --remove-destination -- "$1" "$2.pulumi-lvs"
  files_label "$2.pulumi-lvs" "$2" "$1.label"
  durable "$2.pulumi-lvs"
  mv -f -T -- "$2.pulumi-lvs" "$2"
}

# Call it when the last of our permanent rules of the zone is gone.
firewalld_restore_zone() { # zone, one of these rules
  local folder=$STATE/zones/$1 file=$FIREWALLD_FILES/zones/$1.xml each put=""
  [[ -d $folder ]] || return 0
  if firewalld_zone_is_as_before "$1" "$2"; then
    # (What is put back is no edit, if this run is killed and the next one looks.)
    rm -f -- "$folder/written"
    for each in xml xml.old; do
      if [[ -e $folder/$each ]]; then firewalld_put_file "$folder/$each" "$file${each#xml}"; else rm -f -- "$file${each#xml}"; fi
    done
    put=yes
  elif [[ -e $file ]] && ! type -P firewall-offline-cmd >/dev/null; then
    note "firewalld is not on this host any more, and its file $file, which somebody has changed, may still have rules of this package; look at it before firewalld is installed again"
  fi
  if [[ -e $folder/edited ]] && firewalld_is_by_hand "$1" "$folder/edited"; then
    firewalld_put_file "$folder/edited" "$file.old"
    put=yes
  fi
  [[ -z $put ]] || durable "${file%/*}"
  rm -rf -- "$folder"
  rmdir -- "$STATE/zones" 2>/dev/null || :
}

# Whether a zone's file means the same as the saved one, as firewalld would write that.
firewalld_zone_is_as_before() { # zone rule
  local folder=$STATE/zones/$1 file=$FIREWALLD_FILES/zones/$1.xml
  [[ -e $file && ! -L $file ]] || return
  ! firewalld_same_text "$file" "$folder/xml" || return 0
  # (Where firewalld has been removed, the file still is as it was written last.)
  type -P firewall-offline-cmd >/dev/null || {
    firewalld_same_text "$file" "$folder/written"
    return
  }
  firewalld_is_written "$1" "$folder/xml" "$file" "$2"
}

# Whether somebody has written a zone's file by hand: firewalld would write it in another way.
firewalld_is_by_hand() { # zone file
  # (A rule that nobody has.)
  ! type -P firewall-offline-cmd >/dev/null ||
    ! firewalld_is_written "$1" "$2" "$2" 'rule family="ipv4" source address="192.0.2.254" destination address="192.0.2.254" port port="1" protocol="tcp" reject'
}

# Whether firewalld's own program, in a copy of firewalld's folder, writes the first file as the second one. (It writes whenever it adds or
# removes a rule.)
firewalld_is_written() { # zone first-file second-file rule
  local copy=$STATE/zones/$1/copy words
  rm -rf -- "$copy"
  mkdir -- "$copy"
  cp -a -- "$FIREWALLD_FILES/." "$copy"
  # (Either folder may be a link on this host. A copy of a link would lead to the zone's own file.)
  rm -rf -- "$copy/zones"
  mkdir -- "$copy/zones"
  cp -a -- "$FIREWALLD_FILES/zones/." "$copy/zones"
  rm -f -- "$copy/zones/$1.xml"
  [[ ! -e $2 ]] || cp -a -- "$2" "$copy/zones/$1.xml"
  for words in add remove; do
    firewall-offline-cmd "--system-config=$copy" "--zone=$1" "--$words-rich-rule=$4" >/dev/null 2>&1 || return
  done
  firewalld_same_text "$3" "$copy/zones/$1.xml"
}
