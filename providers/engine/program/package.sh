# Steps of packages, in the words of the host's package manager; see apt.sh. What is installed is noted before, and only
# what was noted is removed.

# install_noted PACKAGE…: a run that dies half-way is still accountable.
install_noted() {
  planned=$(${manager}_planned "$@") || return
  [ -z "$planned" ] || printf '%s\n' "$planned" | sed 's/^/package /' >>$LIB/installed || return
  ${manager}_install "$@"
}

# keep_off UNIT…: masks units that a package will bring, unless they are there already.
keep_off() {
  for u; do
    [ -e $UNITS/$u ] || [ -L $UNITS/$u ] || { printf 'mask %s\n' "$u" >>$LIB/installed; ln -s /dev/null $UNITS/$u; } || return
  done
}

install_packages() { # 'KEPT-OFF UNIT…' PACKAGE…
  kept_off=$1
  shift
  doing "install $*"
  run keep_off $kept_off || return
  install_noted "$@" >/dev/null 2>&1 && return
  doing "update the package lists"
  run ${manager}_update || return
  doing "install $*"
  run install_noted "$@"
}

# purge KEY PACKAGE…: only what we installed and no other resource needs, then what they alone had pulled in.
purge() {
  key=$1
  shift
  doing "find out what else needs $*"
  for p; do
    ! grep -qsx "package $p" $LIB/installed || needed_besides "$key" "package $p" || purge_unless_needed "$p" || return
  done
  for p in $(${manager}_orphans); do
    ! grep -qsx "package $p" $LIB/installed || purge_unless_needed "$p" || return
  done
}

needed_besides() { # KEY LINE
  for m in $LIB/*.manifest; do [ "$m" = "$LIB/$1.manifest" ] || ! grep -qsx "$2" "$m" || return 0; done
  return 1
}

purge_unless_needed() {
  others=$(${manager}_removed_with "$1" | while read -r p; do grep -qx "package $p" $LIB/installed || echo "$p"; done)
  [ -z "$others" ] || return 0
  doing "remove package $1"
  run ${manager}_purge "$1" && run forget_installed "package $1"
}

forget_installed() {
  grep -vx "$1" $LIB/installed | rewrite $LIB/installed
}

# unmask KEY UNIT…: takes a mask of ours away again.
unmask() {
  key=$1
  shift
  for u; do
    grep -qsx "mask $u" $LIB/installed && ! needed_besides "$key" "keepoff $u" || continue
    doing "unmask $u"
    run rm -f $UNITS/$u && run systemctl daemon-reload && run forget_installed "mask $u" || return
  done
}

# tidy_installed: what the package manager was asked for and failed to install does not become ours when it is installed
# later by other hands.
tidy_installed() {
  [ -f $LIB/installed ] || return 0
  present=" $(${manager}_states)"
  while read -r kind name; do
    case "$kind $present" in
      package*" $name=not-installed "* | package*" $name=config-files "*) continue ;;
      package*" $name="* | mask*) printf '%s %s\n' "$kind" "$name" ;;
    esac
  done <$LIB/installed | rewrite $LIB/installed
}
