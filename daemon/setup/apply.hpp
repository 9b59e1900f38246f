// Does what a plan says, and brings it back.
#pragma once

#include "daemon/setup/journal.hpp"
#include "hal/run_program.hpp"

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace ppsd::app {

/// What setup does to a machine; a test has one of its own. What fails throws.
class SetupMachine {
  public:
    virtual ~SetupMachine() = default;
    /// Nothing: there is no such file.
    [[nodiscard]] virtual std::optional<std::string> read(const std::string& path) = 0;
    virtual void write(const std::string& path, const std::string& text) = 0;
    virtual void remove(const std::string& path) = 0;
    [[nodiscard]] virtual hal::ProgramEnd run(const std::vector<std::string>& words) = 0;
};

/// Where it is noted.
inline constexpr const char* journal_path = "/var/lib/ppsd/setup.json";

/// As it stands there; an empty one if it doesn't.
[[nodiscard]] Journal read_journal(SetupMachine& machine);

/// What there is before the change, for the journal. `known`: a file's text by which the change
/// was planned; "": there was none. Throws hal::UsageError if it is another by now.
[[nodiscard]] Done before(const Change& change, const std::string& known, SetupMachine& machine);

/// Notes it, and does it. Throws hal::DeviceError or hal::UsageError with what failed and what to
/// do; it stays in the journal, since it may be half done.
void apply(const Done& change, Journal& journal, SetupMachine& machine);

/// The next boot is needed before what was changed shows. boot: this boot's id.
void note_reboot(const std::string& boot, Journal& journal, SetupMachine& machine);

/// Brings one thing back, and takes it out of the journal. Nothing: that went well. Else why it was
/// left as it is, and then it stays in the journal. Last ones first.
[[nodiscard]] std::optional<std::string> undo(std::size_t which, Journal& journal,
                                              SetupMachine& machine);

/// After that: what reads these files is restarted, and an empty journal removed. Gives the units
/// that didn't come back.
[[nodiscard]] std::vector<std::string> end_undo(const std::set<std::string>& files,
                                                const Journal& journal, SetupMachine& machine);

} // namespace ppsd::app
