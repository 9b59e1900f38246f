// An SQLite database: statements with values in and rows out. The only file that knows sqlite3.h is
// database.cpp.
#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace ppsd::web {

/// What SQLite says, in its words, and the file that it is about.
struct DatabaseError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// One connection; of one thread at a time.
class Database {
  public:
    enum class Access : std::uint8_t { write, read };

    /// Makes the file for Access::write if it is missing. Throws DatabaseError.
    Database(const std::string& path, Access access);
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    /// Statements without rows, one after the other. Throws DatabaseError.
    void run(const char* sql);
    /// The first column of the first row. Throws DatabaseError; also if there is none.
    [[nodiscard]] std::int64_t number(const char* sql);

    [[noreturn]] void fail() const;

  private:
    friend class Statement;
    std::string path_;
    sqlite3* handle_ = nullptr;
};

/// Compiled once, run often. Parameters count from 1, columns from 0.
class Statement {
  public:
    /// The database must outlive it. Throws DatabaseError.
    Statement(Database& database, const std::string& sql);
    ~Statement();
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;

    Statement& bind(int parameter, std::int64_t value);
    Statement& bind(int parameter, std::string_view text);
    /// Nothing is NULL.
    Statement& bind(int parameter, const std::optional<std::int64_t>& value);

    /// The next row; false: there is none, and it can be run again. Throws DatabaseError.
    [[nodiscard]] bool step();
    /// To its end, rows or not.
    void run();

    [[nodiscard]] std::optional<std::int64_t> integer(int column) const;
    [[nodiscard]] std::string text(int column) const;

  private:
    Database& database_;
    sqlite3_stmt* handle_ = nullptr;
};

/// All or nothing: what was done is undone, unless commit() was called.
class Transaction {
  public:
    explicit Transaction(Database& database) : database_{database} {
        database_.run("BEGIN IMMEDIATE");
    }
    ~Transaction();
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    void commit();

  private:
    Database& database_;
    bool open_ = true;
};

} // namespace ppsd::web
