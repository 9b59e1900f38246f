# PPSD_STATIC: archives instead of shared libraries, and programs that need neither.
set(CMAKE_FIND_LIBRARY_SUFFIXES .a)
set(Boost_USE_STATIC_LIBS ON)
set(fmt_DIR ${CMAKE_CURRENT_LIST_DIR})
add_link_options(-static)
set(NTPDSHM_SHARED OFF)
