// Gathers what ppsctl check judges.
#pragma once

#include "daemon/setup/evidence.hpp"
#include "hal/machine_files.hpp"

#include <string>

namespace ppsd::app {

struct CheckOptions {
    std::string service;      ///< "ppsd", of an instance "ppsd@NAME"
    std::string config;       ///< ppsd's, of ppsd@NAME /etc/ppsd/NAME.conf
    std::string socket;       ///< ppsd's status-socket; "": where the configuration says
    std::string usual_socket; ///< where it is if the configuration doesn't say
};

/// Reads files, asks ppsd and chronyd or ntpd. Changes nothing, and takes some seconds at most.
[[nodiscard]] Evidence find_evidence(const CheckOptions& options, const hal::MachineFiles& files);

} // namespace ppsd::app
