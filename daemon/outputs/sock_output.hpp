// Samples to chronyd's refclock SOCK: a datagram each.
//
// Source: struct sock_sample in chrony's refclock_sock.c. It begins with a timeval, so the length
// of chronyd's time_t decides where its words lie; chronyd drops a datagram of another length
// without a word (since 4.4, 32-bit ones built with glibc take both).
//
// A datagram can't be taken back. After a step of the clock chronyd itself refuses what is then
// from its future, or older than two of its polls. What lies unread at a smaller step forward, at
// most some five samples, is off by it: chronyd's filter has to tell it from the others.
#pragma once

#include "daemon/outputs/destination.hpp"
#include "daemon/text/log.hpp"
#include "hal/datagram_socket.hpp"

#include <ntpdshm/layout.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <type_traits>

namespace ppsd::app {

/// The words of a sample, where time_t has 64 bits (Layout::time64) …
struct SockSample64 {
    std::int64_t sec;   ///< the system clock's time of the event
    std::int64_t usec;  ///< within that second
    double offset;      ///< s: the true time minus the system's at that moment
    std::int32_t pulse; ///< 0: the sample carries its whole second
    std::int32_t leap;  ///< 0 none, 1 insert, 2 delete
    std::int32_t pad;
    std::int32_t magic;
};

/// … and where it has 32 (Layout::time32), whose seconds end in January 2038.
struct SockSample32 {
    std::int32_t sec;
    std::int32_t usec;
    double offset;
    std::int32_t pulse;
    std::int32_t leap;
    std::int32_t pad;
    std::int32_t magic;
};

inline constexpr std::int32_t sock_magic = 0x534f434b; ///< "SOCK"

static_assert(sizeof(SockSample64) == 40 && sizeof(SockSample32) == 32);
static_assert(offsetof(SockSample64, offset) == 16 && offsetof(SockSample64, magic) == 36);
static_assert(offsetof(SockSample32, offset) == 8 && offsetof(SockSample32, magic) == 28);
static_assert(std::is_trivial_v<SockSample64> && std::is_standard_layout_v<SockSample64>);
static_assert(std::is_trivial_v<SockSample32> && std::is_standard_layout_v<SockSample32>);

class SockOutput final : public Destination {
  public:
    /// chronyd makes the socket; it need not be there yet. Throws hal::DeviceError. The log, which
    /// must outlive it, has a line when chronyd begins to take samples and when it ceases.
    SockOutput(const std::string& path, ntpdshm::Layout layout, const Log& log);

    /// As OutputKind::check: an absolute path that an address has room for.
    [[nodiscard]] static std::string check(std::string& path);

    /// As OutputKind::look: its folder is there, and nothing but a socket in its place.
    [[nodiscard]] static std::string look(const std::string& path);

    /// As OutputKind::resolve: with every symbolic link followed, also to a socket that isn't
    /// there.
    [[nodiscard]] static std::string resolve(const std::string& path);

    /// The layout of the chronyd that is installed, unless the user chose one; else ours.
    [[nodiscard]] static ntpdshm::Layout layout_of(ntpdshm::LayoutChoice choice);

    /// False: chronyd isn't there or doesn't read, or the year is one that the layout can't say.
    [[nodiscard]] bool publish(const Sample& sample) noexcept override;
    /// There is nothing to take back.
    void invalidate() noexcept override {}
    [[nodiscard]] bool takes_back() const noexcept override { return false; }

    [[nodiscard]] std::string problem() const override;
    [[nodiscard]] std::uint64_t found_full() const noexcept override { return full_; }

  private:
    [[nodiscard]] int send(const Sample& sample) const noexcept;
    void note(int error) noexcept;
    void note_full() noexcept;
    [[nodiscard]] std::string text_of(int error) const;

    static constexpr int nothing_yet = -1;
    static constexpr int minute = 60; ///< publications between two lines

    std::string path_;
    ntpdshm::Layout layout_;
    const Log& log_;
    hal::DatagramSocket socket_;
    int last_ = nothing_yet;  ///< errno of the last sample; 0: chronyd has it
    int state_ = nothing_yet; ///< the same, but for EAGAIN: of what the log knows
    bool was_there_ = false;
    std::uint64_t full_ = 0;
    int quiet_ = minute; ///< publications since the last line about a full queue
};

} // namespace ppsd::app
