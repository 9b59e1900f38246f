# Raspberry Pi 2 and later with a 32-bit system (a Pi 2 is a Cortex-A7, the least of them).
set(CROSS_TRIPLE arm-linux-gnueabihf)
set(CROSS_PROCESSOR armv7l)
set(CROSS_CPU -march=armv7-a -mfpu=vfpv3-d16)
set(CROSS_QEMU qemu-arm-static -cpu cortex-a7)
include(${CMAKE_CURRENT_LIST_DIR}/debian-clang.cmake)
