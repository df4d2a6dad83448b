# Steps of downloads: fetched by the host itself, and not in place before their digest is right.

# download DIR SHA256 URL 'SERVER…' MEMBER MODE …: nothing is in place before its digest is right.
download() {
  doing "download $3"
  run_in_place parents "${1%/*}" && run fetch "$@"
}

# obtain FILE URL 'SERVER…': follows the URL's own server to itself and to those, and never away from https.
obtain() {
  at=$2 own=${2#*://} schemes=https
  case $2 in http:*) schemes='http https' ;; esac
  for hop in 1 2 3 4 5; do
    next=$(transfer "$1" "$at" $schemes) || return
    [ -n "$next" ] || return 0
    is_below "$next" "$schemes" "${own%%/*} $3" || {
      printf '%s leads elsewhere, to %.80s\n' "$2" "${next%"${next#*://*/}"}"
      return 1
    }
    at=$next
  done
  echo "$2 leads on and on"
  return 1
}

is_below() { # URL 'SCHEME…' 'SERVER…'
  for scheme in $2; do
    for server in $3; do case $1 in "$scheme://$server/"*) return ;; esac; done
  done
  return 1
}

ARCHIVE_BLOCKS=600000 # of 512 bytes

# transfer FILE URL SCHEME…: prints where the server says to go instead. A server that does not end fills no disk.
transfer() {
  file=$1 from=$2
  shift 2
  (
    trap '' XFSZ
    ulimit -f $ARCHIVE_BLOCKS
    exec curl -fsS --proto "=$(IFS=,; echo "$*")" --retry 2 --connect-timeout 15 --speed-limit 1000 --speed-time 30 --max-time 900 \
      --max-filesize $((ARCHIVE_BLOCKS * 512)) -o "$file" -w '%{redirect_url}' "$from"
  ) || {
    code=$?
    [ "$(stat -c %s "$file" 2>/dev/null || echo 0)" -lt $((ARCHIVE_BLOCKS * 512)) ] ||
      echo "$from sends more than $((ARCHIVE_BLOCKS / 2000)) MB" >&2
    return $code
  }
}

fetch() { unpack "$@" || { rm -rf "$1.tsproxy-new"; return 1; }; }

unpack() {
  dir=$1 sha=$2 url=$3 servers=$4 new=$1.tsproxy-new
  shift 4
  rm -rf "$new" && mkdir -p "$new/all" || return
  obtain "$new/archive" "$url" "$servers" || return
  digest "$new/archive" && [ "$digest" = "$sha" ] || {
    echo "$url has sha256 $digest, not $sha"
    return 1
  }
  tar -xzf "$new/archive" -C "$new/all" --no-same-owner || return
  printf '%s\n' "$sha" >"$new/.archive"
  while [ $# -gt 0 ]; do
    found=$(find "$new/all" -type f -name "$1")
    [ -f "$found" ] || { echo "$url holds no single file named $1"; return 1; }
    mv "$found" "$new/$1" && chmod "$2" "$new/$1" && chown 0:0 "$new/$1" || return
    stat -c "$1 %s:%Y" "$new/$1" >>"$new/.archive"
    shift 2
  done
  rm -rf "$new/all" "$new/archive" "$dir" && chmod 0755 "$new" && chmod 0644 "$new/.archive" && mv -T "$new" "$dir"
}

# discard DIR: as soon as nothing starts from it any more; `tidy` tries again.
discard() {
  doing "remove $1"
  run_in_place records && run note_discarded "$1"
}

note_discarded() { printf '%s\n' "$1" >>$LIB/discarded; }

# tidy_discarded: downloads that were discarded, as soon as no unit starts from them.
tidy_discarded() {
  [ -f $LIB/discarded ] || return 0
  while read -r d; do
    if is_wanted "$d"; then :
    elif is_started_from "$d"; then printf '%s\n' "$d"
    else rm -rf "$d" "$d.tsproxy-new"
    fi
  done <$LIB/discarded | rewrite $LIB/discarded
}
