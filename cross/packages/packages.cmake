# Debian packages: `cpack -G DEB` in a build folder that is built, native or cross.
set(CPACK_GENERATOR DEB)
set(CPACK_COMPONENTS_ALL ppsd libntpdshm-dev)
if(NTPDSHM_SHARED)
  list(APPEND CPACK_COMPONENTS_ALL libntpdshm0)
endif()
if(NTPDSHM_PYTHON)
  list(APPEND CPACK_COMPONENTS_ALL python3-ntpdshm)
endif()
if(TARGET ppsd-web)
  list(APPEND CPACK_COMPONENTS_ALL ppsd-web)
endif()
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_PACKAGE_NAME ppsd)
set(CPACK_PACKAGE_CONTACT "the ppsd authors <ppsd@ppsd.invalid>" CACHE STRING
    "who answers for the packages: NAME <ADDRESS>")
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
    OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)

# As the toolchain file says; of one that is not ours, by the GNU name of the target.
set(architecture_x86_64-linux-gnu amd64)
set(architecture_aarch64-linux-gnu arm64)
set(architecture_arm-linux-gnueabihf armhf)
set(architecture_arm-linux-gnueabi armel)
if(NOT CROSS_PACKAGE_ARCHITECTURE)
  set(CROSS_PACKAGE_ARCHITECTURE "${architecture_${CMAKE_LIBRARY_ARCHITECTURE}}")
endif()
set(PPSD_DEB_ARCHITECTURE "${CROSS_PACKAGE_ARCHITECTURE}" CACHE STRING
    "the packages' Debian architecture; empty: this machine's")
set(CPACK_DEBIAN_PACKAGE_ARCHITECTURE "${PPSD_DEB_ARCHITECTURE}")

set(CPACK_DEBIAN_PPSD_PACKAGE_NAME ppsd)
set(CPACK_DEBIAN_PPSD_DESCRIPTION
    "stratum-1 time source from a GPS receiver and a GPIO line
A GPS receiver sends a pulse each second, which the kernel stamps at a GPIO
line, and sentences over a UART, which name the second. ppsd matches the two
and passes the pairs to chronyd or ntpd through NTP shared memory. Unless it
knows a pulse's second, it publishes nothing and logs why.
.
This package has the daemon, its service, and ppsctl, which sets it up and
shows how it is.")
set(CPACK_DEBIAN_PPSD_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PPSD_PACKAGE_RECOMMENDS "chrony | ntpsec | ntp, tzdata")
set(CPACK_DEBIAN_PPSD_PACKAGE_SUGGESTS "gpiod")
set(CPACK_DEBIAN_PPSD_PACKAGE_CONTROL_EXTRA
    ${CMAKE_CURRENT_LIST_DIR}/ppsd/conffiles ${CMAKE_CURRENT_LIST_DIR}/ppsd/postinst
    ${CMAKE_CURRENT_LIST_DIR}/ppsd/prerm ${CMAKE_CURRENT_LIST_DIR}/ppsd/postrm)

set(about_ntpdshm
"ntpdshm is the shared memory through which a program hands time to ntpd
(driver 28) and chronyd (refclock SHM), right on machines with 32-bit and
64-bit time_t, for readers that look in the middle of an update, and to the
nanosecond.
.
This package has")
set(CPACK_DEBIAN_LIBNTPDSHM0_PACKAGE_NAME libntpdshm0)
set(CPACK_DEBIAN_LIBNTPDSHM0_DESCRIPTION
    "NTP shared memory reference clock, C++ library
${about_ntpdshm} the shared library.")
set(CPACK_DEBIAN_LIBNTPDSHM0_PACKAGE_SECTION libs)
file(MAKE_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/libntpdshm0)
set(CPACK_PPSD_SYMBOLS ${CMAKE_CURRENT_BINARY_DIR}/libntpdshm0/symbols) # staged.cmake makes it
set(CPACK_DEBIAN_LIBNTPDSHM0_PACKAGE_CONTROL_EXTRA
    ${CMAKE_CURRENT_LIST_DIR}/libntpdshm0/shlibs ${CMAKE_CURRENT_LIST_DIR}/libntpdshm0/triggers
    ${CPACK_PPSD_SYMBOLS})

set(CPACK_DEBIAN_LIBNTPDSHM-DEV_PACKAGE_NAME libntpdshm-dev)
set(CPACK_DEBIAN_LIBNTPDSHM-DEV_DESCRIPTION
    "NTP shared memory reference clock, C++ library for development
${about_ntpdshm} the headers and the static library.")
set(CPACK_DEBIAN_LIBNTPDSHM-DEV_PACKAGE_SECTION libdevel)

set(CPACK_DEBIAN_PYTHON3-NTPDSHM_PACKAGE_NAME python3-ntpdshm)
set(CPACK_DEBIAN_PYTHON3-NTPDSHM_DESCRIPTION
    "NTP shared memory reference clock, Python module
${about_ntpdshm} the module for Python.")
set(CPACK_DEBIAN_PYTHON3-NTPDSHM_PACKAGE_SECTION python)
set(CPACK_DEBIAN_PYTHON3-NTPDSHM_PACKAGE_CONTROL_EXTRA
    ${CMAKE_CURRENT_LIST_DIR}/python3-ntpdshm/postinst
    ${CMAKE_CURRENT_LIST_DIR}/python3-ntpdshm/prerm)

set(CPACK_DEBIAN_PPSD-WEB_PACKAGE_NAME ppsd-web)
set(CPACK_DEBIAN_PPSD-WEB_DESCRIPTION
    "web page, history and metrics of the timing of ppsd
ppsd-web asks ppsd and chronyd how they are, once a second, and serves a page
that says whether the time is good, with plots of the pulses' offset, jitter
and stability over an hour to ten years. It keeps the history in SQLite.
.
It also serves JSON, CSV and metrics for Prometheus; alert rules and a
dashboard for Grafana are among the examples. It listens on this machine
alone unless its configuration says otherwise.")
set(CPACK_DEBIAN_PPSD-WEB_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PPSD-WEB_PACKAGE_RECOMMENDS "ppsd, chrony")
set(CPACK_DEBIAN_PPSD-WEB_PACKAGE_SUGGESTS "prometheus")
set(CPACK_DEBIAN_PPSD-WEB_PACKAGE_CONTROL_EXTRA
    ${CMAKE_CURRENT_LIST_DIR}/ppsd-web/conffiles ${CMAKE_CURRENT_LIST_DIR}/ppsd-web/postinst
    ${CMAKE_CURRENT_LIST_DIR}/ppsd-web/prerm ${CMAKE_CURRENT_LIST_DIR}/ppsd-web/postrm)

# What is only known when cpack runs.
set(CPACK_PPSD_SOURCE ${PROJECT_SOURCE_DIR})
set(CPACK_PPSD_SYSROOT "${CMAKE_SYSROOT}")
set(CPACK_PPSD_TRIPLE "${CMAKE_LIBRARY_ARCHITECTURE}")
set(CPACK_PPSD_BIN ${CMAKE_RUNTIME_OUTPUT_DIRECTORY})
set(CPACK_PPSD_PYTHON_VERSION "${NTPDSHM_PYTHON_VERSION}")
set(CPACK_PPSD_STRIP "${CMAKE_STRIP}")
set(CPACK_PROJECT_CONFIG_FILE ${CMAKE_CURRENT_LIST_DIR}/at_cpack.cmake)
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_CURRENT_LIST_DIR}/staged.cmake)
include(CPack)
