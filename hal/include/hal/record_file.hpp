// The file that a flight recorder writes: whole lines, rotated by size, off the caller's thread.
#pragma once

#include "hal/own_file.hpp"
#include "hal/time.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace hal {

class RecordWriter;
struct RecordBatch;
struct RecordOutcome;

/// Lines wait in memory for up to a second and are then written at once, by a thread of its own
/// (which begins with the first of them), since a bad SD card may hold a write for seconds. No call
/// but settle() waits for it, not even for a lock. What was written outlives the process; a power
/// cut takes what the kernel had not yet written back (half a minute): there is no fsync.
///
/// FILE is appended to; when it would grow beyond the limit it becomes FILE.1, in place of the
/// former FILE.1, and a new FILE begins. A FILE whose beginning is damaged is kept under another
/// name. When a write fails, what waits is dropped, and it is tried again each second.
class RecordFile {
  public:
    /// Writes the lines that every part of the file must begin with. lost: something before could
    /// not be written.
    using MakeHead = std::function<void(std::string& text, bool lost)>;

    /// How recording fares, said when it changes.
    struct News {
        int error = 0; ///< an errno: it doesn't go on
        /// What to do about it; without an error what was done, or nothing: recording goes on.
        std::string text;
    };

    /// limit: bytes. flush_after: how long lines wait, above 0. heir: whom files that are made
    /// shall belong to. Throws nothing: whatever keeps it from recording is news, and is tried
    /// again.
    RecordFile(const std::string& path, std::uint64_t limit, MakeHead make_head,
               Nanos flush_after = 1s, const std::optional<Owner>& heir = {});
    /// Writes what waits.
    ~RecordFile();
    RecordFile(const RecordFile&) = delete;
    RecordFile& operator=(const RecordFile&) = delete;

    /// Whole lines that belong together. Never waits for the disk.
    void put(std::string_view lines);

    /// The oldest that wasn't asked for yet.
    [[nodiscard]] std::optional<News> news();

    /// What comes from now on goes to the file that has FILE's name then, which logrotate may have
    /// moved away; what came before goes to the former.
    void reopen();

    /// Writes what waits, now; returns once the disk has it, or refused it.
    void settle();

  private:
    void begin_part(RecordBatch& batch, std::size_t lines);
    [[nodiscard]] bool start();
    void hear();
    void note(const RecordOutcome& outcome);
    void tell(int error, std::string text);

    const std::uint64_t limit_;
    const MakeHead make_head_;
    std::uint64_t size_ = 0; ///< of FILE, once all that waits is written
    bool begun_ = false;     ///< a part, ever
    bool reopened_ = false;  ///< since the last part began
    bool lost_ = false;
    int error_ = 0;
    unsigned failures_ = 0; ///< of the writer's that are known here
    std::deque<News> news_;
    std::unique_ptr<RecordWriter> writer_;
};

} // namespace hal
