#include <ntpdshm/ntpd_shm.hpp>
#include <ntpdshm/reader.hpp>

#include <iostream>

int main() {
    std::cout << ntpdshm::name_of(2) << ' ' << ntpdshm::name(ntpdshm::native_layout()) << '\n';
    return ntpdshm::size(ntpdshm::Layout::time64) == 96 ? 0 : 1;
}
