// Which binary protocols are on the line, beside NMEA or in its place: by how their packets begin.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace ppsd::nmea {

enum class Protocol : std::uint8_t { ubx, sirf, rtcm3, casic, skytraq, count_ };
inline constexpr std::size_t protocol_count = static_cast<std::size_t>(Protocol::count_);

/// The name in logs: "UBX".
[[nodiscard]] std::string_view name(Protocol protocol) noexcept;

/// Counts the beginnings of packets: the sync bytes, and what must follow them (a length that can
/// be, a message class or number that there is). Checksums are not looked at, so a single one may
/// be chance: in random bytes one in about 100000 looks like one. Five in ten seconds are not.
///
/// Sources: u-blox UBX-13003221 32.2; SiRF Binary Protocol 2.4, 1; RTCM 10403.3, 4; CASIC protocol
/// 4.1, 2.1; SkyTraq AN0037, "binary message structure".
class OtherProtocols {
  public:
    void add(char byte) noexcept;
    [[nodiscard]] std::uint64_t count(Protocol protocol) const noexcept {
        return counts_[static_cast<std::size_t>(protocol)];
    }

  private:
    std::uint64_t last_{0}; ///< the last eight bytes, the newest lowest
    std::array<std::uint64_t, protocol_count> counts_{};
};

} // namespace ppsd::nmea
