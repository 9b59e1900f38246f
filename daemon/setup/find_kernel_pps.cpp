#include "daemon/setup/find_kernel_pps.hpp"

#include <charconv>

namespace ppsd::app {
namespace {

constexpr const char* pps_class = "/sys/class/pps/";

std::optional<PpsEvent> last_event(const std::string& name, const hal::MachineFiles& files) {
    const auto text = files.text(std::string{pps_class} + name + "/assert");
    return text ? parse_pps_event(*text) : std::nullopt;
}

} // namespace

std::optional<PpsEvent> parse_pps_event(const std::string& text) {
    std::int64_t whole = 0;
    std::int64_t ns = 0;
    PpsEvent event;
    const char* const end = text.data() + text.size();
    const auto seconds = std::from_chars(text.data(), end, whole);
    if (seconds.ec != std::errc{} || seconds.ptr == end || *seconds.ptr != '.') return std::nullopt;
    const auto rest = std::from_chars(seconds.ptr + 1, end, ns);
    if (rest.ec != std::errc{} || rest.ptr == end || *rest.ptr != '#') return std::nullopt;
    const auto sequence = std::from_chars(rest.ptr + 1, end, event.sequence);
    if (sequence.ec != std::errc{} || sequence.ptr != end) return std::nullopt;
    event.seconds = static_cast<double>(whole) + static_cast<double>(ns) * 1e-9;
    return event;
}

KernelPpsWatch::KernelPpsWatch(const hal::MachineFiles& files) : files_{files} {
    for (const std::string& name : files.names(pps_class))
        devices_.push_back({name, last_event(name, files)});
}

std::vector<KernelPpsFacts> KernelPpsWatch::facts() const {
    std::vector<KernelPpsFacts> all;
    for (const Device& device : devices_) {
        KernelPpsFacts& found = all.emplace_back();
        found.path = "/dev/" + device.name;
        found.source = files_.text(std::string{pps_class} + device.name + "/name").value_or("");
        const auto now = last_event(device.name, files_);
        // Number 0 is no event; and the clock, which they are of, may be set.
        if (!now || !device.first || device.first->sequence == 0 ||
            now->sequence <= device.first->sequence || now->seconds <= device.first->seconds)
            continue;
        found.period_s = (now->seconds - device.first->seconds) /
                         static_cast<double>(now->sequence - device.first->sequence);
    }
    return all;
}

} // namespace ppsd::app
