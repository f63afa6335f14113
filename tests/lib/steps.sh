# Runs named steps one after the other and keeps the score.
# shellcheck shell=bash

only=()    # what --only asked for; empty for everything
rows=()    # one line of the summary a step
passed=0
failed=0
current="" # the name of the step that runs
blocked="" # the setup step that failed, which makes the steps after it pointless

# step NAME COMMAND...: runs COMMAND in a subshell when NAME is selected.
step() {
  local name=$1
  shift
  if [[ $listing == yes ]]; then
    echo "$name"
  elif selected "$name"; then
    run_step "$name" "$@"
  fi
}

# setup NAME COMMAND...: what all the steps with a `/` in their name stand on.
setup() {
  local name=$1
  shift
  if [[ $listing == no ]] && setup_is_needed; then
    run_step "$name" "$@"
    [[ ${rows[-1]} == pass* ]] || blocked=${blocked:-$name}
  fi
}

run_step() {
  local name=$1 started=$SECONDS status=0
  shift
  if [[ -n $blocked ]]; then
    failed=$((failed + 1))
    rows+=("$(printf 'FAIL  %-28s not run, because %s failed' "$name" "$blocked")")
    return
  fi
  current=$name
  printf '\n==> %s\n' "$name"
  # errexit does not work inside a condition, so the subshell stands on a line of its own.
  set +e
  (set -e; "$@")
  status=$?
  set -e
  if ((status == 0)); then
    passed=$((passed + 1))
    rows+=("$(printf 'pass  %-28s %4d s' "$name" $((SECONDS - started)))")
  else
    failed=$((failed + 1))
    rows+=("$(printf 'FAIL  %-28s %4d s   repeat: %s' "$name" $((SECONDS - started)) "$(repeat_command "$name")")")
    echo "--- $name failed with status $status"
  fi
}

repeat_command() {
  case $1 in
    tools | build) echo "tests/run --only conformance" ;;
    *) echo "tests/run --only $1" ;;
  esac
}

# selected NAME: whether --only asks for it; without --only, everything but the long steps.
selected() {
  if ((${#only[@]} == 0)); then
    [[ $long == yes || $1 != long/* ]]
    return
  fi
  local wanted
  for wanted in "${only[@]}"; do
    is_under "$1" "$wanted" && return
  done
  return 1
}

is_under() {
  [[ $1 == "$2" || $1 == "$2"/* ]]
}

step_names() {
  local listing=yes
  plan
}

setup_is_needed() {
  local name
  for name in $(step_names); do
    [[ $name == */* ]] && selected "$name" && return 0
  done
  return 1
}

refuse_unknown_steps() {
  local wanted name
  for wanted in "${only[@]}"; do
    for name in $(step_names); do
      is_under "$name" "$wanted" && continue 2
    done
    printf "There is no step '%s'. These are the steps:\n%s\n" "$wanted" "$(step_names)" >&2
    exit 2
  done
}

# Prints the table and a closing line of its own, and exits with 1 when a step failed.
summary() {
  printf '\n==> summary after %d s\n' "$SECONDS"
  printf '%s\n' "${rows[@]}"
  printf '\n%d passed, %d failed\n' "$passed" "$failed"
  ((failed == 0)) || exit 1
}
