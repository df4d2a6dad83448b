#!/bin/sh
# Takes away what macos-install.sh has written, also from a former kit, and nothing else: sudo sh macos-remove.sh [FOLDER]
set -eu
folder=${1:-/etc/resolver}
mark='# from the client kit of tsproxy'

for file in "$folder"/*; do
  if [ -f "$file" ] && grep -qxF "$mark" "$file"; then rm "$file"; fi
done
if [ -d "$folder" ] && [ -z "$(ls -A "$folder")" ]; then rmdir "$folder"; fi
