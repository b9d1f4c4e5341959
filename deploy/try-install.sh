#!/bin/sh
# Installs the terminal into a fresh Debian in a folder, as far as that goes without booting, and checks what came of it.
# Usage, as root: deploy/try-install.sh bookworm|trixie [FOLDER]
# It needs debootstrap, and takes the archive and the trusted certificates that this machine uses.
# shellcheck disable=SC2317  # functions are called by check and trap
set -eu

suite=${1:?bookworm or trixie}
folder=${2:-$(mktemp -d "/var/tmp/kiosk-$suite.XXXXXX")}
here=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck disable=SC2016  # apt expands it
archive=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' | grep /debian$ | head -n 1)
failed=0

check() {
	what=$1
	shift
	if "$@" >"$folder/tmp/check.log" 2>&1; then
		echo "ok      $what"
	else
		echo "FAILED  $what"
		sed 's/^/        /' "$folder/tmp/check.log"
		failed=1
	fi
}
inside() { chroot "$folder" "$@"; }
release_mounts() { ! mountpoint -q "$folder/proc" || umount "$folder/proc"; }
is_private() { [ "$(stat -c %a:%U "$folder/$1")" = "$2" ]; }
is_masked() { [ "$(inside readlink "/etc/systemd/system/$1")" = /dev/null ]; }
is_enabled() { [ -L "$folder/etc/systemd/system/multi-user.target.wants/$1" ]; }
# It ends with 0 after mere warnings, so it must also say nothing.
are_verified() {
	# shellcheck disable=SC2046  # one word a unit
	said=$(inside systemd-analyze verify --man=no $(cd "$here/deploy/etc" && find systemd -name '*.service' -printf '/etc/%p\n') 2>&1)
	echo "$said"
	[ -z "$said" ]
}
# The doctor's own status says whether a folder that never booted is a sound terminal, which it isn't.
consult() {
	inside setpriv --reuid kiosk --regid kiosk --init-groups env LANG=C.UTF-8 HOME=/var/lib/kiosk \
		KIOSK_CONFIG=/etc/kiosk/kiosk.toml KIOSK_SECRETS_DIR=/run/credentials/try "$@"
}
is_found_sound() { grep -A2 "\"id\": \"$1\"" "$folder/tmp/doctor.json" | grep -q '"status": "ok"'; }

trap release_mounts EXIT
if [ ! -e "$folder/etc/os-release" ]; then
	echo "== A bare $suite in $folder"
	debootstrap --variant=minbase --include=systemd-sysv,udev,dbus,ca-certificates "$suite" "$folder" "$archive" >"$folder.log"
fi
cp /etc/ssl/certs/ca-certificates.crt "$folder/etc/ssl/certs/ca-certificates.crt"
mountpoint -q "$folder/proc" || mount -t proc proc "$folder/proc"
unset PIP_FIND_LINKS # a folder of this machine
sh "$here/deploy/install.sh" --root "$folder"
echo "== Once more"
sh "$here/deploy/install.sh" --root "$folder" >"$folder/tmp/again.log"

echo "== Checks"
check "systemd-analyze verify" are_verified
check "foot takes its configuration" inside env LANG=C.UTF-8 foot --check-config --config=/etc/kiosk/foot.ini
check "user kiosk can't sign in" inside sh -c 'getent passwd kiosk | grep -q nologin$'
check "user kiosk may draw" inside sh -c 'id -nG kiosk | grep -qw video && id -nG kiosk | grep -qw render'
for unit in kiosk-terminal.service seatd.service; do check "$unit is enabled" is_enabled "$unit"; done
for unit in getty@tty1.service autovt@.service ctrl-alt-del.target; do check "$unit is masked" is_masked "$unit"; done
for key in field-key-1 hash-key; do check "$key is root's alone" is_private "etc/credstore/kiosk.$key" 600:root; done
check "two releases are kept" test "$(find "$folder/opt/kiosk/releases" -mindepth 1 -maxdepth 1 | wc -l)" = 2
check "no developers' tools" sh -c "! ls '$folder'/opt/kiosk/current/venv/bin/pytest"
check "Hanzi of one width are there" inside sh -c 'fc-list | grep -q "Noto Sans Mono CJK SC"'

# As systemd would hand the keys over: readable, and not writable.
inside install -d -o kiosk -m 700 /var/lib/kiosk
inside install -d -o kiosk -m 500 /run/credentials /run/credentials/try
for key in field-key-1 hash-key; do
	inside install -o kiosk -m 400 "/etc/credstore/kiosk.$key" "/run/credentials/try/$key"
done
program=$(inside readlink /opt/kiosk/current)/venv/bin/kiosk
check "kiosk demo" consult "$program" demo --numbers 1000
consult "$program" doctor --json >"$folder/tmp/doctor.json" || echo "        (kiosk doctor finds problems, as it must)"
for id in python settings database integrity keys disk; do check "kiosk doctor: $id" is_found_sound "$id"; done
consult "$program" doctor || true

check "it is removed" sh "$here/deploy/install.sh" --remove --root "$folder"
check "data and keys stay" test -e "$folder/var/lib/kiosk/kiosk.sqlite" -a -e "$folder/etc/credstore/kiosk.hash-key"
check "nothing is masked any more" sh -c "! test -e '$folder/etc/systemd/system/getty@tty1.service'"
exit "$failed"
