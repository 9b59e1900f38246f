# Hardening, as Debian's own packages have it. Not for Debug: sanitizers see more, and fortified calls
# would hide it from them. Debian's compilers make position-independent programs by default.
set(hardening -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 -fstack-protector-strong)
# By the architecture that is compiled for, which need not be the kernel's.
if(CMAKE_LIBRARY_ARCHITECTURE MATCHES "^(x86_64|i.86)-")
  list(APPEND hardening -fstack-clash-protection -fcf-protection)
elseif(CMAKE_LIBRARY_ARCHITECTURE MATCHES "^aarch64-")
  list(APPEND hardening -fstack-clash-protection -mbranch-protection=standard)
endif()
foreach(option IN LISTS hardening)
  add_compile_options($<$<NOT:$<CONFIG:Debug>>:${option}>)
endforeach()
add_link_options(-Wl,-z,relro,-z,now)
