#include "daemon/web/history_file.hpp"

#include <cmath>
#include <fmt/format.h>
#include <set>
#include <utility>

namespace ppsd::web {
namespace {

// Of the tables below; another one is refused instead of guessed at.
constexpr int format = 1;
// Years of a clock that does its work; of one that loses its lock each minute half a year, and 25
// MB.
constexpr int most_kept_events = 250'000;

std::int64_t stored(double value, const SeriesInfo& series) {
    return std::llround(value / series.step);
}

double read_back(std::int64_t value, const SeriesInfo& series) {
    return static_cast<double>(value) * series.step;
}

/// A level of single seconds has a column for each series; others have four, of which three are
/// distances from the mean, since small numbers take fewer bytes.
bool is_single(const Level& level) {
    return level.step == 1;
}

std::string columns(const Level& level, std::string_view type) {
    std::string all;
    for (const SeriesInfo& series : all_series) {
        if (is_single(level))
            all += fmt::format(", {}{}", series.name, type);
        else
            all += fmt::format(", {0}_mean{1}, {0}_below{1}, {0}_above{1}, {0}_sd{1}", series.name,
                               type);
    }
    return is_single(level) ? all : fmt::format(", n{}", type) + all;
}

std::string insert_sql(const Level& level) {
    const std::size_t values = is_single(level) ? 1 + series_count : 2 + 4 * series_count;
    std::string marks = "?";
    for (std::size_t i = 1; i < values; ++i)
        marks += ",?";
    return fmt::format("INSERT OR REPLACE INTO {} VALUES ({})", level.table, marks);
}

std::uint64_t most_values(const Row& row) {
    std::uint64_t most = 0;
    for (const Summary& summary : row.values)
        most = std::max(most, summary.n);
    return most;
}

} // namespace

class HistoryFile::Table {
  public:
    Table(Database& database, const Level& level)
        : level_{level}, database_{database}, insert_{database, insert_sql(level)},
          select_{database,
                  fmt::format("SELECT * FROM {} WHERE time >= ? AND time < ? ORDER BY time",
                              level.table)},
          prune_{database,
                 fmt::format("DELETE FROM {0} WHERE time <= (SELECT time FROM {0} ORDER BY "
                             "time DESC LIMIT 1 OFFSET {1})",
                             level.table, level.rows)},
          oldest_{database, fmt::format("SELECT min(time) FROM {}", level.table)},
          full_{database.number(fmt::format("SELECT count(*) FROM {}", level.table).c_str()) >=
                level.rows} {}

    void insert(const Row& row) {
        insert_.bind(1, row.time);
        if (is_single(level_))
            bind_single(row);
        else
            bind_summaries(row);
        insert_.run();
    }

    void read(std::int64_t from, std::int64_t to, const std::function<void(const Row&)>& take) {
        select_.bind(1, from).bind(2, to);
        while (select_.step())
            take(is_single(level_) ? single() : summaries());
    }

    /// What there is no room for goes.
    void prune() {
        prune_.run();
        full_ = full_ || database_.number("SELECT changes()") > 0;
    }

    [[nodiscard]] bool has(std::int64_t from) {
        if (!full_) return true;
        const bool row = oldest_.step();
        const auto oldest = row ? oldest_.integer(0) : std::nullopt;
        oldest_.run();
        return oldest && *oldest <= from;
    }

  private:
    void bind_single(const Row& row) {
        int parameter = 2;
        for (std::size_t i = 0; i < series_count; ++i) {
            const Summary& value = row.values[static_cast<Series>(i)];
            insert_.bind(parameter++, value.n > 0 ? std::optional{stored(value.mean, all_series[i])}
                                                  : std::nullopt);
        }
    }

    void bind_summaries(const Row& row) {
        insert_.bind(2, static_cast<std::int64_t>(most_values(row)));
        int parameter = 3;
        for (std::size_t i = 0; i < series_count; ++i) {
            const Summary& value = row.values[static_cast<Series>(i)];
            for (const double part :
                 {value.mean, value.mean - value.low, value.high - value.mean, value.sd})
                insert_.bind(parameter++, value.n > 0 ? std::optional{stored(part, all_series[i])}
                                                      : std::nullopt);
        }
    }

    [[nodiscard]] Row single() const {
        Row row{select_.integer(0).value_or(0), {}};
        for (std::size_t i = 0; i < series_count; ++i)
            if (const auto value = select_.integer(static_cast<int>(1 + i)))
                row.values[static_cast<Series>(i)] = Summary::of(read_back(*value, all_series[i]));
        return row;
    }

    [[nodiscard]] Row summaries() const {
        Row row{select_.integer(0).value_or(0), {}};
        const auto n = static_cast<std::uint64_t>(select_.integer(1).value_or(0));
        for (std::size_t i = 0; i < series_count; ++i) {
            const int column = static_cast<int>(2 + 4 * i);
            const auto mean = select_.integer(column);
            if (!mean) continue;
            const auto part = [&](int next) {
                return read_back(select_.integer(column + next).value_or(0), all_series[i]);
            };
            const double middle = read_back(*mean, all_series[i]);
            row.values[static_cast<Series>(i)] = {n, middle, middle - part(1), middle + part(2),
                                                  part(3)};
        }
        return row;
    }

