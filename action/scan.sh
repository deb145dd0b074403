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

while IFS= read -r line; do
    line="${line%$'\r'}"
    case "$line" in
    "") ;;
    *=*) arguments+=("--format=${line%%=*}" "--output=${line#*=}") ;;
    *) arguments+=("--format=$line" "--output=-") ;;
    esac
done <<<"${INPUT_FORMATS:-}"
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

arguments+=(--)
while IFS= read -r line; do
    line="${line%$'\r'}"
    if [ -n "$line" ]; then arguments+=("$line"); fi
done <<<"${INPUT_PATHS:-}"

code=0
"$PROGRAM" "${arguments[@]}" || code=$?

case "$code" in
0) ;;
1) echo "::error title=cognito-lint::There are findings that fail this step." ;;
3) echo "::error title=cognito-lint::There is nothing to analyse: no file here concerns Cognito." ;;
*) echo "::error title=cognito-lint::It ended with $code; the log says why." ;;
esac
{
    echo "exit-code=$code"
    if [ -f "$sarif" ] && [ -f "$lines" ]; then
        echo "sarif-file=$sarif"
        echo "findings=$(wc -l <"$lines" | tr -d ' ')"
    fi
} >>"$GITHUB_OUTPUT"
