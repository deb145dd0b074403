#!/usr/bin/env bash
# Installs cognito-lint for action.yml: the archive of a release once its checksum and its attestation are right, else what
# the action's own checkout builds. Says in the step's output `program` where it is.
set -euo pipefail

fail() { echo "::error title=cognito-lint::$1"; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }

checkout="${GITHUB_ACTION_PATH//\\//}"
own="$(sed -n 's/^version = "\(.*\)"$/\1/p' "$checkout/Cargo.toml" | sed -n 1p)"
version="${INPUT_VERSION:-$own}"
if ! [[ "$version" =~ ^(source|[0-9]+\.[0-9]+\.[0-9]+([-+][0-9A-Za-z.+-]+)?)$ ]]; then
    fail "The input version takes the number of a release, like $own, or source."
fi

# The repository that this action was checked out from. In an action that another one uses, the context names the other one.
repository="${ACTION_REPOSITORY:-}"
if [[ "$checkout" =~ /_actions/([^/]+/[^/]+)/ ]]; then repository="${BASH_REMATCH[1]}"; fi

case "${RUNNER_OS:-}-${RUNNER_ARCH:-}" in
Linux-X64) target=x86_64-unknown-linux-gnu ;;
Linux-ARM64) target=aarch64-unknown-linux-gnu ;;
macOS-X64) target=x86_64-apple-darwin ;;
macOS-ARM64) target=aarch64-apple-darwin ;;
Windows-X64) target=x86_64-pc-windows-msvc ;;
*) target= ;;
esac
suffix=
if [ "${RUNNER_OS:-}" = Windows ]; then suffix=.exe; fi

folder="$RUNNER_TEMP/cognito-lint"
mkdir -p "$folder"
cd "$folder"

# Leaves the archive and its checksum in the current folder.
download() {
    [ "$version" != source ] && [ -n "$target" ] && [ -n "$repository" ] && have gh || return 1
    rm -f "$archive" SHA256SUMS
    gh release download "v$version" --repo "$repository" --pattern "$archive" --pattern SHA256SUMS &&
        [ -f "$archive" ] && [ -f SHA256SUMS ]
}

# The line of the archive in SHA256SUMS, which has two spaces or a space and an asterisk before a name.
checksum() { awk -v name="$archive" '$2 == name || $2 == "*" name { print $1 }' SHA256SUMS; }
sha256() { if have sha256sum; then sha256sum -- "$1"; else shasum -a 256 -- "$1"; fi | sed 's/^\\*\([0-9a-f]*\).*/\1/'; }

archive="cognito-lint-$version-$target.tar.gz"
if download; then
    [ "$(checksum)" = "$(sha256 "$archive")" ] ||
        fail "$archive is not what SHA256SUMS of the release says; it was not installed."
    gh attestation verify "$archive" --repo "$repository" --signer-workflow "$repository/.github/workflows/release.yml" ||
        fail "$archive has no attestation of the release workflow of $repository; it was not installed."
    tar -xzf "$archive"
    program="$folder/${archive%.tar.gz}/cognito-lint$suffix"
else
    if [ -n "${INPUT_VERSION:-}" ] && [ "$version" != source ] && [ "$version" != "$own" ]; then
        fail "There is no release $version for this runner, and the action's checkout holds $own."
    fi
    have cargo || fail "There is no release $version for this runner, and no cargo to build it; install Rust before this step."
    echo "There is no release to install; building the action's own checkout."
    # In its folder, so that what the scanned repository says to cargo and rustup is not heard.
    (cd "$checkout" && CARGO_TARGET_DIR="$folder/target" cargo install --locked --path . --root "$folder")
    program="$folder/bin/cognito-lint$suffix"
fi
[ -x "$program" ] || fail "$program is missing."
echo "program=$program" >>"$GITHUB_OUTPUT"
"$program" --version
