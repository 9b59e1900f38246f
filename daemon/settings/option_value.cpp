#include "daemon/settings/option_value.hpp"

#include "daemon/settings/options.hpp"
#include "hal/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>

namespace ppsd::app {

using hal::Nanos;

Value::Value(const OptionRow& row, std::string text, std::string place)
    : row_{row}, text_{std::move(text)}, place_{std::move(place)} {
    if (text_.empty()) refuse("a value is missing; give one, or leave it out");
}

void Value::refuse(std::string_view wanted) const {
    throw hal::UsageError(fmt::format("{}{} = {}: {}", place_, row_.key, text_, wanted));
}

double Value::number(std::string_view otherwise) const {
    double value = 0;
    const char* end = text_.data() + text_.size();
    const auto [stop, error] = std::from_chars(text_.data(), end, value);
    if (error != std::errc{} || stop != end || !(value >= row_.low && value <= row_.high))
        refuse(filled(fmt::format("a number from {{limits}}{} is wanted", otherwise), row_));
    return value;
}

int Value::whole_number(std::string_view otherwise) const {
    const double value = number(otherwise);
    if (value != std::floor(value)) refuse("a whole number is wanted");
    return static_cast<int>(value);
}

int Value::whole_number() const {
    return whole_number({});
}

Nanos Value::seconds() const {
    return Nanos{std::llround(number() * 1e9)};
}

std::uint64_t Value::mebibytes() const {
    return static_cast<std::uint64_t>(std::llround(number() * 1024 * 1024));
}

std::optional<int> Value::whole_number_or(std::string_view word) const {
    if (text_ == word) return std::nullopt;
    return whole_number(fmt::format(", or {},", word));
}

OutputList Value::outputs() const {
    if (text_ == "none") return {};
    ParsedOutputs parsed = parse_outputs(text_);
    if (!parsed.problem.empty()) refuse(parsed.problem);
    return std::move(parsed.outputs);
}

hal::UtcSecond Value::date() const {
    const auto date = parse_date(text_);
    if (!date) refuse("a date as YYYY-MM-DD is wanted");
    return *date;
}

std::size_t Value::place_of_word() const {
    const auto found = std::ranges::find(row_.words, text_);
    if (found == row_.words.end()) refuse(joined(row_.words) + " is wanted");
    return static_cast<std::size_t>(found - row_.words.begin());
}

std::string seconds_text(Nanos t) {
    const char* const sign = t < Nanos{0} ? "-" : "";
    const std::int64_t ns = t < Nanos{0} ? -t.count() : t.count();
    return fmt::format("{}{}.{:09}", sign, ns / 1'000'000'000, ns % 1'000'000'000);
}

std::string unit_text(const OutputList& outputs) {
    if (outputs.empty()) return "none";
    const auto unit = shm_unit(outputs.front());
    return outputs.size() == 1 && unit ? fmt::format("{}", *unit) : std::string{};
}

std::string date_text(hal::UtcSecond midnight) {
    using namespace std::chrono;
    const year_month_day day{floor<days>(sys_seconds{seconds{midnight.posix()}})};
    return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(day.year()),
                       static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()));
}

} // namespace ppsd::app
