#include "daemon/outputs/sock_output.hpp"

#include "hal/unix_address.hpp"

#include <ntpdshm/layout_choice.hpp>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fmt/format.h>
#include <system_error>
#include <utility>

namespace ppsd::app {
namespace {

constexpr std::int64_t second_ns = 1'000'000'000;

/// The drop-in that gives the socket away; its place is in ppsd(8).
constexpr const char* drop_in = "chrony-ppsd.conf";

constexpr const char* text_of_other_file =
    "it is not chronyd's socket: move it away and start chronyd, or name another path";

template <class Words>
int send_as(const hal::DatagramSocket& socket, const Sample& sample) noexcept {
    using Word = decltype(Words::sec);
    const std::int64_t receive = sample.receive.ns();
    const std::int64_t offset = sample.clock.posix_ns() - receive;
    if (!std::in_range<Word>(receive / second_ns)) return EOVERFLOW;
    const Words words{static_cast<Word>(receive / second_ns),
                      static_cast<Word>(receive % second_ns / 1000),
                      static_cast<double>(offset) * 1e-9,
                      0,
                      sample.leap,
                      0,
                      sock_magic};
    return socket.send(std::as_bytes(std::span{&words, 1}));
}

// For a moment it is while chronyd starts: its socket is root's until the drop-in gives it away.
bool is_forbidden(int error) noexcept {
    return error == EACCES || error == EPERM;
}

std::string advice(int error, const std::string& path, bool was_there) {
    const bool away = error == ENOENT || error == ECONNREFUSED;
    if (away && was_there) return "chronyd is gone; each sample looks for it again";
    if (error == ENOENT)
        return fmt::format("chronyd makes it: put \"refclock SOCK {}\" into its chrony.conf, and "
                           "start it",
                           path);
    if (error == ECONNREFUSED) return "chronyd has left it behind: start chronyd";
    if (is_forbidden(error))
        return fmt::format("ppsd may not write to it: let the drop-in {} of chrony.service give it "
                           "to group ppsd (see ppsd(8)), in a folder that ppsd may enter",
                           drop_in);
    if (error == ENOTSOCK || error == EPROTOTYPE) return text_of_other_file;
    if (error == EAGAIN) return "its queue is full: chronyd is there, and doesn't read";
    if (error == EOVERFLOW)
        return "chronyd's time_t has 32 bits, which end in 2038 (see shm-layout)";
    return "each sample tries it again";
}

} // namespace

SockOutput::SockOutput(const std::string& path, ntpdshm::Layout layout, const Log& log)
    : path_{path}, layout_{layout}, log_{log}, socket_{path} {
    log_.line(LogLevel::info, "sock:{}: samples go there, layout {}", path_,
              ntpdshm::name(layout_));
}

std::string SockOutput::check(std::string& path) {
    if (!path.starts_with('/')) return "a path that begins with / is wanted";
    path = std::filesystem::path{path}.lexically_normal();
    if (!hal::UnixAddress::of(path)) return "a path of at most 107 bytes is wanted";
    return {};
}

std::string SockOutput::look(const std::string& path) {
    std::error_code ignored;
    if (!std::filesystem::is_directory(std::filesystem::path{path}.parent_path(), ignored))
        return "there is no such folder: chronyd can't make its socket there";
    const auto type = std::filesystem::status(path, ignored).type();
    using enum std::filesystem::file_type;
    const bool fine = type == socket || type == not_found || type == none || type == unknown;
    return fine ? std::string{} : text_of_other_file;
}

std::string SockOutput::resolve(const std::string& path) {
    constexpr int most_links = 40; // as the kernel has it
    std::filesystem::path place = path;
    std::error_code failed;
    // weakly_canonical() keeps a link to nothing, and chronyd may not have started yet.
    for (int links = 0; links < most_links; ++links) {
        const auto target = std::filesystem::read_symlink(place, failed);
        if (failed) break;
        place = place.parent_path() / target;
    }
    place = std::filesystem::weakly_canonical(place, failed);
    return failed ? path : place.string();
}

ntpdshm::Layout SockOutput::layout_of(ntpdshm::LayoutChoice choice) {
    std::optional<ntpdshm::InstalledReader> chronyd;
    for (const auto& reader : ntpdshm::installed_readers())
        if (!chronyd && reader.path.ends_with("/chronyd")) chronyd = reader;
    return ntpdshm::choose_layout(choice, chronyd, std::nullopt).layout;
}

bool SockOutput::publish(const Sample& sample) noexcept {
    const int before = std::exchange(last_, send(sample));
    quiet_ = std::min(quiet_ + 1, minute);
    if (last_ == EAGAIN)
        note_full();
    else if (!is_forbidden(last_) || last_ == before)
        note(last_);
    return last_ == 0;
}

int SockOutput::send(const Sample& sample) const noexcept {
    return layout_ == ntpdshm::Layout::time64 ? send_as<SockSample64>(socket_, sample)
                                              : send_as<SockSample32>(socket_, sample);
}

void SockOutput::note(int error) noexcept {
    const int before = std::exchange(state_, error);
    if (error == before) return;
    if (error != 0) return log_.line(LogLevel::warning, "sock:{}: {}", path_, text_of(error));
    // Where it was there from the start, nobody need be told.
    log_.line(before == nothing_yet ? LogLevel::info : LogLevel::notice,
              "sock:{}: chronyd is there, and takes samples", path_);
    was_there_ = true;
}

void SockOutput::note_full() noexcept {
    ++full_;
    if (quiet_ < minute) return;
    quiet_ = 0;
    log_.line(LogLevel::warning, "sock:{}: {} ({} samples dropped so far)", path_, text_of(EAGAIN),
              full_);
}

std::string SockOutput::text_of(int error) const {
    return fmt::format("{}; {}", std::generic_category().message(error),
                       advice(error, path_, was_there_));
}

std::string SockOutput::problem() const {
    return last_ > 0 ? text_of(last_) : std::string{};
}

} // namespace ppsd::app
