# shellcheck shell=bash
# For a shell at work on Chat Studio: `source scripts/environment.sh` puts the build's tools on PATH.

cd "$(dirname "${BASH_SOURCE[0]}")/.." || return
source scripts/tools.sh
use_installed_tools
