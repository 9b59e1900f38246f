#include "ntpdshm/prepare.hpp"

#include "ipc.hpp"
#include "semaphore.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <sys/ipc.h>
#include <sys/shm.h>
#include <unistd.h>
#include <utility>

namespace ntpdshm {
namespace {

// Below it are the users of services (login.defs, SYS_UID_MAX).
constexpr uid_t first_person = 1000;

/// Its effective user; nothing if it is gone or hidden.
std::optional<uid_t> user_of(pid_t process) {
    std::ifstream status{"/proc/" + std::to_string(process) + "/status"};
    for (std::string line; std::getline(status, line);) {
        if (!line.starts_with("Uid:")) continue;
        std::istringstream row{line.substr(4)};
        uid_t real = 0;
        uid_t effective = 0;
        if (row >> real >> effective) return effective;
    }
    return std::nullopt;
}

std::vector<pid_t> processes() {
    std::vector<pid_t> all;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator{"/proc", error}) {
        const std::string name = entry.path().filename();
        pid_t process = 0;
        const auto [end, wrong] = std::from_chars(name.data(), name.data() + name.size(), process);
        if (wrong == std::errc{} && end == name.data() + name.size()) all.push_back(process);
    }
    return all;
}

bool maps_can_be_read(pid_t process) {
    std::ifstream maps{"/proc/" + std::to_string(process) + "/maps"};
    return maps.peek() != std::ifstream::traits_type::eof();
}

struct Attached {
    std::vector<pid_t> processes;
    unsigned long times = 0; ///< all of them together
};

/// Those that are attached, or may be: what used it last, where the maps can't be read.
Attached attached_to(int id, const SegmentStatus& status) {
    Attached attached;
    if (status.attached == 0) return attached;
    for (const pid_t process : processes()) {
        const auto found = ipc::attachments(process, id);
        const bool used_it = process == status.last_user || process == status.maker;
        if (found.all == 0 && (!used_it || maps_can_be_read(process))) continue;
        attached.processes.push_back(process);
        attached.times += found.all;
    }
    return attached;
}

bool is_of_the_system(pid_t process, const SegmentStatus& status) {
    const auto user = user_of(process);
    if (!user) return false;
    return *user == 0 || (*user < first_person && *user != status.owner && *user != status.creator);
}

// Who is in the way is there again at once: in a tight loop he wins almost each time, and within
// some milliseconds not always.
constexpr int races = 100'000;

/// Root's in a stranger's place. Between removing and making there is nothing: that is his chance.
/// If he had it, again, as long as nobody is attached. False and errno if his may not be removed.
bool replace(int id, std::int32_t key, std::size_t bytes) {
    const bool removed = ipc::remove(id);
    const int error = errno;
    for (int left = races; left > 0; --left) {
        if (::shmget(key, bytes, IPC_CREAT | IPC_EXCL | 0660) >= 0 || errno != EEXIST) break;
        const auto again = ipc::find(key);
        const auto status = again ? ipc::status_of_foreign(*again) : std::nullopt;
        if (status && (whose(*status) == 0 || status->attached != 0)) break;
        if (again && !ipc::remove(*again) && errno == EPERM) break;
    }
    errno = error;
    return removed;
}

/// Removes a stranger's segment; the warning about it.
std::string remove_strangers(const std::string& thing, int id, const SegmentStatus& status,
                             std::int32_t key, std::size_t bytes) {
    const std::string whose_it_was = user_name(whose(status));
    const auto attached = attached_to(id, status);
    for (const pid_t process : attached.processes)
        if (is_of_the_system(process, status))
            throw SegmentError{
                thing, EBUSY,
                "it belongs to " + whose_it_was + ", who decides what its readers are told, and " +
                    process_name(process).value_or("process " + std::to_string(process)) +
                    " is attached to it: stop that, run \"ppsd --prepare\" as root, and start it "
                    "again"};
    if (!replace(id, key, bytes) && errno != EIDRM && errno != EINVAL)
        throw SegmentError{thing, errno,
                           "it belongs to " + whose_it_was +
                               ": run \"ppsd --prepare\" as root, or stop the program that made "
                               "it and remove it with \"ipcrm -M\""};
    std::string text = thing + ": it belonged to " + whose_it_was + ": removed, and made anew";
    if (status.attached > attached.times)
        text += "; who was attached to it can't be told: start chronyd or ntpd again if they run";
    return text;
}

/// Root's own, in the way of the layout that is wanted now, of use to nobody.
bool remove_outgrown(std::int32_t key) {
    const auto id = ipc::find(key);
    const auto status = id ? ipc::status_of_foreign(*id) : std::nullopt;
    return status && whose(*status) == 0 && status->attached == 0 && ipc::remove(*id);
}

class Preparation {
  public:
    Preparation(int unit, LayoutChoice choice)
        : unit_{unit}, choice_{choice}, key_{key_of(unit)}, thing_{name_of(unit)} {
        const bool automatic = choice == LayoutChoice::automatic;
        const auto reader = automatic ? installed_reader() : std::nullopt;
        bytes_ = size(choose_layout(choice, reader, std::nullopt).layout);
    }

    PreparedUnit run() {
        Segment segment = make_segment();
        if (::geteuid() == 0) make_lock();
        return {std::move(segment), std::move(warnings_)};
    }

  private:
    // Somebody may come in between.
    static constexpr int tries = 100;

    void warn(const std::string& text) {
        if (std::find(warnings_.begin(), warnings_.end(), text) == warnings_.end())
            warnings_.push_back(text);
    }

    Segment make_segment() {
        for (int left = tries;;) {
            const auto id = ipc::find(key_);
            const auto status = id ? ipc::status_of_foreign(*id) : std::nullopt;
            if (status && whose(*status) != 0)
                warn(remove_strangers(thing_, *id, *status, key_, bytes_));
            try {
                return Segment::open(unit_, choice_);
            } catch (const SegmentError& error) {
                const int code = error.code().value();
                const bool outgrown = code == EINVAL && remove_outgrown(key_);
                if ((!outgrown && code != EPERM && code != EIDRM) || --left == 0) throw;
                if (outgrown)
                    warn(thing_ + ": it had the size of another layout, and nobody was attached "
                                  "to it: made anew");
            }
        }
    }

    void make_lock() {
        for (int left = races; left > 0; --left) {
            const int id = semaphore::find(key_);
            const auto stranger = id >= 0 ? semaphore::stranger(id) : std::nullopt;
            if (id >= 0 && !stranger) return semaphore::share_with_group(id);
            if (stranger && !semaphore::remove(id) && errno == EPERM) break;
            const bool made = semaphore::make(key_) >= 0; // nothing between: as in replace()
            const int error = errno;
            if (stranger)
                warn(thing_ + ": its lock belonged to " + user_name(*stranger) +
                     ": removed, and made anew");
            errno = error;
            if (made) return;
            if (error != EEXIST) break;
        }
        // Writers go on without it.
        warn(thing_ + ": its lock can't be made: " + std::generic_category().message(errno) +
             "; see \"ipcs -s\"");
    }

    int unit_;
    LayoutChoice choice_;
    std::int32_t key_;
    std::string thing_;
    std::size_t bytes_ = 0; ///< of a segment made now
    std::vector<std::string> warnings_;
};

} // namespace

PreparedUnit prepare_unit(int unit, LayoutChoice choice) {
    if (!ipc::is_roots(key_of(unit)))
        throw std::invalid_argument{name_of(unit) + ": only units 0 and 1 are root's"};
    return Preparation{unit, choice}.run();
}

} // namespace ntpdshm
