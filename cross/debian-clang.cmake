# What the toolchain files have in common: clang and lld with a Debian sysroot. A file in toolchains/
# is a board, and a target of cross/build. The scripts read it, too: each set() is a line of its own.
#   CROSS_FOR                   the boards that it is for, in words
#   CROSS_ARCHITECTURE          Debian's name of the architecture whose packages the sysroot holds
#   CROSS_PACKAGE_ARCHITECTURE  our package's, where that is another
#   CROSS_TRIPLE                the target's GNU name, as Debian's folders of libraries are called
#   CROSS_PROCESSOR             CMAKE_SYSTEM_PROCESSOR
#   CROSS_CPU                   flags that choose the processor: those of Debian's own packages where
#                               they fit, so that boards of one architecture share their objects in
#                               the compiler cache
#   CROSS_QEMU                  the emulator that runs its programs, with its flags
#   CROSS_STATIC                ON: static programs, which run on every suite
#   CROSS_SUITES                the suites that it can be built from, the default first
#   CROSS_UNITS                 the folders of tests/unit that cross/check runs: all if no other target
#                               has this processor and time_t; else some, because the code is the same,
#                               for another model of the processor or linked statically
#   CROSS_UNITS_suite           in this suite, where that is another list
#   CROSS_WEB                   the suites in which cross/check builds ppsd-web as well
#   CROSS_MACHINE               QEMU's machine that tests/board boots for all boards of the
#                               architecture; one of them says it, or none
#   CROSS_KERNEL                the package of the kernel that it boots
# The user gives CROSS_SYSROOT, as a cache variable or in the environment.

foreach(word IN ITEMS ARCHITECTURE TRIPLE PROCESSOR QEMU)
  if(NOT CROSS_${word})
    message(FATAL_ERROR "${CMAKE_TOOLCHAIN_FILE} sets no CROSS_${word}: ${CMAKE_CURRENT_LIST_FILE} says what it is")
  endif()
endforeach()

set(CROSS_SYSROOT "$ENV{CROSS_SYSROOT}" CACHE PATH "the target's headers and libraries")
if(NOT IS_DIRECTORY "${CROSS_SYSROOT}")
  message(FATAL_ERROR "no sysroot at CROSS_SYSROOT ('${CROSS_SYSROOT}'): cross/sysroot makes one")
endif()
if(NOT EXISTS "${CROSS_SYSROOT}/usr/lib/${CROSS_TRIPLE}")
  message(FATAL_ERROR "'${CROSS_SYSROOT}' is not a ${CROSS_TRIPLE} sysroot: cross/sysroot makes one")
endif()
# try_compile reads this file again, and knows only what is named here.
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES CROSS_SYSROOT)

# What packages.cmake asks for.
if(NOT CROSS_PACKAGE_ARCHITECTURE)
  set(CROSS_PACKAGE_ARCHITECTURE ${CROSS_ARCHITECTURE})
endif()

set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR ${CROSS_PROCESSOR})
set(CMAKE_SYSROOT ${CROSS_SYSROOT})
set(CMAKE_LIBRARY_ARCHITECTURE ${CROSS_TRIPLE})

foreach(language C CXX)
  set(CMAKE_${language}_COMPILER_TARGET ${CROSS_TRIPLE})
endforeach()
set(CMAKE_C_COMPILER clang-19)
set(CMAKE_CXX_COMPILER clang++-19)
# The machine's own binutils know one architecture, LLVM's know all.
find_program(CMAKE_AR llvm-ar-19 REQUIRED)
find_program(CMAKE_RANLIB llvm-ranlib-19 REQUIRED)
find_program(CMAKE_STRIP llvm-strip-19 REQUIRED)
find_program(CMAKE_OBJCOPY llvm-objcopy-19 REQUIRED)

# Not CMAKE_CXX_FLAGS_INIT, which a preset's CMAKE_CXX_FLAGS would replace.
add_compile_options(${CROSS_CPU})
add_link_options(-fuse-ld=lld ${CROSS_CPU})

# Debian 13 moved 32-bit ARM to a 64-bit time_t. Its libraries are built so, whence must we be.
file(STRINGS ${CROSS_SYSROOT}/usr/lib/os-release debian_version REGEX "^VERSION_ID=")
string(REGEX REPLACE "[^0-9]" "" debian_version "${debian_version}")
if(CROSS_PROCESSOR MATCHES "^arm" AND debian_version GREATER_EQUAL 13)
  add_compile_options(-D_FILE_OFFSET_BITS=64 -D_TIME_BITS=64)
endif()

set(CMAKE_CROSSCOMPILING_EMULATOR ${CROSS_QEMU} -L ${CROSS_SYSROOT})

set(CMAKE_FIND_ROOT_PATH ${CROSS_SYSROOT})
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
set(ENV{PKG_CONFIG_SYSROOT_DIR} ${CROSS_SYSROOT})
set(ENV{PKG_CONFIG_LIBDIR}
    ${CROSS_SYSROOT}/usr/lib/${CROSS_TRIPLE}/pkgconfig:${CROSS_SYSROOT}/usr/share/pkgconfig)
set(ENV{PKG_CONFIG_PATH} "")
