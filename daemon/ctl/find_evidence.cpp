#include "daemon/ctl/find_evidence.hpp"

#include "daemon/pipeline/leap_list.hpp"
#include "daemon/service/ask_status.hpp"
#include "daemon/service/check_config.hpp"
#include "daemon/setup/find_machine.hpp"
#include "daemon/setup/find_programs.hpp"
#include "hal/error.hpp"
#include "hal/run_program.hpp"
#include "hal/system_clock.hpp"
#include "hal/text_file.hpp"

#include <ntpdshm/segment.hpp>

#include <algorithm>
#include <cerrno>
#include <exception>
#include <filesystem>
#include <system_error>
#include <unistd.h>

namespace ppsd::app {
namespace {

namespace fs = std::filesystem;

/// Nothing: it can't be read, so what it asks for isn't known.
std::optional<Options> read_config(Evidence& evidence) {
    try {
        const Command command = parse_command_line({"--check-config", "--config", evidence.config});
        evidence.config_problems = command.problems;
        for (std::string& problem : problems_of(command.options))
            evidence.config_problems.push_back(std::move(problem));
        return command.options;
    } catch (const hal::DeviceError& error) {
        const bool missing = error.code().value() == ENOENT;
        evidence.config_problems.push_back(missing
                                               ? evidence.config + ": " + error.code().message() +
                                                     "; sudo ppsctl detect prints lines for it"
                                               : error.what());
        return std::nullopt;
    } catch (const std::exception& error) {
        evidence.config_problems.emplace_back(error.what());
        return std::nullopt;
    }
}

void ask_ppsd(const std::string& socket, Evidence& evidence) {
    const StatusAnswer answer = ask_status(socket);
    evidence.ppsd = parse_status(answer.text);
    if (evidence.ppsd || answer.error == ENOENT || answer.error == ECONNREFUSED) return;
    evidence.ppsd_stuck = answer.error == EAGAIN;
    evidence.ppsd_unasked = socket + ": " +
                            (answer.error != 0 ? std::generic_category().message(answer.error)
                                               : "what answers is not ppsd");
}

UnitFacts unit_facts(int unit) {
    UnitFacts facts;
    facts.unit = unit;
    const auto segment = ntpdshm::find_segment(unit);
    if (!segment) return facts;
    facts.exists = true;
    facts.owner = ntpdshm::user_name(segment->owner);
    facts.group = ntpdshm::group_name(segment->group);
    facts.mode = segment->mode;
    return facts;
}

std::optional<std::vector<SourceFacts>> ask_reader(const Facts& facts) {
    constexpr hal::Nanos patience{3'000'000'000};
    if (running(facts, "chronyd") != nullptr) {
        const auto said = hal::run_program({"chronyc", "-c", "-n", "sources"}, patience);
        if (said.code != 0) return std::nullopt;
        auto sources = parse_chronyc_sources(said.out);
        const auto why = hal::run_program({"chronyc", "-c", "-n", "selectdata"}, patience);
        if (why.code == 0) add_selection(why.out, sources);
        return sources;
    } else if (running(facts, "ntpd") != nullptr) {
        const auto said = hal::run_program({"ntpq", "-n", "-p"}, patience);
        if (said.code == 0 && !said.out.empty()) return parse_ntpq_peers(said.out);
    }
    return std::nullopt;
}

std::string confinement_of_reader(const Facts& facts, const hal::MachineFiles& files) {
    const auto* const chronyd = running(facts, "chronyd");
    const auto* const reader = chronyd != nullptr ? chronyd : running(facts, "ntpd");
    if (reader == nullptr) return {};
    return files.text("/proc/" + std::to_string(reader->pid) + "/attr/current").value_or("");
}

void look_at_leap_list(const Options& options, Evidence& evidence) {
    evidence.leap_problem = problem_of_leap_file(options.leap_file).value_or("");
    const auto list = parse_leap_list(hal::read_text_file(options.leap_file).text);
    if (!list) return;
    hal::SystemClock clock;
    constexpr double day = 86400e9;
    const auto now = clock.offset().to_real(clock.now()).ns();
    evidence.leap_days =
        (static_cast<double>(list->expires().posix()) * 1e9 - static_cast<double>(now)) / day;
}

/// The recording and the one before it.
std::optional<double> disk_needed(const Options& options) {
    if (options.record.empty()) return std::nullopt;
    std::error_code error;
    const auto space = fs::space(fs::path{options.record}.parent_path(), error);
    if (error) return std::nullopt;
    double wanted = 2 * static_cast<double>(options.record_size);
    for (const char* const suffix : {"", ".1"})
        if (const auto size = fs::file_size(options.record + suffix, error); !error)
            wanted -= static_cast<double>(size);
    constexpr double a_byte = 1; // a full disk has none
    return std::max(0.0, wanted) / std::max(a_byte, static_cast<double>(space.available));
}

void look_at_settings(const Options& settings, Evidence& evidence) {
    for (const Feed feed : {Feed::pps, Feed::nmea})
        for (const OutputSpec& output : outputs_of(settings, feed))
            if (const auto unit = shm_unit(output))
                evidence.units.push_back(*unit);
            else if (output.kind->prefix == "sock")
                evidence.sockets.push_back(output.place);
    // Where the pulses also go another way, nobody need read the unit.
    const OutputList pulses = outputs_of(settings, Feed::pps);
    if (std::ranges::all_of(pulses, [](const auto& one) { return shm_unit(one).has_value(); }) &&
        !pulses.empty())
        evidence.pps_unit = shm_unit(pulses.front());
    evidence.delay_is_set = settings.nmea_delay.has_value();
    evidence.baud = settings.baud;
    std::ranges::transform(evidence.units, std::back_inserter(evidence.segments), unit_facts);
    look_at_leap_list(settings, evidence);
    evidence.disk_needed = disk_needed(settings);
}

/// "[default] performance powersave": the word in brackets.
std::string chosen(const std::string& words) {
    const auto begin = words.find('[');
    const auto end = words.find(']');
    return begin == std::string::npos || end == std::string::npos
               ? std::string{}
               : words.substr(begin + 1, end - begin - 1);
}

} // namespace

Evidence find_evidence(const CheckOptions& options, const hal::MachineFiles& files) {
    Evidence evidence;
    evidence.root = ::geteuid() == 0;
    evidence.service = options.service;
    evidence.config = options.config;
    const auto settings = read_config(evidence);
    if (settings) look_at_settings(*settings, evidence);
    std::string socket = options.socket;
    if (socket.empty() && settings) socket = settings->status_socket;
    if (socket == "none")
        evidence.ppsd_unasked = "status-socket is none";
    else
        ask_ppsd(socket.empty() ? options.usual_socket : socket, evidence);
    evidence.facts.board = find_board(files);
    evidence.facts.system = find_system(files);
    evidence.facts.programs = find_programs(files);
    evidence.sources = ask_reader(evidence.facts);
    evidence.confinement = confinement_of_reader(evidence.facts, files);
    evidence.governor =
        files.text("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor").value_or("");
    evidence.link_power =
        chosen(files.text("/sys/module/pcie_aspm/parameters/policy").value_or(""));
    return evidence;
}

} // namespace ppsd::app
