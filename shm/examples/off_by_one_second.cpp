// A clock that is always exactly one second behind. Unit 2; look at it with "ntpq -pn": the
// refclock 127.127.28.2 (NTPsec: SHM(2)) has the offset -1000 ms.
#include <ntpdshm/ntpd_shm.hpp>

#include <chrono>
#include <exception>
#include <iostream>
#include <stdexcept>
#include <thread>

namespace {

using namespace std::chrono_literals;
using std::chrono::system_clock;

void run() {
    ntpdshm::NtpdShm shm{2};
    shm.precision(-6); // 16 ms
    shm.leap(ntpdshm::leap_no_warning);
    for (;;) {
        // In the middle of the second: readers compare it with time(2), which lags a little.
        std::this_thread::sleep_until(std::chrono::ceil<std::chrono::seconds>(system_clock::now()) +
                                      500ms);
        const ntpdshm::SysTime now = system_clock::now();
        if (shm.update(now - 1s, now) != ntpdshm::WriteResult::written)
            throw std::range_error{"the year 2038 has come to a 32-bit segment"};
        std::cout << (now - 1s).time_since_epoch().count() << ' ' << shm.count() << std::endl;
    }
}

} // namespace

int main() {
    try {
        run();
    } catch (const std::exception& error) {
        std::cerr << "off_by_one_second: " << error.what() << '\n';
        return 1;
    }
}
