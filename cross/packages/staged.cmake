# Run by cpack on the staged files, before they become packages: what Debian's policy asks of them.
file(TO_CMAKE_PATH "${CPACK_TEMPORARY_DIRECTORY}" top)

# There is a debian/control, which dpkg-gensymbols of Debian 13 asks for.
set(here ${CMAKE_CURRENT_LIST_DIR})
function(run)
  execute_process(COMMAND ${ARGV} WORKING_DIRECTORY ${here} COMMAND_ERROR_IS_FATAL ANY)
endfunction()

# The newest part of daemon/doc/news.md, as Debian writes it; there, lines end at column 80.
file(READ ${CPACK_PPSD_SOURCE}/daemon/doc/news.md news)
string(REGEX MATCH "\n## [^\n]+\n(\n[^#]+)" _ "${news}")
string(REGEX REPLACE "\n  " "\n    " news "${CMAKE_MATCH_1}")
string(REGEX REPLACE "\n- " "\n  * " news "${news}")
string(STRIP "${news}" news)

string(TIMESTAMP date "%a, %d %b %Y %H:%M:%S +0000" UTC) # honours SOURCE_DATE_EPOCH
foreach(package IN LISTS CPACK_COMPONENTS_ALL)
  set(documents ${top}/${package}/usr/share/doc/${package})
  file(WRITE ${documents}/changelog
       "${package} (${CPACK_DEBIAN_PACKAGE_VERSION}) unstable; urgency=medium\n\n"
       "  ${news}\n\n"
       " -- ${CPACK_PACKAGE_CONTACT}  ${date}\n")
  configure_file(${CMAKE_CURRENT_LIST_DIR}/copyright ${documents}/copyright COPYONLY)
  if(EXISTS ${CMAKE_CURRENT_LIST_DIR}/${package}/lintian-overrides)
    configure_file(${CMAKE_CURRENT_LIST_DIR}/${package}/lintian-overrides
                   ${top}/${package}/usr/share/lintian/overrides/${package} COPYONLY)
  endif()
  file(GLOB_RECURSE compressed ${top}/${package}/usr/share/man/*.[1-8] ${documents}/changelog)
  foreach(file IN LISTS compressed)
    run(gzip -9nf ${file})
  endforeach()
  file(GLOB_RECURSE archives ${top}/${package}/*.a)
  foreach(archive IN LISTS archives)
    run(${CPACK_PPSD_STRIP} --strip-debug -R .comment --enable-deterministic-archives ${archive})
  endforeach()
  # CPack has stripped these, but for the compiler's name.
  file(GLOB_RECURSE binaries ${top}/${package}/usr/bin/* ${top}/${package}/*.so*)
  foreach(binary IN LISTS binaries)
    if(NOT IS_SYMLINK ${binary})
      run(${CPACK_PPSD_STRIP} -R .comment ${binary})
    endif()
  endforeach()
  run(chmod -R u=rwX,go=rX ${top}/${package})
endforeach()
if(CPACK_COMPONENTS_ALL MATCHES libntpdshm0)
  # Only warns where an architecture has others; the test ntpdshm_symbols doesn't (-c4).
  run(dpkg-gensymbols -c0 -plibntpdshm0 -v${CPACK_DEBIAN_PACKAGE_VERSION} -P${top}/libntpdshm0
      -a${CPACK_DEBIAN_PACKAGE_ARCHITECTURE}
      -I${CMAKE_CURRENT_LIST_DIR}/libntpdshm0/symbols -O${CPACK_PPSD_SYMBOLS})
endif()
