#!/usr/bin/env bash
# Runs cognito-lint for action.yml and ends with 0; the step's outputs tell how it ended, and a later step fails for it.
# The inputs stand in the environment and become whole arguments, so that nothing in them is run or split.
set -euo pipefail

folder="$RUNNER_TEMP/cognito-lint"
sarif="$folder/cognito-lint.sarif"
lines="$folder/cognito-lint.txt"
mkdir -p "$folder"
rm -f "$sarif" "$lines"

arguments=("--format=sarif" "--output=$sarif" "--format=concise" "--output=$lines")
option() { if [ -n "$2" ]; then arguments+=("$1=$2"); fi; }
# Calls a function with each line of a text that is not empty.
each() {
    local line
    while IFS= read -r line; do
        line="${line%$'\r'}"
        if [ -n "$line" ]; then "$1" "$line"; fi
    done <<<"$2"
}

format() {
    case "$1" in
    *=*) arguments+=("--format=${1%%=*}" "--output=${1#*=}") ;;
    *) arguments+=("--format=$1" "--output=-") ;;
    esac
}
each format "${INPUT_FORMATS:-}"
if [ "${INPUT_SUMMARY:-}" = true ]; then arguments+=("--format=markdown" "--output=$GITHUB_STEP_SUMMARY"); fi

option --level "${INPUT_LEVEL:-}"
option --config "${INPUT_CONFIG:-}"
option --baseline "${INPUT_BASELINE:-}"
option --base "${INPUT_BASE:-}"
if [ "${INPUT_FAIL_ON:-}" = never ]; then
    arguments+=(--exit-zero)
else
    option --fail-on "${INPUT_FAIL_ON:-}"
fi

region() { if [ "$1" = all ]; then arguments+=(--all-regions); else arguments+=("--region=$1"); fi; }
pool() { arguments+=("--pool=$1"); }
role() { arguments+=("--role-arn=$1"); }
if [ "${INPUT_LIVE:-}" = true ]; then arguments+=(--live); fi
each region "${INPUT_REGIONS:-}"
each pool "${INPUT_POOLS:-}"
each role "${INPUT_ROLE_ARNS:-}"
option --external-id "${INPUT_EXTERNAL_ID:-}"

path() { arguments+=("$1"); }
arguments+=(--)
each path "${INPUT_PATHS:-}"

code=0
"$PROGRAM" "${arguments[@]}" || code=$?

case "$code" in
0) ;;
1) echo "::error title=cognito-lint::There are findings that fail this step." ;;
3) echo "::error title=cognito-lint::There is nothing to analyse: no file here concerns Cognito." ;;
4) echo "::error title=cognito-lint::A rule failed, or the account did not tell everything; the log says what is missing." ;;
*) echo "::error title=cognito-lint::It ended with $code; the log says why." ;;
esac
{
    echo "exit-code=$code"
    if [ -f "$sarif" ] && [ -f "$lines" ]; then
        echo "sarif-file=$sarif"
        echo "findings=$(wc -l <"$lines" | tr -d ' ')"
    fi
} >>"$GITHUB_OUTPUT"
