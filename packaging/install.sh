#!/bin/sh
# Installs a release of Guildhall on a Linux machine with systemd, or brings an installed one up to date.
#
#   sh install.sh                             install, or upgrade: messages, files and configuration are kept
#   sh install.sh --domain chat.example.com   the same, at https://chat.example.com with a certificate of its own
#   sh install.sh --uninstall                 remove the program; messages, files and configuration are kept
#
# Options:
#   --from DIR         take the release's files from a folder in place of the network
#   --base-url URL     where the release's files are
#   --version VERSION  the release to install
#   --no-start         install only: for images of machines, and where systemd does not run
#   --delete-data      with --uninstall: delete all messages, files and the configuration, too
#
# Nothing is run or installed whose SHA-256 is not the one of the list SHA256SUMS. A run that failed or was interrupted can be
# repeated.
set -eu

# Filled in by scripts/build-release.
base_url=${GUILDHALL_BASE_URL:-}
version=

program=/usr/local/bin/guildhall
unit=/usr/local/lib/systemd/system/guildhall.service
manual=/usr/local/share/man/man1
completions=/usr/local/share/bash-completion/completions
configuration=/etc/guildhall/guildhall.toml
environment=/etc/default/guildhall
data=/var/lib/guildhall

steps=7
step_number=0
step() {
    step_number=$((step_number + 1))
    echo "[$step_number/$steps] $*"
}

fail() {
    echo "install.sh: $*" >&2
    exit 1
}

usage() {
    sed -n '2,15s/^# \{0,1\}//p' "$0"
}

read_options() {
    from='' domain='' start=yes action=install delete_data=no
    while [ $# -gt 0 ]; do
        case $1 in
        --domain | --from | --base-url | --version)
            [ $# -ge 2 ] || fail "$1 needs a value."
            case $1 in
            --domain) domain=$2 ;;
            --from) from=$2 ;;
            --base-url) base_url=$2 ;;
            --version) version=$2 ;;
            esac
            shift
            ;;
        --no-start) start=no ;;
        --uninstall) action=uninstall ;;
        --delete-data) delete_data=yes ;;
        -h | --help)
            usage
            exit 0
            ;;
        *) fail "there is no option $1; --help lists them." ;;
        esac
        shift
    done
    [ "$delete_data" = no ] || [ "$action" = uninstall ] || fail "--delete-data goes with --uninstall only."
    if [ -n "$domain" ]; then check_domain; fi
}

# A name of at least two labels, which cannot break out of the configuration file.
check_domain() {
    label='[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?'
    if [ "${#domain}" -gt 253 ] || ! printf '%s\n' "$domain" | grep -Eqix "($label\.)+$label"; then
        fail "$domain is not the name of a domain such as chat.example.com."
    fi
    case $domain in
    *"
"*) fail "the name of a domain is one line." ;;
    esac
}

check_machine() {
    [ "$(uname -s)" = Linux ] || fail "Guildhall runs on Linux; this is $(uname -s)."
    case $(uname -m) in
    x86_64 | amd64) arch=amd64 ;;
    aarch64 | arm64) arch=arm64 ;;
    *) fail "there are releases for x86-64 and 64-bit ARM; this machine is $(uname -m)." ;;
    esac
    if ls /lib/ld-musl-* >/dev/null 2>&1 && ! getconf GNU_LIBC_VERSION >/dev/null 2>&1; then
        fail "this system has the C library musl, and the release needs glibc; use the container image."
    fi
    command -v systemctl >/dev/null || fail "this system has no systemd; use the container image."
    if [ "$start" = yes ] && [ ! -d /run/systemd/system ]; then
        fail "systemd does not run here; --no-start installs without it."
    fi
    for tool in sha256sum tar gzip install sed grep; do
        command -v "$tool" >/dev/null || fail "the program $tool is missing."
    done
    if [ -e /var/lib/dpkg/info/guildhall.list ] && dpkg-query -W -f '${Status}' guildhall 2>/dev/null | grep -q 'ok installed'; then
        fail "Guildhall is installed as a Debian package here; upgrade it with apt."
    fi
}

