# For .ci/run and .ci/full: npm, and the hub's proxy from it, into $scratch.
# shellcheck shell=bash disable=SC2154

install_npm() {
  command -v npm >/dev/null && return
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends npm >"$scratch/apt.log" 2>&1 || {
    cat "$scratch/apt.log"
    return 1
  }
}

# The hub's proxy comes from npm; into the scratch folder, so that nothing of it stays.
PROXY=configurable-http-proxy@5.3.0
install_hub_proxy() {
  npm install --global --prefix "$scratch/npm" --cache "$scratch/cache/npm" \
    --loglevel error --no-fund --no-audit --no-update-notifier "$PROXY" || return 1
  export PATH=$scratch/npm/bin:$PATH
}
