# In bookworm only libgpiod and the compiler's library differ. Its machine stands for every board of
# arm64.
set(CROSS_FOR "Raspberry Pi 3 and later, 64-bit system; any 64-bit ARM board")
set(CROSS_ARCHITECTURE arm64)
set(CROSS_TRIPLE aarch64-linux-gnu)
set(CROSS_PROCESSOR aarch64)
set(CROSS_CPU -march=armv8-a)
set(CROSS_QEMU qemu-aarch64-static -cpu cortex-a53)
set(CROSS_SUITES trixie bookworm)
set(CROSS_UNITS all)
set(CROSS_UNITS_bookworm shm hal)
set(CROSS_MACHINE qemu-system-aarch64 -M virt -cpu cortex-a53 -m 512)
set(CROSS_KERNEL linux-image-arm64)
include(${CMAKE_CURRENT_LIST_DIR}/../debian-clang.cmake)