check_root() {
    [ "$(id -u)" = 0 ] || fail "run this as root: sudo sh $0"
}

# fetch NAME: a file of the release, into the working folder.
fetch() {
    if [ -n "$from" ]; then
        cp -- "$from/$1" "$work/$1" 2>/dev/null || fail "there is no file $1 in $from."
    elif command -v curl >/dev/null; then
        curl --fail --silent --show-error --location --retry 3 --output "$work/$1" "$base_url/$1" || fail "$base_url/$1 could not be downloaded."
    elif command -v wget >/dev/null; then
        wget --quiet --tries=3 --output-document="$work/$1" "$base_url/$1" || fail "$base_url/$1 could not be downloaded."
    else
        fail "neither curl nor wget is here to download with."
    fi
}

download() {
    if [ -z "$from" ] && [ -z "$base_url" ]; then
        # Beside the files of a release.
        from=$(dirname "$0")
        [ -e "$from/SHA256SUMS" ] || fail "say where the release is: --base-url URL, or --from DIR."
    fi
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    fetch SHA256SUMS
    if [ -n "$version" ]; then
        archive=guildhall-$version-linux-$arch.tar.gz
    else
        archive=$(sed -n "s/^[0-9a-f]\{64\}  \(guildhall-[0-9A-Za-z.+~-]*-linux-$arch\.tar\.gz\)$/\1/p" "$work/SHA256SUMS" | tail -n 1)
    fi
    if [ -z "$archive" ] || ! grep -q "^[0-9a-f]\{64\}  $archive\$" "$work/SHA256SUMS"; then
        fail "this release has no file for this machine ($arch)."
    fi
    fetch "$archive"
}

verify() {
    (cd "$work" && grep "^[0-9a-f]\{64\}  $archive\$" SHA256SUMS | sha256sum --check --status -) ||
        fail "the checksum of $archive is wrong: it is damaged or not the release's; nothing was installed."
    tar -xzf "$work/$archive" -C "$work" --no-same-owner
    release=$work/${archive%.tar.gz}
    "$release/guildhall" version >/dev/null 2>&1 ||
        fail "the program does not run here: the system's C library is too old ($(getconf GNU_LIBC_VERSION 2>/dev/null || echo unknown)); nothing was installed."
}

make_user_and_folder() {
    if ! getent passwd guildhall >/dev/null; then
        useradd --system --user-group --home-dir "$data" --no-create-home --shell /usr/sbin/nologin guildhall
    fi
    [ -d "$data/" ] || install -d -m 0700 "$data"
    if [ "$(stat -L -c %U "$data")" != guildhall ]; then
        echo "      $data is given to the user guildhall."
        chown -R guildhall:guildhall "$data/"
    fi
    chmod 0700 "$data/"
}

# put MODE FILE TARGET: whole or not at all, also under a running program.
put() {
    install -d "$(dirname "$3")"
    install -m "$1" "$2" "$3.new"
    mv -f "$3.new" "$3"
}

