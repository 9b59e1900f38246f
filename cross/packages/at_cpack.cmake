# Read by cpack before it installs anything: the version, and what the packages depend on.

# Of the commit, so that the same source gives the same packages.
execute_process(COMMAND git -C ${CPACK_PPSD_SOURCE} log -1 --format=%ct
                OUTPUT_VARIABLE commit_time OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
if(commit_time AND NOT DEFINED ENV{SOURCE_DATE_EPOCH})
  set(ENV{SOURCE_DATE_EPOCH} ${commit_time})
endif()

# The tag v1.2.3 is 1.2.3, four commits later is 1.2.3+4.gabcdef0; without a tag, CMake's version.
execute_process(COMMAND git -C ${CPACK_PPSD_SOURCE} describe --match "v[0-9]*"
                OUTPUT_VARIABLE tag OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
if(tag MATCHES "^v([0-9][0-9.a-z~]*)$")
  set(CPACK_PACKAGE_VERSION ${CMAKE_MATCH_1})
elseif(tag MATCHES "^v([0-9][0-9.a-z~]*)-([0-9]+)-(g[0-9a-f]+)$")
  set(CPACK_PACKAGE_VERSION ${CMAKE_MATCH_1}+${CMAKE_MATCH_2}.${CMAKE_MATCH_3})
endif()
set(CPACK_DEBIAN_PACKAGE_VERSION ${CPACK_PACKAGE_VERSION})

# Each package has its own, which CPack would put under this one.
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "")

# systemd-sysusers makes the user; there is no other way to it in the package.
set(CPACK_DEBIAN_PPSD_PACKAGE_DEPENDS "systemd | systemd-standalone-sysusers")
set(CPACK_DEBIAN_PPSD-WEB_PACKAGE_DEPENDS "libjs-dygraphs, systemd | systemd-standalone-sysusers")
set(CPACK_DEBIAN_LIBNTPDSHM-DEV_PACKAGE_DEPENDS libc6-dev)
if(CPACK_COMPONENTS_ALL MATCHES libntpdshm0)
  string(APPEND CPACK_DEBIAN_LIBNTPDSHM-DEV_PACKAGE_DEPENDS
         ", libntpdshm0 (= ${CPACK_DEBIAN_PACKAGE_VERSION})")
endif()
if(CPACK_PPSD_PYTHON_VERSION MATCHES "^([0-9]+)\\.([0-9]+)")
  math(EXPR next "${CMAKE_MATCH_2} + 1")
  set(CPACK_DEBIAN_PYTHON3-NTPDSHM_PACKAGE_DEPENDS
      "python3 (>= ${CMAKE_MATCH_1}.${CMAKE_MATCH_2}), python3 (<< ${CMAKE_MATCH_1}.${next})")
endif()

# dpkg-shlibdeps knows the packages that are installed here; of a sysroot's it knows none.
# add_depends(PACKAGE PROGRAM...): what the programs need of it.
macro(add_depends package)
  execute_process(COMMAND ${CMAKE_CURRENT_LIST_DIR}/depends ${CPACK_PPSD_SYSROOT}
                          ${CPACK_PPSD_TRIPLE} ${ARGN}
                  OUTPUT_VARIABLE depends OUTPUT_STRIP_TRAILING_WHITESPACE
                  COMMAND_ERROR_IS_FATAL ANY)
  if(depends)
    string(APPEND CPACK_DEBIAN_${package}_PACKAGE_DEPENDS ", ${depends}")
  endif()
endmacro()

if(CPACK_PPSD_SYSROOT)
  add_depends(PPSD ${CPACK_PPSD_BIN}/ppsd ${CPACK_PPSD_BIN}/ppsctl)
  if(depends)
    string(APPEND CPACK_DEBIAN_PYTHON3-NTPDSHM_PACKAGE_DEPENDS ", libc6, libgcc-s1, libstdc++6")
    set(CPACK_DEBIAN_LIBNTPDSHM0_PACKAGE_DEPENDS "libc6, libgcc-s1, libstdc++6")
  endif()
  if("${CPACK_COMPONENTS_ALL}" MATCHES "(^|;)ppsd-web(;|$)")
    add_depends(PPSD-WEB ${CPACK_PPSD_BIN}/ppsd-web)
  endif()
else()
  # Without them CPack would make a package that depends on nothing, or stop without a reason.
  foreach(tool IN ITEMS dpkg-shlibdeps:dpkg-dev file:file)
    string(REPLACE ":" ";" tool ${tool})
    list(GET tool 0 program)
    list(GET tool 1 package)
    find_program(CPACK_PPSD_TOOL_${package} ${program} NO_CACHE)
    if(NOT CPACK_PPSD_TOOL_${package})
      message(FATAL_ERROR "${program} is missing: apt install ${package}")
    endif()
  endforeach()
  foreach(package IN ITEMS PPSD PPSD-WEB LIBNTPDSHM0 PYTHON3-NTPDSHM)
    set(CPACK_DEBIAN_${package}_PACKAGE_SHLIBDEPS ON)
  endforeach()
endif()
