# Steps of files: each whole or not at all, and what was there before is given back.

write() { # PATH MODE FOUND CONTENT
  doing "write $1"
  run_in_place no_symlink_in "${1%/*}" && guard "$1" "$3" || return
  [ ! -e "$LIB/adopted$1.returned" ] || run keep_again "$1" || return
  run_in_place parents "${1%/*}" && run_in_place replace "$1" "$2" "$4"
}

adopt() { # PATH
  doing "adopt $1"
  run_in_place no_symlink_in "${1%/*}" || return
  [ -e "$LIB/adopted$1" ] || { run_in_place records && run_in_place parents "$LIB/adopted${1%/*}" && run copy "$1" "$LIB/adopted$1"; }
}

# What was given back stays beside it as `.returned` for as long as a manifest names it: a run that died before
# it noted so would take the file for ours, and delete it or write over it.
give_back() {
  kept=$LIB/adopted$1
  rm -f "$1.tsproxy-new" # of a run that was killed
  if [ -e "$kept" ]; then copy "$kept" "$1" && mv -fT "$kept" "$kept.returned"
  elif [ ! -e "$kept.returned" ]; then rm -f "$1"
  fi
}

keep_again() {
  if [ -e "$1" ]; then copy "$1" "$LIB/adopted$1" || return; fi
  rm -f "$LIB/adopted$1.returned"
}

remove() { # PATH FOUND
  doing "remove $1"
  run_in_place no_symlink_in "${1%/*}" && guard "$1" "$2" && run give_back "$1"
}

# tidy_adopted: copies of files that were given back, once no manifest names them.
tidy_adopted() {
  [ -d $LIB/adopted ] || return 0
  find $LIB/adopted -name '*.tsproxy-new' -delete
  find $LIB/adopted -name '*.returned' | while read -r f; do
    given=${f%.returned}
    grep -qsxF "file ${given#$LIB/adopted}" $LIB/*.manifest || rm -f "$f"
  done
}
