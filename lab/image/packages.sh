#!/usr/bin/env bash
# Recipe: a repository of RPMs made from the files of Debian's packages, with CentOS's paths where they matter (rpm/NAME: files that replace
# Debian's, scriptlets; release/RELEASE/rpm/NAME: files of that release alone). Writes *.rpm and repodata/ into the given directory.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
release=$1 debian=$3 out=$4
read -ra nginx <<<"$2"
work=$out/work
mkdir -p "$work"

# Debian packages that become part of an RPM of another name. Every other package becomes an RPM of its own name.
declare -A rpm_of=(["apache2-bin"]=httpd [conntrack]=conntrack-tools)
for name in "${nginx[@]}"; do
  rpm_of[$name]=nginx
done

declare -A debs requires version
for deb in "$debian"/debs/*.deb; do
  name=$(dpkg-deb -f "$deb" Package)
  rpm_of[$name]=${rpm_of[$name]:-$name}
  debs[${rpm_of[$name]}]+="$deb "
done

# Debian packages of the root that a CentOS host may lack. They become RPMs, and disk.sh removes their files from the root.
rooted=(nftables)
for name in "${rooted[@]}"; do
  list=$debian/root/var/lib/dpkg/info/$name.list
  [[ ! -e $list ]] || {
    grep -Ev '^/(usr/share/.*|etc/nftables\.conf|lib/systemd/.*)?$' "$list" | while read -r path; do
      [[ -d $debian/root$path ]] || echo "${path#/}"
    done >"$out/$name.rooted"
    debs[$name]=''
    version[$name]=$(dpkg-query --root="$debian/root" -W -f '${Version}' "$name")
  }
done

# An RPM requires those dependencies of its Debian packages that are RPMs here (the root has the others).
for rpm in "${!debs[@]}"; do
  for deb in ${debs[$rpm]}; do
    name=$(dpkg-deb -f "$deb" Package)
    [[ -n ${version[$rpm]:-} && $name != "$rpm" ]] || version[$rpm]=$(dpkg-deb -f "$deb" Version)
    while read -r dependency; do
      needed=${rpm_of[$dependency]:-}
      [[ -z $needed || $needed == "$rpm" || -z ${debs[$needed]:-} ]] || requires[$rpm]+="Requires: $needed"$'\n'
    done < <(dpkg-deb -f "$deb" Pre-Depends Depends | sed 's/^[A-Za-z-]*: //; s/,/\n/g' | sed 's/|.*//' | awk '{print $1}')
  done
done

build() {
  local rpm=$1 tree=$work/$1/tree own=$here/rpm/$1 path
  mkdir -p "$tree"
  for deb in ${debs[$rpm]}; do
    dpkg-deb -x "$deb" "$tree"
  done
  [[ ! -e $out/$rpm.rooted ]] || (cd "$debian/root" && xargs cp -a --parents -t "$tree" <"$out/$rpm.rooted")
  # The root has a merged /usr. An RPM with a real /sbin would break it.
  for path in bin sbin lib lib64; do
    [[ -d $tree/$path ]] || continue
    mkdir -p "$tree/usr/$path"
    cp -a "$tree/$path/." "$tree/usr/$path/"
    rm -rf "${tree:?}/$path"
  done
  rm -rf "$tree"/usr/share/{doc,man,locale,lintian,bug,doc-base} "$tree"/etc/{init.d,default,logrotate.d,ufw,apache2}
  if [[ -d $own/files ]]; then
    if [[ -f $own/drop ]]; then
      while read -r path; do
        rm -rf "${tree:?}/$path"
      done <"$own/drop"
    fi
    cp -a --no-preserve=ownership "$own/files/." "$tree/"
  fi
  [[ ! -d $here/release/$release/rpm/$rpm ]] || cp -a --no-preserve=ownership "$here/release/$release/rpm/$rpm/." "$tree/"

  if [[ -f $own/directories ]]; then # git keeps no empty ones
    while read -r path; do
      mkdir -p "$tree/$path"
    done <"$own/directories"
  fi

  local spec=$work/$rpm/package.spec upstream=${version[$rpm]}
  upstream=${upstream#*:}
  {
    echo "Name: $rpm"
    echo "Version: $(sed 's/-[^-]*$//; s/[^A-Za-z0-9.]/./g' <<<"$upstream")"
    echo "Release: 1.lab"
    echo "Summary: $rpm, from the files of Debian's package"
    echo "License: as Debian's"
    # Requires has the packages, from Debian's dependencies; rpm would look for libraries.
    echo "AutoReqProv: no"
    printf '%s' "${requires[$rpm]:-}" | sort -u
    echo "%description"
    echo "Made for the lab from the files of Debian's package."
    # Debian has already built these files: stripping and byte-compiling would only take time.
    echo "%install"
    echo "mkdir -p %{buildroot} && cp -a '$tree/.' %{buildroot}/"
    [[ ! -f $own/scriptlets ]] || cat "$own/scriptlets"
    echo "%files"
    (cd "$tree" && find . -mindepth 1 -printf '%y %P\n' | sort -k2) | while read -r kind path; do
      case $kind in
        d) [[ -d $debian/root/$path ]] || echo "%dir \"/$path\"" ;;
        *)
          [[ ! -e $debian/root/$path || -e $out/$rpm.rooted ]] || continue
          if [[ $path == etc/* ]]; then echo "%config(noreplace) \"/$path\""; else echo "\"/$path\""; fi
          ;;
      esac
    done
  } >"$spec"
  # Payloads are not compressed: the hosts' processors are slow, and the file is never sent anywhere.
  rpmbuild -bb --quiet --target x86_64 "$spec" \
    --define "_topdir $work/$rpm" --define "_rpmdir $out" --define '_build_name_fmt %%{NAME}.rpm' \
    --define '_binary_payload w.ufdio' --define '__os_install_post %{nil}' --define 'debug_package %{nil}' \
    --define '_build_id_links none' --define '_dbpath /nonexistent'
}

for rpm in "${!debs[@]}"; do
  build "$rpm"
done

# The one package that every host has from the start: it provides what other packages may require.
mkdir -p "$work/base"
rpmbuild -bb --quiet --target noarch "$here/rpm/centos-stream-release.spec" --define "centos_release $release" \
  --define "_topdir $work/base" --define "_rpmdir $out" --define '_build_name_fmt %%{NAME}.rpm' --define '_dbpath /nonexistent'
rm -rf --one-file-system "$work"
createrepo_c --quiet --no-database --simple-md-filenames --general-compress-type=gz "$out"
