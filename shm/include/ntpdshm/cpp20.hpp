// One clear error instead of a hundred, where the compiler is told of an older C++.
#pragma once

#if __cplusplus < 202002L
#error "ntpdshm needs C++20: give the compiler -std=c++20, or link ntpdshm::ntpdshm in CMake"
#endif
