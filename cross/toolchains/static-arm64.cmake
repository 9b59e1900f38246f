# Every 64-bit ARM.
set(CROSS_TRIPLE aarch64-linux-gnu)
set(CROSS_PROCESSOR aarch64)
set(CROSS_CPU -march=armv8-a)
set(CROSS_QEMU qemu-aarch64-static -cpu cortex-a53)
include(${CMAKE_CURRENT_LIST_DIR}/debian-clang.cmake)
