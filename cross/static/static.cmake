# PPSD_STATIC: archives instead of shared libraries, and programs that need neither.
set(CMAKE_FIND_LIBRARY_SUFFIXES .a)
set(Boost_USE_STATIC_LIBS ON)
set(fmt_DIR ${CMAKE_CURRENT_LIST_DIR})
# 32-bit ARM's glibc lacks what a static program needs to run at any address.
if(CMAKE_LIBRARY_ARCHITECTURE MATCHES "^(x86_64|aarch64)-")
  add_link_options(-static-pie)
else()
  add_link_options(-static)
endif()
set(NTPDSHM_SHARED OFF)
