// LD_PRELOAD: clocks that a test can move without touching the machine's. The file that
// PPSD_CLOCK_SHIM names holds four int64: by how many ns CLOCK_REALTIME, CLOCK_BOOTTIME and
// CLOCK_MONOTONIC_RAW are ahead, and whether the kernel calls its clock synchronised; whoever
// writes there moves the clocks of all processes that run with this. The kernel's own notice of a
// step does not come (tests/board has that).
#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/timex.h>
#include <unistd.h>

namespace {

constexpr std::int64_t second_ns = 1'000'000'000;

struct Told {
    std::atomic<std::int64_t> realtime;
    std::atomic<std::int64_t> boottime;
    std::atomic<std::int64_t> raw;
    std::atomic<std::int64_t> synchronised;
};

const Told* map_file() {
    const char* const path = std::getenv("PPSD_CLOCK_SHIM");
    const int fd = path != nullptr ? ::open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (fd < 0) std::abort();
    void* const at = ::mmap(nullptr, sizeof(Told), PROT_READ, MAP_SHARED, fd, 0);
    ::close(fd);
    if (at == MAP_FAILED) std::abort();
    return static_cast<const Told*>(at);
}

const Told& told() {
    static const Told* const mapped = map_file();
    return *mapped;
}

std::int64_t ahead(clockid_t id) {
    switch (id) {
    case CLOCK_REALTIME:
        return told().realtime;
    case CLOCK_BOOTTIME:
        return told().boottime;
    case CLOCK_MONOTONIC_RAW:
        return told().raw;
    default:
        return 0;
    }
}

} // namespace

extern "C" {

__attribute__((visibility("default"))) int clock_gettime(clockid_t id, timespec* t) noexcept {
    using Function = int (*)(clockid_t, timespec*);
    static const auto real = reinterpret_cast<Function>(::dlsym(RTLD_NEXT, "clock_gettime"));
    const int failed = real(id, t);
    const std::int64_t by = failed == 0 ? ahead(id) : 0;
    if (by == 0) return failed;
    const std::int64_t ns = std::int64_t{t->tv_sec} * second_ns + t->tv_nsec + by;
    t->tv_sec = ns / second_ns;
    t->tv_nsec = ns % second_ns;
    return 0;
}

__attribute__((visibility("default"))) time_t time(time_t* t) noexcept {
    timespec now{};
    clock_gettime(CLOCK_REALTIME, &now);
    if (t != nullptr) *t = now.tv_sec;
    return now.tv_sec;
}

__attribute__((visibility("default"))) int adjtimex(timex* state) noexcept {
    if (state->modes != 0) std::abort();
    const bool synchronised = told().synchronised != 0;
    *state = {};
    state->status = synchronised ? STA_PLL : STA_UNSYNC;
    return synchronised ? TIME_OK : TIME_ERROR;
}
}
