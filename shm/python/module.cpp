// The Python module: python-ntpdshm's calls on ntpdshm::NtpdShm.
#include <ntpdshm/ntpd_shm.hpp>

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>

namespace py = pybind11;
using ntpdshm::NtpdShm;
using ntpdshm::SysTime;
using ntpdshm::WriteResult;

namespace {

constexpr std::int64_t second = 1'000'000'000;

/// A Python int; one of more than 64 bits is an OverflowError, where pybind11 has a TypeError.
struct Integer {
    std::int64_t value = 0;
};

[[noreturn]] void overflow(const std::string& text) {
    PyErr_SetString(PyExc_OverflowError, text.c_str());
    throw py::error_already_set{};
}

} // namespace

namespace pybind11::detail {
template <>
struct type_caster<Integer> {
    PYBIND11_TYPE_CASTER(Integer, const_name("int"));

    bool load(handle source, bool) {
        const auto index = reinterpret_steal<object>(PyNumber_Index(source.ptr()));
        if (!index) return PyErr_Clear(), false;
        int overflows = 0;
        value.value = PyLong_AsLongLongAndOverflow(index.ptr(), &overflows);
        if (overflows != 0) overflow("the value does not fit 64 bits");
        return true;
    }
};
} // namespace pybind11::detail

namespace {

SysTime from_ns(std::int64_t ns) {
    return SysTime{std::chrono::nanoseconds{ns}};
}

/// Truncated to ns; the fraction of a double is exact, so its us are those of the ns.
SysTime from_float(double seconds) {
    if (!std::isfinite(seconds)) throw py::value_error{"a time must be finite"};
    const double whole = std::floor(seconds);
    if (std::fabs(whole) >= 9.2e9) overflow("a time must be within 292 years of 1970");
    const auto ns = static_cast<std::int64_t>((seconds - whole) * 1e9);
    return from_ns(static_cast<std::int64_t>(whole) * second + ns);
}

std::int32_t word(std::int64_t value) {
    using limits = std::numeric_limits<std::int32_t>;
    if (value < limits::min() || value > limits::max())
        overflow("the value does not fit a word of 32 bits");
    return static_cast<std::int32_t>(value);
}

using Word = std::optional<Integer>;

std::optional<std::int32_t> word(const Word& value) {
    return value ? std::optional{word(value->value)} : std::nullopt;
}

/// What the Python object holds; nothing once it was closed.
class Handle {
  public:
    Handle(int unit, Integer base, const std::string& layout) {
        const auto choice = ntpdshm::parse_layout_choice(layout);
        if (!choice)
            throw py::value_error{"layout must be \"auto\", \"native\", \"time32\" or \"time64\""};
        shm_.emplace(unit, word(base.value), *choice);
    }

    [[nodiscard]] NtpdShm& get() {
        if (!shm_) throw py::value_error{"the segment was closed"};
        return *shm_;
    }
    [[nodiscard]] bool closed() const { return !shm_.has_value(); }
    void close() { shm_.reset(); }

    void check(WriteResult result) {
        if (result == WriteResult::written) return;
        overflow("the time is before 1970, or past the last second of the layout " +
                 std::string{ntpdshm::name(get().segment().layout())});
    }

    void update(SysTime clock, std::optional<SysTime> receive, const Word& mode, const Word& leap,
                const Word& precision, const Word& nsamples) {
        check(
            get().update(clock, receive, word(mode), word(leap), word(precision), word(nsamples)));
    }

