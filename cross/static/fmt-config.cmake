# Debian has no archive of {fmt}: one is made of its headers.
if(NOT TARGET fmt::fmt)
  add_library(fmt_archive STATIC ${CMAKE_CURRENT_LIST_DIR}/fmt.cpp)
  # Its header is written for more compilers than ours are told to be strict about.
  target_compile_options(fmt_archive PRIVATE -w)
  # As Debian's library is used: the same objects serve a static program and another.
  target_compile_definitions(fmt_archive INTERFACE FMT_SHARED)
  add_library(fmt::fmt ALIAS fmt_archive)
endif()
