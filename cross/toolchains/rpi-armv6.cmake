# ARMv6 with VFP. Debian's armhf is ARMv7, and what Raspberry Pi OS calls armhf is not Debian's; so
# armel, whose programs run on both if they are static, in a package that Raspberry Pi OS takes.
set(CROSS_FOR "Raspberry Pi 1, Zero and Zero W")
set(CROSS_ARCHITECTURE armel)
set(CROSS_PACKAGE_ARCHITECTURE armhf)
set(CROSS_TRIPLE arm-linux-gnueabi)
set(CROSS_PROCESSOR armv6l)
set(CROSS_CPU -mcpu=arm1176jzf-s -mfloat-abi=softfp)
set(CROSS_QEMU qemu-arm-static -cpu arm1176)
set(CROSS_STATIC ON)
set(CROSS_SUITES bookworm)
set(CROSS_UNITS all)
include(${CMAKE_CURRENT_LIST_DIR}/../debian-clang.cmake)
