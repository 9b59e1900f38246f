// Lines of a recording to values. Either a reason why not; or a value which written and read again
// is equal, and which is then written as the same text. What is no time here is none anywhere.
#include "hal/recording.hpp"

#include "tests/fuzz/fuzz.hpp"

#include <algorithm>

using fuzz::require;
using namespace hal;
using namespace hal::recording;

namespace {

struct Equal {
    const Line& other;

    bool operator()(const Malformed& a) const { return a.why == std::get<Malformed>(other).why; }
    bool operator()(const Input& a) const {
        return a.index() == std::get<Input>(other).index() && std::visit(*this, a);
    }
    bool operator()(const SimulatedLabel&) const { return false; } // is never written
    bool operator()(const PulseEdge& a) const {
        const auto& b = *came_in<PulseEdge>(other);
        return a.time == b.time && a.polarity == b.polarity && a.generation == b.generation;
    }
    bool operator()(const ByteChunk& a) const {
        const auto& b = *came_in<ByteChunk>(other);
        return a.bytes == b.bytes && a.arrival == b.arrival;
    }
    template <class T>
    bool operator()(const T& a) const {
        if constexpr (requires { a.time; })
            return a == *came_in<T>(other);
        else
            return a == std::get<T>(other);
    }
};

void check(std::string_view text) {
    std::string storage;
    const Line line = parse(text, storage);
    std::string written;
    append(written, line);
    if (std::holds_alternative<Malformed>(line)) {
        require(written.empty() && !std::get<Malformed>(line).why.empty(), "a reason why not");
        return;
    }
    require(written.ends_with('\n') && std::ranges::count(written, '\n') == 1, "one line", written);
    std::string storage_again;
    const Line again = parse({written.data(), written.size() - 1}, storage_again);
    require(again.index() == line.index() && std::visit(Equal{again}, line),
            "written and read again it is equal", written);
    std::string written_again;
    append(written_again, again);
    require(written_again == written, "there is one way to write it", written);
}

/// Any bytes can be recorded.
void check_bytes(std::string_view bytes) {
    if (bytes.empty()) return;
    std::string text;
    append(text, ByteChunk{bytes, MonoTime::from_ns(5)});
    std::string storage;
    const Line line = parse({text.data(), text.size() - 1}, storage);
    const auto* chunk = came_in<ByteChunk>(line);
    require(chunk && chunk->bytes == bytes, "any bytes can be recorded", text);
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view text{reinterpret_cast<const char*>(data), size};
    check_bytes(text);
    while (!text.empty()) {
        const auto end = text.find('\n');
        check(text.substr(0, end));
        text.remove_prefix(end == text.npos ? text.size() : end + 1);
    }
    return 0;
}