  private:
    std::optional<NtpdShm> shm_;
};

using Getter = std::int32_t (NtpdShm::*)() const noexcept;
using Setter = void (NtpdShm::*)(std::int32_t) noexcept;

void def_word(py::class_<Handle>& type, const char* name, Getter get, Setter set, const char* doc) {
    type.def_property(
        name, [get](Handle& h) { return (h.get().*get)(); },
        [set](Handle& h, Integer value) { (h.get().*set)(word(value.value)); }, doc);
}

using SecondsGetter = std::int64_t (NtpdShm::*)() const noexcept;
using SecondsSetter = WriteResult (NtpdShm::*)(std::int64_t) noexcept;

void def_seconds(py::class_<Handle>& type, const char* name, SecondsGetter get, SecondsSetter set,
                 const char* doc) {
    type.def_property(
        name, [get](Handle& h) { return (h.get().*get)(); },
        [set](Handle& h, Integer value) { h.check((h.get().*set)(value.value)); }, doc);
}

void def_words(py::class_<Handle>& type) {
    def_word(type, "mode", &NtpdShm::mode, &NtpdShm::mode,
             "1: readers compare `count` before and after copying; 0: they don't.");
    def_word(type, "count", &NtpdShm::count, &NtpdShm::count,
             "How many updates there were. Mode 1 increments the word twice in each update, so "
             "this is half of the word, and setting n sets the word to 2 n.");
    def_seconds(
        type, "clockTimeStampSec", &NtpdShm::clockTimeStampSec, &NtpdShm::clockTimeStampSec,
        "The clock's time, whole seconds since 1970. OverflowError past the layout's range, "
        "on either side.");
    def_word(type, "clockTimeStampUSec", &NtpdShm::clockTimeStampUSec, &NtpdShm::clockTimeStampUSec,
             "Microseconds within the second, 0 to 999999.");
    def_word(type, "clockTimeStampNSec", &NtpdShm::clockTimeStampNSec, &NtpdShm::clockTimeStampNSec,
             "Nanoseconds within the second. Readers use it if the microseconds are its "
             "truncation, in both stamps.");
    def_seconds(type, "receiveTimeStampSec", &NtpdShm::receiveTimeStampSec,
                &NtpdShm::receiveTimeStampSec,
                "The system clock's time of the same event, whole seconds since 1970.");
    def_word(type, "receiveTimeStampUSec", &NtpdShm::receiveTimeStampUSec,
             &NtpdShm::receiveTimeStampUSec, "Microseconds within the second, 0 to 999999.");
    def_word(type, "receiveTimeStampNSec", &NtpdShm::receiveTimeStampNSec,
             &NtpdShm::receiveTimeStampNSec, "Nanoseconds within the second.");
    def_word(type, "leap", &NtpdShm::leap, &NtpdShm::leap,
             "LEAP_NOWARNING, LEAP_ADDSECOND, LEAP_DELSECOND or LEAP_NOTINSYNC.");
    def_word(type, "precision", &NtpdShm::precision, &NtpdShm::precision,
             "The clock's precision, log2 of seconds: -6 is 16 ms.");
    def_word(type, "nsamples", &NtpdShm::nsamples, &NtpdShm::nsamples,
             "ntpd sets it to 3; nobody reads it.");
    def_word(type, "valid", &NtpdShm::valid, &NtpdShm::valid,
             "1: there is a sample that no reader has taken yet; readers set it to 0.");
}

using StampSetter = WriteResult (NtpdShm::*)(SysTime) noexcept;

void def_stamp(py::class_<Handle>& type, const char* name, SecondsGetter sec, Getter usec,
               StampSetter set, const char* doc) {
    type.def_property(
        name,
        [sec, usec](Handle& h) {
            return static_cast<double>((h.get().*sec)()) + (h.get().*usec)() / 1e6;
        },
        [set](Handle& h, double value) { h.check((h.get().*set)(from_float(value))); }, doc);
}

void def_stamps(py::class_<Handle>& type) {
    def_stamp(type, "clockTimeStamp", &NtpdShm::clockTimeStampSec, &NtpdShm::clockTimeStampUSec,
              &NtpdShm::clockTimeStamp,
              "The clock's time in seconds since 1970, as a float of microsecond resolution "
              "(truncated). Setting it sets the nanoseconds, too, from the full float.");
    def_stamp(type, "receiveTimeStamp", &NtpdShm::receiveTimeStampSec,
              &NtpdShm::receiveTimeStampUSec, &NtpdShm::receiveTimeStamp,
              "The system clock's time of the same event, like clockTimeStamp.");
}

void update(Handle& h, double clock, std::optional<double> receive, const Word& mode,
            const Word& leap, const Word& precision, const Word& nsamples,
            std::optional<double> recv_time) {
    if (receive && recv_time)
        throw py::type_error{"recv_time is the older name of receiveTimeStamp: give one of them"};
    const std::optional<double> given = receive ? receive : recv_time;
    const auto stamp = given ? std::optional{from_float(*given)} : std::nullopt;
    h.update(from_float(clock), stamp, mode, leap, precision, nsamples);
}

void update_ns(Handle& h, Integer clock_ns, const Word& receive_ns, const Word& mode,
               const Word& leap, const Word& precision, const Word& nsamples) {
    const auto stamp = receive_ns ? std::optional{from_ns(receive_ns->value)} : std::nullopt;
    h.update(from_ns(clock_ns.value), stamp, mode, leap, precision, nsamples);
}

void def_updates(py::class_<Handle>& type) {
    using namespace py::literals;
    const py::none none;
    type.def("update", &update, "clockTimeStamp"_a, "receiveTimeStamp"_a = none, "mode"_a = none,
             "leap"_a = none, "precision"_a = none, "nsamples"_a = none, py::kw_only{},
             "recv_time"_a = none,
             "Publishes a sample in one step, so that no reader takes half of it.\n\n"
             "clockTimeStamp: the clock's time of an event, seconds since 1970. receiveTimeStamp: "
             "the system clock's time of the same event, now if left out (recv_time is its older "
             "name). What else is left out keeps its value, mode included. A float of today "
             "resolves 0.24 us: update_ns() has it exactly.");
    type.def("update_ns", &update_ns, "clock_ns"_a, "receive_ns"_a = none, "mode"_a = none,
             "leap"_a = none, "precision"_a = none, "nsamples"_a = none,
             "update() with integers: nanoseconds since 1970, as time.time_ns() gives them.");
}

void def_rest(py::class_<Handle>& type) {
    type.def_property_readonly(
        "unit", [](Handle& h) { return h.get().segment().unit(); }, "The unit, 0 to 255.");
    type.def_property_readonly(
        "layout", [](Handle& h) { return ntpdshm::name(h.get().segment().layout()); },
        "\"time32\" or \"time64\": the size of the seconds in the segment.");
    type.def_property_readonly("closed", &Handle::closed, "Whether close() was called.");
    type.def("close", &Handle::close, "Detaches; the segment stays. Also done by `with`.");
    type.def("__enter__", [](const py::object& self) { return self; });
    type.def("__exit__", [](Handle& h, const py::args&) { h.close(); });
}

/// OSError(errno, text), which Python makes a PermissionError and so on.
void translate(std::exception_ptr thrown) {
    try {
        if (thrown) std::rethrow_exception(std::move(thrown));
    } catch (const std::system_error& error) {
        const py::object args = py::make_tuple(error.code().value(), error.what());
        PyErr_SetObject(PyExc_OSError, args.ptr());
    }
}

} // namespace

