#!/bin/sh
# Takes away what macos-install.sh has written, and nothing else: sudo sh macos-remove.sh [FOLDER]
set -eu
folder=${1:-/etc/resolver}
mark='# from the client kit of tsproxy'

for name in inner.work.internal old.work.internal tail1234.ts.net shop.internal work.internal lab.internal; do
  if [ -e "$folder/$name" ] && grep -qxF "$mark" "$folder/$name"; then rm "$folder/$name"; fi
done
if [ -d "$folder" ] && [ -z "$(ls -A "$folder")" ]; then rmdir "$folder"; fi
