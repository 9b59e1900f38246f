# Raspberry Pi 3 and later with a 64-bit system; every other 64-bit ARM board.
set(CROSS_TRIPLE aarch64-linux-gnu)
set(CROSS_PROCESSOR aarch64)
set(CROSS_CPU -march=armv8-a)
set(CROSS_QEMU qemu-aarch64-static -cpu cortex-a53)
include(${CMAKE_CURRENT_LIST_DIR}/debian-clang.cmake)
