// The history's tables and how they are read and written.
#pragma once

#include "daemon/observe/curve.hpp"
#include "daemon/web/database.hpp"
#include "daemon/web/history.hpp"

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace ppsd::web {

/// Of one thread at a time. All throw DatabaseError.
class HistoryFile {
  public:
    /// Access::write: makes file and tables where they are missing.
    HistoryFile(const std::string& path, Database::Access access);
    ~HistoryFile();

    /// In one transaction. A second that is there already is replaced.
    void write(std::span<const Point> points, std::span<const Event> events);

    /// Whether a level still has everything from this second on that was ever there.
    [[nodiscard]] bool has(std::size_t level, std::int64_t from);
    /// Rows of a level in the order of time.
    void read(std::size_t level, std::int64_t from, std::int64_t to,
              const std::function<void(const Row&)>& take);
    /// Adds one series' values of a level, from trace.from up to trace.to.
    void trace(std::size_t level, Trace& trace, Series series);
    [[nodiscard]] std::vector<Event> events(std::int64_t from, std::int64_t to, std::int64_t most);

  private:
    class Table;
    void make_tables(Database::Access access);
    void insert(std::span<const Point> points);
    Database database_;
    std::vector<std::unique_ptr<Table>> tables_; ///< as `levels`
    std::unique_ptr<Statement> insert_event_;
    std::unique_ptr<Statement> select_events_;
};

} // namespace ppsd::web
