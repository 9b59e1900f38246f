#include "daemon/ctl/labels.hpp"

#include "daemon/nmea/epoch.hpp"
#include "daemon/nmea/framer.hpp"
#include "daemon/nmea/rollover.hpp"
#include "daemon/nmea/sentence.hpp"
#include "daemon/pipeline/counters.hpp"
#include "daemon/pipeline/no_label.hpp"
#include "hal/error.hpp"
#include "hal/recording.hpp"

#include <fmt/core.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string_view>
#include <utility>

namespace ppsd::app {
namespace {

// :60 and the :00 after it are the same POSIX second: the leap second comes first.
struct Key {
    hal::UtcSecond posix;
    bool after_leap;
    std::int32_t ns;
    friend auto operator<=>(const Key&, const Key&) = default;
};

std::string date_text(hal::UtcSecond second) {
    using namespace std::chrono;
    const year_month_day day{floor<days>(sys_seconds{seconds{second.posix()}})};
    return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(day.year()),
                       static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()));
}

std::string time_text(std::int32_t second) {
    if (second == 86400) return "23:59:60";
    return fmt::format("{:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60);
}

// With as many decimals as it needs, of three, six and nine.
std::string time_text(const nmea::TimeOfDay& time) {
    std::string text = time_text(time.second);
    if (time.ns == 0) return text;
    text += fmt::format(".{:09}", time.ns);
    while (text.ends_with("000"))
        text.resize(text.size() - 3);
    return text;
}

std::string key_text(const Key& key) {
    const auto of_day = static_cast<std::int32_t>(key.posix.posix() % 86400);
    const nmea::TimeOfDay time{key.after_leap ? of_day : 86400, key.ns};
    const auto date = key.after_leap ? key.posix : key.posix - 1;
    return fmt::format("{}T{}Z", date_text(date), time_text(time));
}

std::string epoch_text(const nmea::Event& event) {
    std::string text;
    if (event.verdict == nmea::Verdict::no_fix)
        text.append(event.talker.begin(), event.talker.end());
    text += nmea::name(event.type);
    if (event.time) text += " " + time_text(*event.time);
    if (event.other) text += " and " + time_text(*event.other);
    return text;
}

class Labels {
  public:
    Labels(const LabelsOptions& options, std::FILE* notes) : options_{options}, notes_{notes} {}

    void feed(std::string_view bytes);
    void finish();
    void print(std::FILE* out) const;
    void print_notes() const;
    [[nodiscard]] bool none() const { return labels_.empty(); }
    /// What would help, if there are none.
    [[nodiscard]] std::string why_none() const;

  private:
    void on_frame(const nmea::Frame& frame);
    void on_events();
    void on_label(const nmea::SecondLabel& label);
    void unused(nmea::Verdict verdict, std::string_view what);

    const LabelsOptions& options_;
    std::FILE* notes_;
    nmea::Framer framer_;
    nmea::Epoch epoch_;
    std::map<Key, nmea::Type> labels_;
    NmeaCounters counts_;
    std::uint64_t bytes_{0};
    std::array<char, 8> no_fix_by_{};
    std::uint64_t moved_{0};
};

void Labels::feed(std::string_view bytes) {
    bytes_ += bytes.size();
    framer_.push(bytes, {}); // a recording has no arrival times, and a label's text needs none
    while (const auto frame = framer_.next())
        on_frame(*frame);
    while (const auto word = framer_.ubx_packets().take_leap_word())
        epoch_.note_leap_count(word->witness, word->count_known, {});
}

// The last sentence may lack its line end.
void Labels::finish() {
    framer_.push("\n", {});
    while (const auto frame = framer_.next())
        on_frame(*frame);
    epoch_.finish();
    on_events();
}

void Labels::on_frame(const nmea::Frame& frame) {
    const auto parsed = frame.verdict == nmea::Verdict::used ? nmea::parse(frame.text)
                                                             : nmea::Parsed{frame.verdict, {}};
    if (parsed.verdict != nmea::Verdict::used)
        return unused(parsed.verdict, fmt::format("${}", frame.text));
    epoch_.push(parsed.sentence, frame.arrival);
    on_events();
}

void Labels::on_events() {
    while (const auto event = epoch_.next()) {
        if (event->kind == nmea::Event::Kind::label) {
            on_label(event->label);
            continue;
        }
        unused(event->verdict, epoch_text(*event));
        if (event->verdict == nmea::Verdict::no_fix) no_fix_by_ = sentence_name(*event);
    }
}

void Labels::on_label(const nmea::SecondLabel& label) {
    const auto& date = label.date;
    const auto resolved =
        nmea::resolve({date.year, date.month, date.day, date.two_digit_year, label.time.second},
                      options_.not_before);
    const Key key{resolved.second, label.time.second != 86400, label.time.ns};
    if (!labels_.emplace(key, label.from).second)
        return unused(nmea::Verdict::repeated, key_text(key));
    counts_.count(nmea::Verdict::used);
    if (resolved.rollovers != 0) ++moved_;
}

void Labels::unused(nmea::Verdict verdict, std::string_view what) {
    counts_.count(verdict);
    // Most sentences tell no time: the count is enough.
    if (options_.verbose && verdict != nmea::Verdict::unknown_sentence)
        fmt::print(notes_, "not used: {}: {}\n", nmea::name(verdict), what);
}

void Labels::print(std::FILE* out) const {
    for (const auto& [key, from] : labels_)
        fmt::print(out, "{} {}\n", key_text(key), nmea::name(from));
}

void Labels::print_notes() const {
    for (std::size_t i = 0; options_.verbose && i < nmea::verdict_count; ++i) {
        const auto verdict = static_cast<nmea::Verdict>(i);
        if (counts_[verdict] == 0) continue;
        fmt::print(notes_, "{:7} {}\n", counts_[verdict], i == 0 ? "labels" : name(verdict));
    }
    if (moved_ == 0) return;
    fmt::print(notes_,
               "note: {} of {} dates are before {} and were moved by multiples of 1024 weeks; "
               "for an older recording, give --not-before\n",
               moved_, labels_.size(), date_text(options_.not_before));
}

std::string Labels::why_none() const {
    ProtocolCounters packets;
    for (std::size_t i = 0; i < nmea::protocol_count; ++i) {
        const auto protocol = static_cast<nmea::Protocol>(i);
        packets.add(protocol, framer_.other_protocols().count(protocol));
    }
    auto why = why_no_label(counts_, packets, 0, bytes_);
    why.sentence = no_fix_by_;
    return explanation(why);
}

struct Closer {
    void operator()(std::FILE* file) const {
        if (file != stdin) std::fclose(file);
    }
};
using File = std::unique_ptr<std::FILE, Closer>;

File open_input(const std::string& name) {
    File file{name == "-" ? stdin : std::fopen(name.c_str(), "rb")};
    if (!file) throw hal::DeviceError{name, errno, "name a recording of a receiver's output"};
    return file;
}

} // namespace

int run_labels(const LabelsOptions& options, std::FILE* out, std::FILE* notes) {
    const File input = open_input(options.file);
    Labels labels{options, notes};
    std::array<char, 65536> buffer{};
    bool first = true;
    while (const auto size = std::fread(buffer.data(), 1, buffer.size(), input.get())) {
        const std::string_view bytes{buffer.data(), size};
        if (std::exchange(first, false) && bytes.starts_with(hal::recording::magic))
            throw hal::UsageError(fmt::format("{0}: a flight recorder's file, not a receiver's "
                                              "output; ppsctl replay {0} runs it",
                                              options.file));
        labels.feed(bytes);
    }
    if (std::ferror(input.get()) != 0)
        throw hal::DeviceError{options.file, errno, "name a recording of a receiver's output"};
    labels.finish();
    labels.print(out);
    labels.print_notes();
    if (!labels.none()) return 0;
    fmt::print(notes, "{}: no sentence in it names a second with a date and a fix: {}{}\n",
               options.file, labels.why_none(), options.verbose ? "" : " (--verbose shows more)");
    return 1;
}

} // namespace ppsd::app
