# Functions for bash and zsh. They change the environment of one command, and nothing else:
#
#   tailnet NAME COMMAND…   with the proxies of one tailnet, where 10.0.0.50 is its own 10.0.0.50
#   tailnets COMMAND…       with the port that leads to each tailnet by the names of its machines

# The first of some ADDRESS:PORT where something answers, or the last.
_tailnets_answering() {
  for at in "$@"; do
    if [ "$#" -eq 1 ] || nc -z -w1 "${at%:*}" "${at##*:}" 2>/dev/null; then break; fi
  done
  echo "$at"
}

# tailnet NAME COMMAND…
tailnet() (
  case ${1-} in
    work) at=$(_tailnets_answering 100.64.0.10:11080 100.64.0.11:12080) http=http:// ;;
    lab) at=$(_tailnets_answering 100.64.0.10:11081) http= ;;
    bare) at=$(_tailnets_answering 100.64.0.10:11083) http= ;;
    shop) echo "tailnet shop asks for a login: curl -K shop.curlrc" >&2; exit 2 ;;
    old) echo "tailnet old asks for a login: curl -K old.curlrc" >&2; exit 2 ;;
    *) echo "usage: tailnet work|lab|shop|bare|old COMMAND..." >&2; exit 2 ;;
  esac
  shift
  _tailnets_with "$at" "$http" "$@"
)

# tailnets COMMAND…
tailnets() (
  _tailnets_with "$(_tailnets_answering 100.64.0.10:1080)" http:// "$@"
)

# _tailnets_with ADDRESS:PORT SCHEME COMMAND…, in a subshell: SCHEME is empty where the port speaks SOCKS5 only
_tailnets_with() {
  if [ "$#" -lt 3 ]; then echo "usage: a COMMAND is missing" >&2; exit 2; fi
  ALL_PROXY=socks5h://$1
  all_proxy=$ALL_PROXY
  export ALL_PROXY all_proxy
  unset http_proxy HTTP_PROXY https_proxy HTTPS_PROXY no_proxy NO_PROXY
  if [ -n "$2" ]; then
    http_proxy=$2$1
    https_proxy=$http_proxy
    HTTPS_PROXY=$http_proxy
    export http_proxy https_proxy HTTPS_PROXY
  fi
  shift 2
  "$@"
}
