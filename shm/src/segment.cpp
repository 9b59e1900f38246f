#include "ntpdshm/segment.hpp"

#include "ipc.hpp"
#include "ntpdshm/layout_choice.hpp"

#include <cerrno>
#include <fstream>
#include <grp.h>
#include <pwd.h>
#include <stdexcept>
#include <sys/ipc.h>
#include <sys/shm.h>
#include <unistd.h>
#include <utility>

namespace ntpdshm {
namespace {

using ipc::is_roots;

std::string describe(std::size_t bytes) {
    const auto layout = layout_of_size(bytes);
    return std::to_string(bytes) + " bytes" +
           (layout ? " (" + std::string{name(*layout)} + ")" : "");
}

void check_owner(const std::string& thing, std::int32_t key, const SegmentStatus& status) {
    const auto trusted = [&](uid_t user) {
        return user == 0 || (!is_roots(key) && user == ::geteuid());
    };
    if (trusted(status.owner) && trusted(status.creator)) return;
    const std::string advice =
        is_roots(key) ? "as root, \"ppsd --prepare\" removes it and makes it anew"
                      : "stop the program that made it, then remove it with \"ipcrm -M " +
                            ipc::hex(key) + "\"";
    const uid_t user = trusted(status.owner) ? status.creator : status.owner;
    throw SegmentError{
        thing, EPERM,
        "it belongs to " + user_name(user) + ", not to " +
            (is_roots(key) || ::geteuid() == 0 ? "root" : "root or " + user_name(::geteuid())) +
            ": " + advice};
}

void check_size(const std::string& thing, const ChosenLayout& chosen, std::size_t existing) {
    if (existing == size(chosen.layout)) return;
    throw SegmentError{thing, EINVAL,
                       "it has " + describe(existing) + ", but " + chosen.reason + " wants " +
                           describe(size(chosen.layout)) +
                           ": choose the layout by option, or stop the program that made it and "
                           "remove it with \"ipcrm -M\""};
}

void check_may_make(const std::string& thing, std::int32_t key) {
    if (!is_roots(key) || ::geteuid() == 0) return;
    throw SegmentError{thing, EPERM,
                       "it does not exist, and only root may make units 0 and 1, or chronyd and "
                       "ntpd will not start: run once as root, or use unit 2 or above"};
}

/// Makes the segment; nothing if somebody else did in the meantime.
std::optional<int> make_segment(const std::string& thing, std::int32_t key, Layout layout) {
    check_may_make(thing, key);
    const int mode = is_roots(key) ? 0660 : 0666;
    const int id = ::shmget(key, size(layout), IPC_CREAT | IPC_EXCL | mode);
    if (id >= 0) return id;
    if (errno == EEXIST) return std::nullopt;
    const int err = errno;
    throw SegmentError{thing, err, ipc::advice_on_making(err)};
}

void share_with_group(int id, std::int32_t key) {
    if (!is_roots(key) || ::geteuid() != 0) return;
    const auto status = ipc::status(id);
    const auto group = ipc::group_ppsd();
    if (!status || !group) return;
    if (status->group != *group || (status->mode & 0660U) != 0660U)
        ipc::set_group(id, *group, status->mode | 0660U);
}

/// The status, or what happens when a segment vanishes between two calls.
SegmentStatus status_or_throw(const std::string& thing, int id) {
    if (const auto status = ipc::status_of_foreign(id)) return *status;
    throw SegmentError{thing, EIDRM, "it was removed while being opened: try again"};
}

} // namespace

std::int32_t key_of(int unit, std::int32_t base) {
    if (unit < 0 || unit > max_unit)
        throw std::invalid_argument{"SHM unit " + std::to_string(unit) +
                                    ": a unit is a number from 0 to 255"};
    return static_cast<std::int32_t>(static_cast<std::uint32_t>(base) +
                                     static_cast<std::uint32_t>(unit));
}

std::string name_of(int unit, std::int32_t base) {
    return "SHM unit " + std::to_string(unit) + " (key " + ipc::hex(key_of(unit, base)) + ")";
}

std::string user_name(uid_t user) {
    const passwd* entry = ::getpwuid(user);
    return entry ? entry->pw_name : "uid " + std::to_string(user);
}

std::string group_name(gid_t group) {
    const ::group* entry = ::getgrgid(group);
    return entry ? entry->gr_name : "gid " + std::to_string(group);
}

std::optional<std::string> process_name(pid_t process) {
    std::ifstream file{"/proc/" + std::to_string(process) + "/comm"};
    std::string name;
    if (!std::getline(file, name)) return std::nullopt;
    return "process " + std::to_string(process) + " (" + name + ")";
}

uid_t whose(const SegmentStatus& status) noexcept {
    return status.owner != 0 ? status.owner : status.creator;
}

std::optional<SegmentStatus> find_segment(int unit, std::int32_t base) {
    const auto id = ipc::find(key_of(unit, base));
    return id ? ipc::status_of_foreign(*id) : std::nullopt;
}

Segment Segment::open(int unit, LayoutChoice choice, std::int32_t base) {
    Segment segment{unit, key_of(unit, base)};
    segment.open_or_make(choice,
                         choice == LayoutChoice::automatic ? installed_reader() : std::nullopt);
    return segment;
}

Segment Segment::open_again() const {
    Segment segment{unit_, key_};
    segment.open_or_make(LayoutChoice::automatic, InstalledReader{"its predecessor", layout_});
    return segment;
}

void Segment::open_or_make(LayoutChoice choice, const std::optional<InstalledReader>& reader) {
    const std::string thing = name_of(unit_, base());
    for (int attempt = 0; attempt < 3; ++attempt)
        if (open_existing(thing, choice, reader) || make(thing, choice, reader)) return;
    throw SegmentError{thing, EEXIST, ipc::advice_on_making(EEXIST)};
}

bool Segment::open_existing(const std::string& thing, LayoutChoice choice,
                            const std::optional<InstalledReader>& reader) {
    const auto id = ipc::find(key_);
    if (!id) return false;
    const SegmentStatus status = status_or_throw(thing, *id);
    check_owner(thing, key_, status);
    const ChosenLayout chosen = choose_layout(choice, reader, status.size);
    check_size(thing, chosen, status.size);
    share_with_group(*id, key_);
    attach(thing, *id, chosen.layout, true);
    return true;
}

bool Segment::make(const std::string& thing, LayoutChoice choice,
                   const std::optional<InstalledReader>& reader) {
    const ChosenLayout chosen = choose_layout(choice, reader, std::nullopt);
    const auto id = make_segment(thing, key_, chosen.layout);
    if (!id) return false;
    share_with_group(*id, key_);
    created_ = true;
    attach(thing, *id, chosen.layout, true);
    return true;
}

Segment Segment::watch(int unit, LayoutChoice choice, std::int32_t base) {
    Segment segment{unit, key_of(unit, base)};
    const std::string thing = name_of(unit, base);
    const auto id = ipc::find(segment.key_);
    if (!id) throw SegmentError{thing, ENOENT, "nobody has made it yet: start what writes it"};
    const SegmentStatus status = status_or_throw(thing, *id);
    const ChosenLayout chosen = choose_layout(choice, std::nullopt, status.size);
    check_size(thing, chosen, status.size);
    segment.attach(thing, *id, chosen.layout, false);
    return segment;
}

void Segment::attach(const std::string& thing, int id, Layout layout, bool writable) {
    void* memory = ::shmat(id, nullptr, writable ? 0 : SHM_RDONLY);
    // shmat's own error value is (void*)-1.
    if (reinterpret_cast<std::intptr_t>(memory) == -1) {
        const int err = errno;
        throw SegmentError{
            thing, err, ipc::advice_on_attaching(err, key_, writable, ipc::status_of_foreign(id))};
    }
    id_ = id;
    layout_ = layout;
    writable_ = writable;
    memory_ = memory;
}

Segment::Segment(Segment&& other) noexcept
    : unit_{other.unit_}, key_{other.key_}, id_{other.id_}, layout_{other.layout_},
      created_{other.created_}, writable_{other.writable_}, memory_{std::exchange(other.memory_,
                                                                                  nullptr)} {}

Segment& Segment::operator=(Segment&& other) noexcept {
    std::swap(unit_, other.unit_);
    std::swap(key_, other.key_);
    std::swap(id_, other.id_);
    std::swap(layout_, other.layout_);
    std::swap(created_, other.created_);
    std::swap(writable_, other.writable_);
    std::swap(memory_, other.memory_);
    return *this;
}

Segment::~Segment() {
    if (memory_) ::shmdt(memory_);
}

std::optional<SegmentStatus> Segment::status() const noexcept {
    return ipc::status(id_);
}

std::optional<std::string> Segment::other_writer() const {
    const auto now = status();
    if (!now) return std::nullopt;
    for (const pid_t process : {now->last_user, now->maker}) {
        if (process == ::getpid()) continue;
        if (ipc::attachments(process, id_).writing == 0) continue;
        const auto name = process_name(process);
        if (name && !name->ends_with("(chronyd)") && !name->ends_with("(ntpd)")) return name;
    }
    return std::nullopt;
}

void Segment::discard() const noexcept {
    const auto now = status();
    if (created_ && now && now->attached == 1) ipc::remove(id_);
}

bool Segment::removed() const noexcept {
    const auto now = ipc::status(id_);
    return now ? now->removed : errno == EIDRM || errno == EINVAL;
}

} // namespace ntpdshm
