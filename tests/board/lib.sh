# The emulated boards, one per architecture, as the toolchain files have them. To be sourced, after
# cross/lib.sh.
# shellcheck shell=bash

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
