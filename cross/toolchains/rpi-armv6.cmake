# Raspberry Pi 1, Zero and Zero W: ARMv6 with VFP. Debian's armhf is ARMv7, and what Raspberry Pi OS
# calls armhf is not Debian's; so armel, whose programs run on both if they are static.
set(CROSS_TRIPLE arm-linux-gnueabi)
set(CROSS_PROCESSOR armv6l)
set(CROSS_CPU -mcpu=arm1176jzf-s -mfloat-abi=softfp)
set(CROSS_QEMU qemu-arm-static -cpu arm1176)
include(${CMAKE_CURRENT_LIST_DIR}/debian-clang.cmake)
