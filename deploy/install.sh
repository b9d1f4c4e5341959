#!/bin/sh
# Takes a bare Debian 13 to a running terminal; Debian 12 only with care. docs/install.md tells why, and what you see.
set -eu

usage() {
	cat <<'USAGE'
Usage: deploy/install.sh [--server] [--root DIR] [--dry-run]
       deploy/install.sh --remove [--root DIR] [--dry-run]

Installs the program in whose folder it lies, and starts it. Run it again to update or to repair.

  --server    a machine without a screen: a worker and the pages instead of a terminal
  --root DIR  into the Debian in this folder, to make an image; nothing is started
  --dry-run   only say what would be done
  --remove    take everything away again but settings, keys and data
USAGE
}

root=/ dry_run=no remove=no kind=terminal building=no mounted=no
while [ $# -gt 0 ]; do
	case $1 in
	--server) kind=server ;;
	--root) root=${2:?--root needs a folder}; shift ;;
	--dry-run) dry_run=yes ;;
	--remove) remove=yes ;;
	-h | --help) usage; exit 0 ;;
	*) usage >&2; exit 2 ;;
	esac
	shift
done
case $root in /*) ;; *) root=$PWD/$root ;; esac
root=${root%/}
here=$(cd "$(dirname "$0")/.." && pwd)
release=/opt/kiosk/releases/$(date -u +%Y%m%d-%H%M%S)
credentials="field-key-1 hash-key"
TERMINAL_UNITS="seatd.service kiosk-terminal.service"
SERVER_UNITS="kiosk-worker.service kiosk-web.service"
# What lets a customer at a keyboard out of the terminal.
MASKED="getty@tty1.service autovt@.service ctrl-alt-del.target"
FILES="systemd/system/kiosk-terminal.service systemd/system/kiosk-login.service systemd/system/kiosk-worker.service
systemd/system/kiosk-web.service systemd/logind.conf.d/kiosk.conf systemd/journald.conf.d/kiosk.conf
systemd/system.conf.d/kiosk.conf sysctl.d/90-kiosk.conf sysusers.d/kiosk.conf udev/rules.d/70-kiosk.rules
udev/hwdb.d/70-kiosk.hwdb"

say() { printf '\n== %s\n' "$*"; }
stop() { printf 'install.sh: %s\n' "$*" >&2; exit 1; }
run() { if [ "$dry_run" = yes ]; then printf '+ %s\n' "$*"; else "$@"; fi; }
inside() { if [ -n "$root" ]; then run chroot "$root" "$@"; else run "$@"; fi; }
# Nothing runs in an image, so nothing there is started or stopped.
live() { if [ -z "$root" ]; then run "$@"; fi; }
# Symlinks of units work without a running systemd.
units() { inside systemctl --no-reload "$@"; }

check_machine() {
	[ "$dry_run" = yes ] || [ "$(id -u)" = 0 ] || stop "run it as root: su -c 'sh deploy/install.sh'"
	[ -r "$root/etc/os-release" ] || stop "$root/ holds no Debian"
	# shellcheck disable=SC1091  # every Debian has it
	version=$(. "$root/etc/os-release" && echo "${ID:-}${VERSION_ID:-}")
	case $version in
	debian12 | debian13) ;;
	*) stop "this needs Debian 12 or 13, not ${version:-something unknown}" ;;
	esac
	[ "$version$kind" != debian12terminal ] || cat <<-'NOTE'
		Note: Debian 13 is recommended. The foot of Debian 12 knows no touch, so a touch screen must act as a mouse; try yours
		first, as docs/install.md says under "What you need".
	NOTE
}

# The tools that are run inside a folder look at themselves there.
mount_proc() {
	if [ -z "$root" ] || [ "$dry_run" = yes ] || mountpoint -q "$root/proc"; then return 0; fi
	mount -t proc proc "$root/proc"
	mounted=yes
}

# Half a release is none to go back to.
clean_up() {
	if [ "$building" = yes ]; then rm -rf "$root$release"; fi
	if [ "$mounted" = yes ]; then umount "$root/proc"; fi
}

install_packages() {
	say "Packages of Debian"
	set -- ca-certificates python3 python3-venv udev systemd-timesyncd
	# Any other keeper of time will do.
	if inside_has chronyd || inside_has ntpd; then set -- ca-certificates python3 python3-venv udev; fi
	if [ "$kind" = terminal ]; then
		set -- "$@" cage foot foot-terminfo seatd xwayland libgl1-mesa-dri fonts-dejavu-core fonts-noto-cjk fontconfig kbd
	fi
	inside apt-get update -q
	inside env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "$@"
}

inside_has() { [ -x "$root/usr/sbin/$1" ]; }

install_program() {
	say "The program, in $release"
	[ "$dry_run" = yes ] || building=yes
	run mkdir -p "$root$release/source"
	(
		cd "$here"
		run cp -R kiosk screens widgets storage deploy pyproject.toml constraints.txt README.md LICENSE NOTICE \
			"$root$release/source"
	)
	inside python3 -m venv "$release/venv"
	inside "$release/venv/bin/python" "$release/source/deploy/install_program.py" "$release/source"
	run mkdir "$root$release/docs"
	run cp "$here/docs/install.md" "$root$release/docs/install.md"
	run install -m 755 "$here/deploy/kiosk-screen" "$root$release/kiosk-screen"
	run rm -rf "$root$release/source"
	before=$(readlink "$root/opt/kiosk/current") || before=
	# From one moment to the next: what runs goes on with the old one until it is started again.
	run ln -sfn "$release" "$root/opt/kiosk/next"
	run mv -T "$root/opt/kiosk/next" "$root/opt/kiosk/current"
	building=no
	run install -D -m 755 "$here/deploy/kiosk-command" "$root/usr/local/sbin/kiosk"
	remove_old_releases
}

# What is current stays, and what was before it, to go back to. Dates in names say nothing: a clock may be behind.
remove_old_releases() {
	for old in "$root/opt/kiosk/releases"/*; do
		[ -d "$old" ] || continue
		case ${old##*/} in
		"$(basename "$release")" | "$(basename "$before")") ;;
		*) run rm -rf "$old" ;;
		esac
	done
}

