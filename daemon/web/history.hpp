// The past values, in SQLite: bounded, written in batches, whole after a power cut.
#pragma once

#include "daemon/observe/curve.hpp"
#include "daemon/observe/series.hpp"
#include "daemon/web/database.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace ppsd::web {

class HistoryFile;

/// A table of rows that are `step` seconds wide; the newest `rows` of them are kept. By number, not
/// by age: a clock that was wrong for a while can't make the history be taken away.
struct Level {
    const char* table;
    std::int64_t step;
    std::int64_t rows;
};

/// A second for a day, ten seconds for a month, ten minutes for ten years. The last one is there
/// for speed alone: ten years in one look.
inline constexpr std::array<Level, 4> levels{{{"second", 1, 86400},
                                              {"ten_seconds", 10, 31 * 8640},
                                              {"ten_minutes", 600, 3653 * 144},
                                              {"six_hours", 21600, 3653 * 4}}};

/// One thread adds and flushes, any read. Points and events are in memory until flush(); what is
/// read has them, too.
///
/// If the file can't be opened or written, all goes on in memory, problem() says why, and each
/// flush() tries again: nothing that fits in memory (six hours of points, 1000 events) is lost.
class History {
  public:
    /// path: of the file, whose folder must be there; for Access::write it is made if it is
    /// missing.
    explicit History(std::string path, Database::Access access = Database::Access::write);
    ~History();

    /// In any order: after a step back of the clock times come again.
    void add(const Point& point);
    void add(const Event& event);

    /// Writes what is in memory, in one transaction, and takes away what a level has no room for.
    /// False: it could not; problem() says why.
    bool flush();
    /// Why it can't be written; empty: it can.
    [[nodiscard]] std::string problem() const;

    /// From the finest level that still has `from`, and not many more rows than steps. most: steps,
    /// 1 to 1000. Throws DatabaseError.
    [[nodiscard]] Curve curve(std::int64_t from, std::int64_t to, std::int64_t most) const;
    /// One series at the finest step that there is, at most 100,000 steps, the last ones.
    [[nodiscard]] Trace finest(std::int64_t from, std::int64_t to, Series series) const;
    /// Oldest first, the newest `most` of them. Throws DatabaseError.
    [[nodiscard]] std::vector<Event> events(std::int64_t from, std::int64_t to,
                                            std::int64_t most) const;

  private:
    [[nodiscard]] Curve read(std::size_t level, std::int64_t from, std::int64_t to,
                             std::int64_t step) const;
    [[nodiscard]] bool has(std::size_t level, std::int64_t from, std::int64_t to) const;
    void open();

    std::string path_;
    Database::Access access_;
    mutable std::mutex mutex_; ///< of all below
    std::deque<Point> points_; ///< not yet written
    std::deque<Event> events_;
    std::string problem_;
    mutable std::mutex file_mutex_;     ///< of file_; taken before mutex_
    std::unique_ptr<HistoryFile> file_; ///< none: it could not be opened
};

} // namespace ppsd::web
