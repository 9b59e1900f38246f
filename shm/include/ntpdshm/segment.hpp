// One unit's System V shared memory segment: found or made, checked, attached, detached.
//
// Who owns it matters to the readers. Debian's AppArmor profiles leave chronyd and ntpd without
// CAP_IPC_OWNER, so a segment of units 0 and 1, which they make as root with mode 0600, kills
// them at start if it belongs to someone else. Hence:
//   ntpd's units 0 and 1   root's, group "ppsd" if there is such a group, mode 0660
//   everything else        the maker's, mode 0666, as ntpd makes them
// logind removes the segments of an ordinary user when he logs out (RemoveIPC).
#pragma once

#include "ntpdshm/error.hpp"
#include "ntpdshm/layout.hpp"
#include "ntpdshm/layout_choice.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <sys/types.h>

#pragma GCC visibility push(default)
namespace ntpdshm {

/// What the kernel knows of a segment (shmctl IPC_STAT).
struct SegmentStatus {
    std::size_t size = 0; ///< bytes, as its maker asked for
    uid_t owner = 0;
    uid_t creator = 0; ///< has an owner's rights for good, whoever it was given to
    gid_t group = 0;
    unsigned mode = 0;          ///< permission bits, 0 to 0777
    unsigned long attached = 0; ///< how many attachments, ours included
    bool removed = false;       ///< ipcrm was here: nobody new can find it; open another
    pid_t maker = 0;            ///< the process that made it, which may be long gone
    pid_t last_user = 0;        ///< the one that attached or detached last
};

/// The key and a name for messages: "SHM unit 2 (key 0x4e545032)".
/// Throws std::invalid_argument for a unit outside 0 to 255.
[[nodiscard]] std::int32_t key_of(int unit, std::int32_t base = key_base);
[[nodiscard]] std::string name_of(int unit, std::int32_t base = key_base);

/// "root", or "uid 1234" if it has no name. For messages; may read files.
[[nodiscard]] std::string user_name(uid_t user);
/// "ppsd", or "gid 1234".
[[nodiscard]] std::string group_name(gid_t group);

/// "process 1234 (gpsd)"; nothing if there is no such process. Reads a file.
[[nodiscard]] std::optional<std::string> process_name(pid_t process);

/// Whose a segment is: the owner, unless the owner is root and another user made it and gave it
/// away, who can still write to it and take it back.
[[nodiscard]] uid_t whose(const SegmentStatus& status) noexcept;

/// The state of a unit's segment without attaching to it; nothing if there is none. Where our
/// permissions don't reach, from /proc/sysvipc/shm.
[[nodiscard]] std::optional<SegmentStatus> find_segment(int unit, std::int32_t base = key_base);

/// An attached segment. Detaches when destroyed; removes it only when told to. Move-only.
/// The functions that open throw SegmentError, or std::invalid_argument for a unit outside 0 to
/// 255; the others don't throw or allocate.
class Segment {
  public:
    /// For writing: attaches to the unit's segment, or makes it (filled with zeros).
    /// Refuses one whose owner or creator is not root (units 0 and 1), or neither root nor we
    /// (others), and one of another size than the layout's (choose_layout()) has. As root it gives
    /// group "ppsd", if that exists, access to an existing segment of units 0 and 1.
    /// prepare_unit() (prepare.hpp) removes what is in the way of units 0 and 1.
    [[nodiscard]] static Segment open(int unit, LayoutChoice choice = LayoutChoice::automatic,
                                      std::int32_t base = key_base);

    /// For watching: read-only, makes nothing, accepts any owner. The layout is the choice, or,
    /// if that is automatic, what the size says. ENOENT if there is no segment.
    [[nodiscard]] static Segment watch(int unit, LayoutChoice choice = LayoutChoice::automatic,
                                       std::int32_t base = key_base);

    /// After removed(): the unit's segment anew, as open() does it, but with the layout that this
    /// one has, and without reading the installed reader for it: cheap enough to try each second.
    [[nodiscard]] Segment open_again() const;

    Segment(Segment&& other) noexcept;
    Segment& operator=(Segment&& other) noexcept;
    ~Segment();

    [[nodiscard]] int unit() const noexcept { return unit_; }
    [[nodiscard]] std::int32_t key() const noexcept { return key_; }
    [[nodiscard]] Layout layout() const noexcept { return layout_; }
    /// Whether open() made it.
    [[nodiscard]] bool created() const noexcept { return created_; }
    [[nodiscard]] bool writable() const noexcept { return writable_; }
    /// size(layout()) bytes, shared with every other process: touch words atomically only.
    [[nodiscard]] void* memory() const noexcept { return memory_; }

    /// Nothing if the kernel won't say (no read permission any more).
    [[nodiscard]] std::optional<SegmentStatus> status() const noexcept;

    /// The other process that used it last, or made it, if that is attached with the right to write
    /// and is no chronyd or ntpd, which have that right and only clear `valid`: "process 12
    /// (gpsd)". Nothing where /proc doesn't say it: of another user's process only to root. Reads
    /// files.
    [[nodiscard]] std::optional<std::string> other_writer() const;

    /// Whether it was removed (ipcrm, RemoveIPC) while attached: whatever is written to it now, a
    /// reader that starts later won't find. Open the unit anew.
    [[nodiscard]] bool removed() const noexcept;

    /// Removes what open() made, unless somebody else has attached to it: for a program that gives
    /// up while it starts, and leaves the machine as it was.
    void discard() const noexcept;

  private:
    Segment(int unit, std::int32_t key) noexcept : unit_{unit}, key_{key} {}
    [[nodiscard]] std::int32_t base() const noexcept { return key_ - unit_; }
    void open_or_make(LayoutChoice choice, const std::optional<InstalledReader>& reader);
    bool open_existing(const std::string& thing, LayoutChoice choice,
                       const std::optional<InstalledReader>& reader);
    bool make(const std::string& thing, LayoutChoice choice,
              const std::optional<InstalledReader>& reader);
    void attach(const std::string& thing, int id, Layout layout, bool writable);

    int unit_;
    std::int32_t key_;
    int id_ = -1;
    Layout layout_ = native_layout();
    bool created_ = false;
    bool writable_ = false;
    void* memory_ = nullptr;
};

} // namespace ntpdshm
#pragma GCC visibility pop
