# Archives instead of shared libraries. Read at the end of project(): CMake's own files for Linux
# set the suffixes after the toolchain file.
set(CMAKE_FIND_LIBRARY_SUFFIXES .a)
set(Boost_USE_STATIC_LIBS ON)
set(fmt_DIR ${CMAKE_CURRENT_LIST_DIR})
