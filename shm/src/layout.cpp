#include "ntpdshm/layout.hpp"
