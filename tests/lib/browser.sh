# Drives a real Chromium through the pages of the server.
# shellcheck shell=bash

# in_browser NAME: runs a file of tests/browser on the server in `targets`. Screenshots are kept with the step's logs.
in_browser() {
  local chromium
  chromium=$(find_chromium) || {
    system_packages chromium
    chromium=$(find_chromium)
  }
  node_script "browser/$1.mjs" --calls "$calls" --chromium "$chromium" --report "$reports/$current" \
    --server "${targets[0]#*=}"
}

find_chromium() {
  command -v chromium || command -v chromium-browser || command -v google-chrome
}