install_files() {
	say "Units, rules and settings"
	for file in $FILES; do run install -D -m 644 "$here/deploy/etc/$file" "$root/etc/$file"; done
	inside systemd-sysusers kiosk.conf
	inside systemd-hwdb update
	for file in foot.ini screen.env kiosk.toml; do
		# Yours once they are there.
		[ -e "$root/etc/kiosk/$file" ] || run install -D -m 644 "$here/deploy/etc/kiosk/$file" "$root/etc/kiosk/$file"
	done
	[ "$kind" = server ] || add_what_a_newer_foot_knows
}

add_what_a_newer_foot_knows() {
	if [ "$dry_run" = yes ]; then
		echo "+ add deploy/etc/kiosk/foot-newer.ini to /etc/kiosk/foot.ini if foot takes it"
		return
	fi
	! grep -q '^\[security\]' "$root/etc/kiosk/foot.ini" || return 0
	cat "$root/etc/kiosk/foot.ini" "$here/deploy/etc/kiosk/foot-newer.ini" >"$root/etc/kiosk/foot.ini.new"
	if inside env LANG=C.UTF-8 foot --check-config --config=/etc/kiosk/foot.ini.new >"$root/dev/null" 2>&1; then
		mv "$root/etc/kiosk/foot.ini.new" "$root/etc/kiosk/foot.ini"
	else
		rm "$root/etc/kiosk/foot.ini.new"
	fi
}

make_keys() {
	say "Keys, in /etc/credstore"
	run mkdir -p -m 700 "$root/etc/credstore"
	for name in $credentials; do
		file=$root/etc/credstore/kiosk.$name
		if [ -e "$file" ] || [ -e "$root/etc/credstore.encrypted/kiosk.$name" ]; then continue; fi
		if [ "$name" = hash-key ]; then size=32; else size=64; fi
		if [ "$dry_run" = yes ]; then printf '+ make %s bytes at random in %s\n' "$size" "$file"; continue; fi
		(umask 077 && head -c "$size" /dev/urandom | od -An -v -tx1 | tr -d ' \n' >"$file.new" && mv "$file.new" "$file")
	done
	echo "Back them up: without them nobody can read customers' data."
}

start() {
	say "Start"
	if [ "$kind" = terminal ]; then
		for unit in $MASKED; do units mask "$unit"; done
		# shellcheck disable=SC2086  # several units
		units enable $TERMINAL_UNITS
		[ -z "$root" ] || return 0
		run sysctl -q --system
		run udevadm control --reload
		run udevadm trigger
		run systemctl daemon-reload
		run systemctl try-restart systemd-journald.service systemd-logind.service
		run systemctl start seatd.service
		run systemctl --no-block restart kiosk-terminal.service
	else
		# shellcheck disable=SC2086  # several units
		units enable $SERVER_UNITS
		live systemctl daemon-reload
		# shellcheck disable=SC2086  # several units
		live systemctl restart $SERVER_UNITS
	fi
}

remove() {
	[ -e "$root/etc/systemd/system/kiosk-terminal.service" ] || stop "nothing is installed here"
	say "Removing; /etc/kiosk, /etc/credstore/kiosk.* and /var/lib/kiosk stay"
	# shellcheck disable=SC2086  # several units
	live systemctl stop kiosk-terminal.service kiosk-login.service $SERVER_UNITS
	# shellcheck disable=SC2086  # several units
	units disable kiosk-terminal.service $SERVER_UNITS
	for unit in $MASKED; do units unmask "$unit"; done
	for file in $FILES; do run rm -f "$root/etc/$file"; done
	run rm -rf "$root/opt/kiosk" "$root/usr/local/sbin/kiosk" "$root/var/cache/kiosk"
	inside systemd-hwdb update
	live systemctl daemon-reload
	echo "Debian's packages stay as well; the user kiosk owns the data."
}

check_machine
trap clean_up EXIT
mount_proc
if [ "$remove" = yes ]; then
	remove
	exit 0
fi
install_packages
install_program
install_files
make_keys
start
say "Done"
if [ "$kind" = terminal ] && [ -z "$root" ]; then
	echo "The screen shows the terminal. Check it with: kiosk doctor"
fi
