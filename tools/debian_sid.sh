# Sourced by tools/oracle and tools/headers: packages of Debian's suite sid, through apt but beside the system.
#
#   sid_unpack FOLDER PACKAGE...    downloads the packages and unpacks them into FOLDER
#
# apt checks what it downloads against the suite's index; nothing is installed, and nothing outside FOLDER is written.

sid_unpack() {
    local into work uri apt
    into=$(realpath -m "$1")
    shift
    command -v apt-get > /dev/null && command -v dpkg > /dev/null || {
        echo "CPython 3.14's files come as Debian packages, and this machine has no apt-get and dpkg." >&2
        return 1
    }
    work=$into/.apt
    mkdir -p "$work"/{lists/partial,cache/archives/partial,parts}
    uri=$(sed -n 's/^URIs: *//p' /etc/apt/sources.list.d/debian.sources 2> /dev/null | head -1)
    # An older system does not have the key that signs sid today, hence trusted=yes.
    echo "deb [trusted=yes] ${uri:-http://deb.debian.org/debian} sid main" > "$work/sources.list"
    apt=(-o "Dir::Etc::sourcelist=$work/sources.list" -o "Dir::Etc::sourceparts=$work/parts"
         -o "Dir::State::Lists=$work/lists" -o "Dir::Cache=$work/cache" -o APT::Sandbox::User=root -qq)
    echo "fetching $* from Debian sid" >&2
    apt-get "${apt[@]}" update >&2 || return
    (cd "$work/cache" && apt-get "${apt[@]}" download "$@" >&2) || return
    local package
    for package in "$work"/cache/*.deb; do dpkg -x "$package" "$into" || return; done
    rm -rf "$work"
}
