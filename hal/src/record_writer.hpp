// The thread that writes what a flight recorder gathers, and tells how that went.
#pragma once

#include "hal/own_file.hpp"
#include "hal/time.hpp"
#include "hand_over.hpp"
#include "record_store.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <semaphore.h>
#include <string>
#include <thread>
#include <vector>

namespace hal {

/// What goes to the disk at once.
struct RecordBatch {
    struct Change {
        std::size_t at;
        bool rotate; ///< FILE becomes FILE.1; else somebody else has moved it
    };
    std::string text;
    std::vector<Change> changes; ///< where in the text a new file begins
    unsigned failures = 0;       ///< RecordOutcome's, as far as known when it was begun

    RecordBatch();
    void clear() noexcept;
};

/// What became of a batch.
struct RecordOutcome {
    int error = 0;           ///< an errno: it isn't on the disk
    std::string advice;      ///< what to do about the error
    std::string remark;      ///< what else was done; empty: nothing
    std::uint64_t size = 0;  ///< of FILE
    std::uint64_t found = 0; ///< of it: what files held already that somebody else had put there
    unsigned failures = 0;   ///< so far
};

/// All but the thread's own work is called by the one thread that gathers.
class RecordWriter {
  public:
    /// Nothing throws but for want of memory. flush_after: how long lines wait.
    RecordWriter(const std::string& path, Nanos flush_after, const std::optional<Owner>& heir);
    /// Writes what waits.
    ~RecordWriter();
    RecordWriter(const RecordWriter&) = delete;
    RecordWriter& operator=(const RecordWriter&) = delete;

    /// Makes or finds the file. Before start().
    [[nodiscard]] RecordOutcome open();

    /// 0, or the errno that keeps a thread from running.
    [[nodiscard]] int start();

    /// What waits to be written. A batch is dropped where one before it failed, which who began it
    /// did not know: it goes on where there is nothing.
    [[nodiscard]] HandOver<RecordBatch>::Adding add() noexcept { return lines_.add(); }

    /// What became of batches since the last call; the caller empties it. nullptr: ask later.
    [[nodiscard]] std::vector<RecordOutcome>* outcomes() noexcept { return outcomes_.take(); }

    /// Writes what waits, now; returns once its outcome is there.
    void settle();

  private:
    void run();
    void wait() noexcept;
    void write(RecordBatch& batch);
    [[nodiscard]] RecordOutcome outcome(int error);
    [[nodiscard]] int write_all(const RecordBatch& batch, std::uint64_t& found);

    const Nanos flush_after_;
    RecordStore store_;     ///< the thread's, once it runs
    unsigned failures_ = 0; ///< the thread's
    HandOver<RecordBatch> lines_;
    HandOver<std::vector<RecordOutcome>> outcomes_;
    sem_t wake_{}; ///< ends the thread's wait; unlike a condition it has no lock
    std::atomic<bool> hurried_{false}; ///< somebody waits in settle()
    std::atomic<bool> stopping_{false};
    std::thread thread_; ///< last: it uses all of it
};

} // namespace hal
