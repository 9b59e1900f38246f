# The emulated boards, one per architecture, as the toolchain files have them. To be sourced, after
# cross/lib.sh.
# shellcheck shell=bash disable=SC2154

# The targets that say a machine.
booted_targets() {
  local target
  for target in $(targets); do
    if [[ -n $(word "$target" CROSS_MACHINE) ]]; then echo "$target"; fi
  done
}

board_archs() {
  local target
  for target in $(booted_targets); do arch_of_target "$target"; done | sort -u
}

# The one of an architecture; its package is installed on the board, unless another's is asked for.
target_of() {
  local target
  for target in $(booted_targets); do
    if [[ $(arch_of_target "$target") == "$1" ]]; then echo "$target"; return; fi
  done
  die "there is no emulated board of '$1': $(board_archs | one_of)"
}

# QEMU with its options, and the package of the kernel that it boots.
machine_of() { required "$(target_of "$1")" CROSS_MACHINE; }
kernel_package() { required "$(target_of "$1")" CROSS_KERNEL; }

# The same of the board that boots systemd.
system_machine_of() { echo "$(machine_of "$1") -m 768 -smp 2"; }

# What ppsd is linked with.
libraries() {
  case $1 in
    trixie) echo libgpiod3 libfmt10 libboost-program-options1.83.0 ;;
    bookworm) echo libgpiod2 libfmt9 libboost-program-options1.74.0 ;;
  esac
}

# device_tree MACHINE OUT: QEMU's own tree, less the power button: it holds the GPIO line that is our PPS.
device_tree() {
  # shellcheck disable=SC2086 # words are wanted
  $1 -M "dumpdtb=$2/board.dtb" -nodefaults \
    2>"$2/dumpdtb.log" || die "QEMU made no device tree: $(tail -n1 "$2/dumpdtb.log")"
  fdtput -r "$2/board.dtb" /gpio-keys
}

# What goes before QEMU's name: where it is allowed, ahead of all else: an emulator that waits for a processor makes
# a pulse late, and ppsd refuses pulses that are late by milliseconds. The board idles most of the time. Emulated
# processors take turns (--rr) with QEMU's other threads; its main thread is put ahead of them by the feeder.
ahead() {
  if chrt --rr 1 true 2>/dev/null; then echo chrt --rr 1; fi
}

# Starts what keeps this machine's processors awake: $awake. For a board whose pulses are measured; another has
# no need of it, and tests that run beside it would be slower.
keep_awake() {
  clang++-19 -std=c++20 -O2 -pthread -o "$out/awake" "$here/awake.cpp"
  timeout --kill-after=5 "$limit" "$out/awake" &
  awake=$!
}

# What follows is of a run: $qemu, $feeder and $awake are its processes, $sockets, $out and $console its files, $limit
# its s, $board its name.

# Only what this run started.
clean_up() {
  if [[ -n ${qemu:-} ]]; then kill "$qemu" 2>/dev/null || true; fi
  if [[ -n ${feeder:-} ]]; then kill "$feeder" 2>/dev/null || true; fi
  if [[ -n ${awake:-} ]]; then kill "$awake" 2>/dev/null || true; fi
  rm -rf "$sockets"
}

# The console without the times of arrival.
said() { cut -d' ' -f2- "$console"; }

# How far the board's clock is from this machine's, in s, from the line in which it said its time.
# It is behind by as long as the line took, some ms.
clock_difference() {
  awk '$2 == "clock:" { printf "%.3f\n", $3 - $1 }' "$console"
}

right_second() {
  awk -v s="$(clock_difference)" 'BEGIN { exit !(s != "" && s > -0.3 && s < 0.3) }'
}

# fail WHY, with the end of the console.
fail() {
  echo "--- the end of the console"
  said | tail -n 60
  die "$board: $1 (logs: ${out#"$source_dir"/})"
}

# Until it is switched off; fails with what it said itself.
wait_for_the_board() {
  local status=0 reason
  wait "$qemu" || status=$?
  qemu=
  wait "$feeder" || true
  feeder=
  if [[ $status == 124 ]]; then fail "the board was not done after $limit s"; fi
  if [[ $status != 0 ]]; then fail "QEMU ended with code $status: $(tail -n1 "$out/qemu.log")"; fi
  reason=$(said | sed -n 's/^board: fail: //p')
  [[ -z $reason ]] || fail "$reason"
}

# Shows what it said, if it is content and its clock is right.
judge_the_board() {
  said | grep -x 'board: pass' >/dev/null || fail "the board switched off without a verdict"
  right_second || fail "the board's clock differs by $(clock_difference) s from this machine's"
  said | sed -n "/^--- /,/^board: /p"
  cat "$out/feeder.log"
}
