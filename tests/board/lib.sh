# The emulated boards, one per architecture. To be sourced, after cross/lib.sh.
# shellcheck shell=bash

board_archs='arm64 or armhf'

# What cross/build calls the board, unless another target is asked for.
target_of() {
  case $1 in
    arm64) echo rpi-arm64 ;;
    armhf) echo beaglebone ;;
    *) die "there is no emulated board of '$1': $board_archs" ;;
  esac
}

qemu_of() {
  case $1 in
    arm64) echo qemu-system-aarch64 ;;
    armhf) echo qemu-system-arm ;;
  esac
}

# The machine itself, in QEMU's options. Without highmem=off a 32-bit kernel finds no PCI bus, and
# so no UART.
machine_of() {
  case $1 in
    arm64) echo virt -cpu cortex-a53 -m 512 ;;
    armhf) echo virt,highmem=off -cpu cortex-a15 -m 512 ;;
  esac
}
