#!/bin/sh
# Lets systemd-analyze read the units as an installed machine would have them; any word of complaint is a fault.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
mkdir -p "$root/etc/systemd/system" "$root/lib/systemd"
cp -R /lib/systemd/system "$root/lib/systemd/system"
cp "$here"/etc/systemd/system/*.service "$root/etc/systemd/system"
# What the units name that this machine needn't have.
for file in /bin/sh /sbin/agetty /opt/kiosk/current/kiosk-screen /opt/kiosk/current/venv/bin/kiosk; do
	install -D -m 755 /dev/null "$root$file"
done
printf '[Service]\nExecStart=/bin/sh\n' >"$root/lib/systemd/system/seatd.service"
for unit in "$here"/etc/systemd/system/*.service; do
	said=$(systemd-analyze verify --root="$root" --man=no --recursive-errors=no "${unit##*/}" 2>&1) && status=0 || status=$?
	if [ "$status" != 0 ] || [ -n "$said" ]; then
		printf '%s\n' "${unit##*/}: ${said:-status $status}" >&2
		exit 1
	fi
	echo "${unit##*/}: sound"
done
