# What all steps use. A step says what it does on a line of its own, so that a failure can be named, and returns
# non-zero when the plan run stop. Runs as root under the host's lock.

LIB=/var/lib/tsproxy
RUN=/run/tsproxy
UNITS=/etc/systemd/system

doing() { say "doing $*"; }

# run COMMAND…: quietly; what it printed becomes the evidence if it fails.
run() {
  evidence=$("$@" 2>&1) && return 0
  code=$?
  say "failed $code"
  printf '%s\n' "$evidence" | tail -n 20 | sed 's/^/| /'
  return 1
}

# run_in_place COMMAND…: `run` without a process of its own, for commands that can be run once more to hear what they say.
run_in_place() { "$@" >/dev/null 2>&1 || run "$@"; }

# lock WAIT HOLDER: one program at a time; the holder's name is for the program that has to wait.
lock() {
  # a shell ends at once when it cannot open a file for `exec`
  evidence=$( { mkdir -p $RUN && : >>$RUN/.lock; } 2>&1) || { say unlockable; printf '| %s\n' "$evidence"; return 1; }
  exec 9>>$RUN/.lock
  flock -w "$1" 9 || { say locked; sed 's/^/| /' $RUN/.lock; return 1; }
  # the program that had it may have taken the file away with the last of ours: then others lock another file
  [ $RUN/.lock -ef /proc/self/fd/9 ] || { lock "$@"; return; }
  printf '%s, process %s, since %s\n' "$2" $$ "$(date -u '+%F %T UTC')" 2>/dev/null >$RUN/.lock || : # a full /run keeps no name
}

# digest PATH: sets `digest`. Most files of a first run are absent, which costs no process.
digest() {
  if [ -L "$1" ]; then digest=link
  elif [ -f "$1" ]; then digest=$(sha256sum <"$1") && digest=${digest%% *}
  elif [ -e "$1" ]; then digest=other
  else digest=absent
  fi
}

# guard PATH DIGEST: looking and acting are two moments; refuse what changed in between.
guard() {
  digest "$1" && [ "$digest" = "$2" ] || { say "moved $1"; return 1; }
}

# claim KEY HEAD: refuses when the manifest has come to be another resource's, or to be, or to be gone.
claim() {
  head=
  [ ! -f "$LIB/$1.manifest" ] || read -r head <"$LIB/$1.manifest" || :
  [ "$head" = "$2" ] || { say "moved $LIB/$1.manifest"; return 1; }
}

# claim_alone KEY PROJECT STACK: refuses when another resource of that stack has come to be here.
claim_alone() {
  for m in $LIB/*.manifest; do
    [ -f "$m" ] && [ "$m" != "$LIB/$1.manifest" ] || continue
    read -r _ _ project stack _ <"$m" || : # one that was cut behind its head is one
    [ "$project $stack" != "$2 $3" ] || { say "moved $LIB/$1.manifest"; return 1; }
  done
}

# records: makes the directory for them, only where there is something to put into it: after a program that removes what
# is gone already and is cut, no later one would come back for an empty directory.
records() { [ -d $LIB ] || mkdir -p -m 0700 $LIB; }

# parents DIR: makes what is missing and remembers it, so that it can be taken away again.
parents() {
  [ -z "$1" ] || [ -d "$1" ] && return
  parents "${1%/*}" && records && printf '%s\n' "$1" >>$LIB/dirs && mkdir -m 0755 "$1"
}

# no_symlink_in DIR: refuses a path that leads elsewhere by a symbolic link, where others may own what lies there. Directories of the
# distribution may be links.
no_symlink_in() {
  case $1 in '' | /etc | /etc/systemd | $UNITS | /usr | /usr/local | /usr/local/lib | /var | /var/lib) return ;; esac
  [ ! -L "$1" ] || { echo "$1 is a symbolic link; put a directory there, or nothing"; return 1; }
  no_symlink_in "${1%/*}"
}

# flush: what this program has written outlives a power cut from here on; nothing was written, nothing is waited for.
unflushed=
flush() { [ -z "$unflushed" ] || sync -f /var/lib /etc /usr/local 2>/dev/null || :; }

# replace PATH MODE CONTENT: whole or not at all; never readable by more than MODE says.
replace() {
  unflushed=yes
  change_mode=yes
  case $2 in
    0644) [ -e "$1" ] || [ -e "$1.tsproxy-new" ] || change_mode= ;; # a new file of that mode is born with it
    *) umask 077 ;;
  esac
  printf %s "$3" >"$1.tsproxy-new" && { [ -z "$change_mode" ] || chmod "$2" "$1.tsproxy-new"; } &&
    mv -fT "$1.tsproxy-new" "$1" && umask 022 && return
  umask 022
  rm -f "$1.tsproxy-new"
  return 1
}

# rewrite FILE: a record of ours with what comes in; as it was where that cannot be written, as on a full disk.
rewrite() { cat >"$1.new" && mv -f "$1.new" "$1" || { rm -f "$1.new"; return 1; }; } 2>/dev/null

# copy FROM TO: whole or not at all; half of it would be given back one day.
copy() {
  cp -a "$1" "$2.tsproxy-new" && mv -fT "$2.tsproxy-new" "$2" && return
  rm -f "$2.tsproxy-new"
  return 1
}

# part ORDER FUNCTION: steps of one of several orders, unless an earlier one of that order stopped it.
stopped=
part() {
  case $stopped in *" $1 "*) return ;; esac
  say "order $1"
  "$2" || stopped="$stopped $1 "
}
