# Steps of the resource as a whole: its manifest, and the end of it.

# manifest KEY TEXT: what this resource owns here.
manifest() {
  doing "note what belongs to $1"
  run_in_place records && run_in_place replace "$LIB/$1.manifest" 0600 "$2"
}

# forget KEY: an empty manifest first, so that a run that dies while it tidies is called again.
forget() {
  doing "forget $1"
  unflushed=yes
  m="$LIB/$1.manifest"
  if [ -f "$m" ]; then run_in_place replace "$m" 0600 "$(head -n 1 "$m")$nl" || return; fi
  run rm -f "$m.tsproxy-new" || return
  tidy
  # the last manifest and our directory in one process: no later run would come back for an empty directory
  case $(ls -A $LIB 2>&1) in "$1.manifest") run rm -df "$m" $LIB ;; *) run rm -f "$m" ;; esac
}

# tidy: takes away directories that steps made and that are empty; with the last resource, our own as well.
tidy() {
  tidy_adopted
  tidy_discarded
  if [ -f $LIB/dirs ]; then
    sort -ru $LIB/dirs | while read -r d; do rmdir "$d" 2>/dev/null || [ ! -d "$d" ] || printf '%s\n' "$d"; done | rewrite $LIB/dirs
  fi
  tidy_installed
  for f in $LIB/dirs $LIB/installed $LIB/discarded; do [ -s $f ] || rm -f $f; done
  rmdir $LIB 2>/dev/null || :
  # Units whose programs were deleted by hand have left notes: a watch of the next gateway would go by them.
  [ -e $LIB ] || rm -rf $RUN 2>/dev/null || :
}
