# Raspberry Pi 1, Zero and Zero W: ARMv6. Debian's armhf is ARMv7, and what Raspberry Pi OS calls
# armhf is not Debian's; so a static program out of armel, which runs on both.
set(CROSS_TRIPLE arm-linux-gnueabi)
set(CROSS_PROCESSOR armv6l)
set(CROSS_CPU -march=armv6 -mfloat-abi=soft)
set(CROSS_LINK -static)
set(CMAKE_PROJECT_INCLUDE ${CMAKE_CURRENT_LIST_DIR}/static/libraries.cmake)
set(CROSS_QEMU qemu-arm-static -cpu arm1176)
include(${CMAKE_CURRENT_LIST_DIR}/debian-clang.cmake)
