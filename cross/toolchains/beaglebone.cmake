# TI AM335x. Its machine stands for every board of armhf; without highmem=off a 32-bit kernel finds no
# PCI bus there, and so no UART.
set(CROSS_FOR "BeagleBone Black and Green, PocketBeagle")
set(CROSS_ARCHITECTURE armhf)
set(CROSS_TRIPLE arm-linux-gnueabihf)
set(CROSS_PROCESSOR armv7l)
set(CROSS_CPU -march=armv7-a -mfpu=vfpv3-d16)
set(CROSS_QEMU qemu-arm-static -cpu cortex-a8)
set(CROSS_SUITES trixie bookworm)
set(CROSS_UNITS all)
# The rest of its tests, with 32 bits of time_t, rpi-armv6 runs.
set(CROSS_UNITS_bookworm shm hal)
set(CROSS_MACHINE qemu-system-arm -M virt,highmem=off -cpu cortex-a15 -m 512)
set(CROSS_KERNEL linux-image-armmp)
include(${CMAKE_CURRENT_LIST_DIR}/../debian-clang.cmake)