PYBIND11_MODULE(_ntpdshm, module) {
    using namespace py::literals;
    py::register_exception_translator(&translate);
    module.attr("__version__") = NTPDSHM_VERSION;
    module.attr("NTPD_SHM_KEY") = ntpdshm::key_base;
    module.attr("LEAP_NOWARNING") = ntpdshm::leap_no_warning;
    module.attr("LEAP_ADDSECOND") = ntpdshm::leap_add_second;
    module.attr("LEAP_DELSECOND") = ntpdshm::leap_del_second;
    module.attr("LEAP_NOTINSYNC") = ntpdshm::leap_not_in_sync;
    py::class_<Handle> type{
        module, "NtpdShm",
        "One unit of the NTP shared memory, its fields under their original names.\n\n"
        "unit: 0 to 255, else ValueError. shm_key_base: the key of unit 0. layout: \"auto\", "
        "\"native\", \"time32\" or \"time64\". Attaches to the segment, or makes it with mode 1; "
        "OSError, with its errno, if that can't be done.\n\n"
        "Setting fields one by one is a race with the reader; update() is not."};
    type.def(py::init<int, Integer, const std::string&>(), "unit"_a = 0,
             "shm_key_base"_a = std::int64_t{ntpdshm::key_base}, "layout"_a = "auto");
    def_words(type);
    def_stamps(type);
    def_updates(type);
    def_rest(type);
    type.attr("__module__") = "ntpdshm";
}
