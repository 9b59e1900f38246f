// A plan in the making: what the parts of it go by, and what they add to.
#pragma once

#include "daemon/setup/boards.hpp"
#include "daemon/setup/plan.hpp"

#include <map>
#include <string>

namespace ppsd::app {

inline const std::string ppsd_conf = "/etc/ppsd.conf";

[[nodiscard]] inline bool is_chrony(std::string_view path) {
    return path.starts_with("/etc/chrony/");
}

/// "ttyAMA0" of "/dev/ttyAMA0".
[[nodiscard]] inline std::string last_part(const std::string& path) {
    return path.substr(path.rfind('/') + 1);
}

/// A line of chrony.conf that reads pps-gpio's device.
[[nodiscard]] bool is_pps0(std::string_view line);

struct PlanDraft {
    explicit PlanDraft(const Facts& of)
        : facts{of}, row{find_row(of.board)}, files{of.configured.files} {}

    /// As the changes so far leave the file; "": there is none.
    [[nodiscard]] std::string text(const std::string& path) const;
    [[nodiscard]] bool has(const std::string& path) const { return files.contains(path); }
    /// What `systemctl is-enabled` says of it; "": there is none.
    [[nodiscard]] std::string unit(const std::string& name) const;

    /// Nothing where the file has that text already; one change for each file.
    void write(const std::string& path, const std::string& wanted, const std::string& reason);
    void service(Change::Kind kind, const std::string& name, const std::string& reason);
    void stop_gpsd(const std::string& reason);
    /// So that the unit runs, by what its files say then, and will at each boot.
    void start(const std::string& name, const std::string& reason);
    /// Nothing goes on before a person has done that.
    void stop(const std::string& advice);

    const Facts& facts;
    const BoardRow* row; ///< nullptr: a board that is not known
    std::map<std::string, std::string> files;
    Plan plan;
};

} // namespace ppsd::app