install_files() {
    put 755 "$release/guildhall" "$program"
    sed "s#^ExecStart=/usr/bin/guildhall#ExecStart=$program#" "$release/guildhall.service" >"$work/unit"
    put 644 "$work/unit" "$unit"
    for page in "$release"/manual/man/*.1; do
        put 644 "$page" "$manual/$(basename "$page")"
    done
    put 644 "$release/manual/guildhall.bash" "$completions/guildhall"
    if [ ! -e "$configuration" ]; then
        put 640 "$release/guildhall.toml" "$configuration"
        chgrp guildhall "$configuration"
    fi
    [ -e "$environment" ] || put 644 "$release/environment" "$environment"
}

# The section of the domain is added to a file that has none; what an administrator wrote is never changed.
configure() {
    [ -n "$domain" ] || return 0
    if grep -q '^ *\[tls\]' "$configuration"; then
        if ! sed -n '/^ *\[tls\]/,/^ *\[[^t]/p' "$configuration" | grep '^ *domains *=' | grep -qF "\"$domain\""; then
            fail "$configuration has a section [tls] already: set mode = \"acme\" and domains = \"$domain\" there."
        fi
        return 0
    fi
    {
        cat "$configuration"
        printf '\n# Written by install.sh --domain: a certificate is obtained and renewed for this name.\n[tls]\nmode = "acme"\ndomains = "%s"\n' "$domain"
    } >"$work/configuration"
    put 640 "$work/configuration" "$configuration"
    chgrp guildhall "$configuration"
}

check_configuration() {
    "$program" config check --config "$configuration" >"$work/check" 2>&1 && return 0
    # A running server has locked the data folder, and its database is good.
    cat "$work/check" >&2
    fail "the configuration $configuration is not good; correct it, and run this again."
}

start_service() {
    [ "$start" = yes ] || return 0
    # A removed Debian package leaves the name of the service blocked.
    if [ "$(readlink /etc/systemd/system/guildhall.service)" = /dev/null ]; then systemctl unmask --quiet guildhall.service; fi
    systemctl daemon-reload
    systemctl enable --quiet guildhall.service
    # Waits until the server is ready, or says why it is not.
    if ! systemctl restart guildhall.service; then
        journalctl --unit guildhall --lines 5 --no-pager --output cat >&2 || true
        fail "the server did not start; the lines above say why. Correct it, and run this again."
    fi
}

say_where() {
    listen=$(sed -n 's/^ *listen *= *"\(.*\)".*/\1/p' "$configuration" | head -n 1)
    port=${listen##*:}
    address=$(hostname -I 2>/dev/null | cut -d ' ' -f 1) || address=
    plain="http://${address:-localhost}:${port:-8065}"
    [ -z "$domain" ] || plain="https://$domain"
    link=$plain
    if [ "$start" = yes ]; then
        # With the set-up code of a new server; one with accounts has none.
        link=$("$program" setup --link --config "$configuration" 2>/dev/null) || link=$plain
    fi
    echo "Guildhall is installed. Open $link in a browser: the first account becomes the administrator."
    case $link in
    *setup_code=*) echo "This prints the address again: sudo guildhall setup --link" ;;
    esac
    [ "$start" = yes ] || echo "It was not started: systemctl enable --now guildhall"
}

uninstall() {
    steps=2
    step "Stopping the server and removing the program"
    if [ -d /run/systemd/system ]; then
        systemctl disable --quiet --now guildhall.socket 2>/dev/null || true
        systemctl disable --quiet --now guildhall.service 2>/dev/null || true
    fi
    rm -f "$program" "$unit" "$completions/guildhall" "$manual/guildhall.1" "$manual"/guildhall-*.1
    if [ -d /run/systemd/system ]; then systemctl daemon-reload; fi
    step "Messages, files and configuration"
    if [ "$delete_data" = yes ]; then
        rm -rf "$data" /etc/guildhall "$environment"
        echo "      They were deleted."
    else
        echo "      They were kept in $data and /etc/guildhall; --uninstall --delete-data deletes them."
    fi
}

# In a function, so that a script of which only a part arrived does nothing.
main() {
    read_options "$@"
    check_root
    umask 022
    if [ "$action" = uninstall ]; then
        uninstall
        return
    fi
    step "Checking this machine"
    check_machine
    step "Fetching the release"
    download
    step "Verifying its checksum"
    verify
    step "User guildhall and data folder $data"
    make_user_and_folder
    step "Installing the program and the service"
    install_files
    step "Configuration $configuration"
    configure
    check_configuration
    if [ "$start" = yes ]; then step "Starting the server"; else step "Not starting the server"; fi
    start_service
    say_where
}

main "$@"
