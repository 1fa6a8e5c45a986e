#!/usr/bin/env bash
# Recipe: a PULUMI_HOME with the lab's plugins, in the given directory. Each plugin is one file, so that it starts quickly.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
cli_version=$1 command_version=$2 out=$3
bundle=("$here/../../node_modules/.bin/esbuild" --bundle --platform=node --target=node20 --log-level=warning
  '--banner:js=#!/usr/bin/env node' --external:cpu-features '--external:*.node'
  "--define:LANGUAGE_VERSION=\"$cli_version\"" "--define:COMMAND_VERSION=\"$command_version\"")

plugin() { # SOURCE FOLDER NAME: the CLI looks for it there
  "${bundle[@]}" "$here/plugins/$1" "--outfile=$out/plugins/$2/$3"
  chmod 0755 "$out/plugins/$2/$3"
}
plugin language-nodejs.ts "language-nodejs-v$cli_version" pulumi-language-nodejs
plugin command/main.ts "resource-command-v$command_version" pulumi-resource-command
chmod 0700 "$out"
