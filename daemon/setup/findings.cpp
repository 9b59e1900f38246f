#include "daemon/setup/findings.hpp"

#include "daemon/text/colour.hpp"
#include "daemon/text/log.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace ppsd::app {

using Verdict = Finding::Verdict;
using Findings = std::vector<Finding>;

namespace {

/// To be put behind a colon: the gravest; all is well: how it is.
std::string summary(const Findings& findings, Verdict worst_one) {
    if (worst_one == Verdict::good) {
        std::string text;
        for (const Finding& finding : findings)
            if (finding.name == "state" || finding.name.starts_with("source "))
                text += (text.empty() ? "" : ", ") + finding.text;
        return text;
    }
    const auto gravest = std::ranges::find(findings, worst_one, &Finding::verdict);
    return gravest->name + ": " + gravest->text;
}

Colour colour_of(Verdict verdict) noexcept {
    if (verdict == Verdict::good) return Colour::green;
    return verdict == Verdict::bad ? Colour::red : Colour::yellow;
}

} // namespace

std::string_view name(Verdict verdict) noexcept {
    constexpr std::array<std::string_view, 4> names{"good", "unknown", "doubtful", "bad"};
    return names[static_cast<std::size_t>(verdict)];
}

Verdict worst(const Findings& findings) noexcept {
    Verdict most = Verdict::good;
    for (const Finding& finding : findings)
        most = std::max(most, finding.verdict);
    return most;
}

std::string findings_text(const Findings& findings, bool colour) {
    std::string text;
    for (const Finding& finding : findings)
        text += coloured(fmt::format("{:<9}", name(finding.verdict)), colour_of(finding.verdict),
                         colour) +
                ascii_only(fmt::format(" {:<20} {}{}{}", finding.name, finding.text,
                                       finding.advice.empty() ? "" : "; ", finding.advice)) +
                "\n";
    return text;
}

std::string findings_json(const Findings& findings) {
    nlohmann::ordered_json all = nlohmann::ordered_json::array();
    for (const Finding& finding : findings)
        all.push_back({{"check", finding.name},
                       {"verdict", name(finding.verdict)},
                       {"text", finding.text},
                       {"advice", finding.advice}});
    const nlohmann::ordered_json object{{"verdict", name(worst(findings))},
                                        {"findings", std::move(all)}};
    return object.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

std::string findings_line(const Findings& findings, const Evidence& evidence) {
    constexpr std::array<std::string_view, 4> words{"OK", "WARNING", "CRITICAL", "UNKNOWN"};
    const Verdict most = worst(findings);
    std::string line =
        fmt::format("PPSD {}: {}", words[static_cast<std::size_t>(monitoring_code(most))],
                    summary(findings, most));
    line = ascii_only(std::move(line));
    std::ranges::replace(line, '|', '/'); // figures begin behind one
    if (!evidence.ppsd) return line + "\n";
    std::string figures;
    if (evidence.ppsd->jitter_s)
        figures += fmt::format(" jitter={:.9f}s", *evidence.ppsd->jitter_s);
    if (evidence.ppsd->delay_s) figures += fmt::format(" delay={:.6f}s", *evidence.ppsd->delay_s);
    return figures.empty() ? line + "\n" : line + " |" + figures + "\n";
}

int monitoring_code(Verdict verdict) noexcept {
    switch (verdict) {
    case Verdict::good:
        return 0;
    case Verdict::doubtful:
        return 1;
    case Verdict::bad:
        return 2;
    case Verdict::unknown:
        break;
    }
    return 3;
}

} // namespace ppsd::app
