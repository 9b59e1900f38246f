// SIGHUP: the configuration is read again while the daemon runs.
#pragma once

#include "daemon/settings/options.hpp"
#include "daemon/text/log.hpp"

#include <string>
#include <vector>

namespace ppsd::app {

class Reload {
  public:
    /// arguments: the command line; running: the options by which the daemon runs. The log must
    /// outlive it.
    Reload(std::vector<std::string> arguments, const Options& running, Log& log)
        : arguments_{std::move(arguments)}, running_{running}, log_{log} {}

    /// Takes over log-level and leap-file. The log says what changed, and of each other option that
    /// changed that it takes a new start. A configuration that is wrong or can't be read is an
    /// error in the log, and a list of leap seconds a warning; then the former stays. The options
    /// that hold from now on.
    const Options& operator()();

  private:
    void take_over(const Options& fresh);
    void take_leap_file(const Options& fresh);

    std::vector<std::string> arguments_;
    Options running_;
    Log& log_;
};

} // namespace ppsd::app