    const Level& level_;
    Database& database_;
    Statement insert_;
    Statement select_;
    Statement prune_;
    Statement oldest_;
    bool full_; ///< something was taken away, or will be next
};

HistoryFile::HistoryFile(const std::string& path, Database::Access access)
    : database_{path, access} {
    // WAL with FULL: a power cut takes the transaction that was being written, and no other.
    if (access == Database::Access::write)
        database_.run("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA temp_store=MEMORY");
    make_tables(access);
    for (const Level& level : levels)
        tables_.push_back(std::make_unique<Table>(database_, level));
    insert_event_ = std::make_unique<Statement>(
        database_, "INSERT INTO event (time, kind, level, text) VALUES (?,?,?,?)");
    select_events_ = std::make_unique<Statement>(
        database_,
        "SELECT time, kind, level, text FROM (SELECT * FROM event WHERE time >= ? AND time < "
        "? ORDER BY time DESC, id DESC LIMIT ?) ORDER BY time, id");
}

HistoryFile::~HistoryFile() = default;

void HistoryFile::make_tables(Database::Access access) {
    const std::int64_t found = database_.number("PRAGMA user_version");
    if (found == format) return;
    if (found == 0 && access == Database::Access::read)
        throw DatabaseError("this is no history of ppsd-web");
    if (found != 0)
        throw DatabaseError(
            fmt::format("the history is of format {}, this ppsd-web knows {}: install "
                        "the ppsd-web that made it, or move the file away",
                        found, format));
    Transaction all{database_};
    for (const Level& level : levels)
        database_.run(fmt::format("CREATE TABLE {} (time INTEGER PRIMARY KEY{})", level.table,
                                  columns(level, " INTEGER"))
                          .c_str());
    database_.run(
        "CREATE TABLE event (id INTEGER PRIMARY KEY, time INTEGER, kind TEXT, level TEXT, "
        "text TEXT)");
    database_.run("CREATE INDEX event_time ON event (time)");
    database_.run(fmt::format("PRAGMA user_version={}", format).c_str());
    all.commit();
}

// Each coarser row is made anew of the finer ones: a second that comes again, since the clock was
// set back, counts once, and rounding does not add up over the batches that a row is made in.
void HistoryFile::insert(std::span<const Point> points) {
    std::set<std::int64_t> touched;
    for (const Point& point : points) {
        tables_.front()->insert(row_of(point));
        touched.insert(point.time);
    }
    for (std::size_t i = 1; i < levels.size(); ++i) {
        const std::int64_t step = levels[i].step;
        std::set<std::int64_t> coarser;
        for (const std::int64_t time : touched)
            coarser.insert(time - (time % step + step) % step);
        for (const std::int64_t time : coarser) {
            CurveMaker maker{time, time + step, step};
            tables_[i - 1]->read(time, time + step, [&](const Row& row) { maker.add(row); });
            for (const Row& row : maker.take().rows)
                tables_[i]->insert(row);
        }
        touched = std::move(coarser);
    }
    for (const auto& table : tables_)
        table->prune();
}

void HistoryFile::write(std::span<const Point> points, std::span<const Event> events) {
    Transaction all{database_};
    if (!points.empty()) insert(points);
    for (const Event& event : events)
        insert_event_->bind(1, event.time)
            .bind(2, event.kind)
            .bind(3, event.level)
            .bind(4, event.text)
            .run();
    if (!events.empty())
        database_.run(fmt::format("DELETE FROM event WHERE id <= (SELECT max(id) FROM event) - {}",
                                  most_kept_events)
                          .c_str());
    all.commit();
}

bool HistoryFile::has(std::size_t level, std::int64_t from) {
    return tables_[level]->has(from);
}

void HistoryFile::read(std::size_t level, std::int64_t from, std::int64_t to,
                       const std::function<void(const Row&)>& take) {
    tables_[level]->read(from, to, take);
}

void HistoryFile::trace(std::size_t level, Trace& trace, Series series) {
    const std::string column =
        fmt::format("{}{}", info(series).name, is_single(levels[level]) ? "" : "_mean");
    Statement select{database_,
                     fmt::format("SELECT time, {0} FROM {1} WHERE time >= ? AND time < ? AND {0} "
                                 "IS NOT NULL ORDER BY time",
                                 column, levels[level].table)};
    select.bind(1, trace.from).bind(2, trace.to);
    while (select.step())
        trace.values.push_back({select.integer(0).value_or(0),
                                read_back(select.integer(1).value_or(0), info(series))});
}

std::vector<Event> HistoryFile::events(std::int64_t from, std::int64_t to, std::int64_t most) {
    select_events_->bind(1, from).bind(2, to).bind(3, most);
    std::vector<Event> all;
    while (select_events_->step())
        all.push_back({*select_events_->integer(0), select_events_->text(1),
                       select_events_->text(2), select_events_->text(3)});
    return all;
}

} // namespace ppsd::web
