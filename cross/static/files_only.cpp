// A static glibc that looks a user up loads the modules that /etc/nsswitch.conf names, and those of
// another release of glibc may crash it. The files are built in: they have to do.
#include <features.h>
#ifdef __GLIBC__
#include <nss.h>

namespace {

[[maybe_unused]] const bool only_files =
    __nss_configure_lookup("passwd", "files") == 0 && __nss_configure_lookup("group", "files") == 0;

} // namespace
#endif
