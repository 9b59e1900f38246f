# BeagleBone Black and Green, PocketBeagle: TI AM335x.
set(CROSS_TRIPLE arm-linux-gnueabihf)
set(CROSS_PROCESSOR armv7l)
set(CROSS_CPU -march=armv7-a -mfpu=vfpv3-d16)
set(CROSS_QEMU qemu-arm-static -cpu cortex-a8)
include(${CMAKE_CURRENT_LIST_DIR}/debian-clang.cmake)
