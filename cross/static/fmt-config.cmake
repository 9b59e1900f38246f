# Debian has no archive of {fmt}. Its headers can do without, where each source is told so.
if(NOT TARGET fmt::fmt)
  find_path(FMT_HEADERS fmt/format.h REQUIRED)
  add_library(fmt::fmt INTERFACE IMPORTED)
  set_target_properties(fmt::fmt PROPERTIES INTERFACE_INCLUDE_DIRECTORIES ${FMT_HEADERS})
  add_compile_definitions(FMT_HEADER_ONLY)
endif()
