#include "daemon/web/database.hpp"

#include <sqlite3.h>

namespace ppsd::web {

// A reader waits while the writer ends its transaction.
constexpr int patience_ms = 2000;

Database::Database(const std::string& path, Access access) : path_{path} {
    const int flags =
        access == Access::write ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
    const int code = sqlite3_open_v2(path.c_str(), &handle_, flags | SQLITE_OPEN_NOMUTEX, nullptr);
    if (code != SQLITE_OK) {
        const std::string why = handle_ ? sqlite3_errmsg(handle_) : sqlite3_errstr(code);
        sqlite3_close(handle_);
        throw DatabaseError(path_ + ": " + why);
    }
    sqlite3_busy_timeout(handle_, patience_ms);
}

Database::~Database() {
    sqlite3_close(handle_);
}

void Database::fail() const {
    throw DatabaseError(path_ + ": " + sqlite3_errmsg(handle_));
}

void Database::run(const char* sql) {
    if (sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) fail();
}

std::int64_t Database::number(const char* sql) {
    Statement statement{*this, sql};
    if (!statement.step()) throw DatabaseError(path_ + ": no row of " + sql);
    return statement.integer(0).value_or(0);
}

Statement::Statement(Database& database, const std::string& sql) : database_{database} {
    if (sqlite3_prepare_v2(database_.handle_, sql.c_str(), static_cast<int>(sql.size()), &handle_,
                           nullptr) != SQLITE_OK)
        database_.fail();
}

Statement::~Statement() {
    sqlite3_finalize(handle_);
}

Statement& Statement::bind(int parameter, std::int64_t value) {
    if (sqlite3_bind_int64(handle_, parameter, value) != SQLITE_OK) database_.fail();
    return *this;
}

Statement& Statement::bind(int parameter, std::string_view text) {
    // Copied by SQLite: -1 is SQLITE_TRANSIENT, which is a C cast in its header.
    const auto transient = reinterpret_cast<sqlite3_destructor_type>(-1); // NOLINT
    if (sqlite3_bind_text(handle_, parameter, text.data(), static_cast<int>(text.size()),
                          transient) != SQLITE_OK)
        database_.fail();
    return *this;
}

Statement& Statement::bind(int parameter, const std::optional<std::int64_t>& value) {
    if (value) return bind(parameter, *value);
    if (sqlite3_bind_null(handle_, parameter) != SQLITE_OK) database_.fail();
    return *this;
}

bool Statement::step() {
    const int code = sqlite3_step(handle_);
    if (code == SQLITE_ROW) return true;
    const int end = sqlite3_reset(handle_);
    if (code != SQLITE_DONE || end != SQLITE_OK) database_.fail();
    return false;
}

void Statement::run() {
    while (step()) {
    }
}

std::optional<std::int64_t> Statement::integer(int column) const {
    if (sqlite3_column_type(handle_, column) == SQLITE_NULL) return std::nullopt;
    return sqlite3_column_int64(handle_, column);
}

std::string Statement::text(int column) const {
    const unsigned char* text = sqlite3_column_text(handle_, column);
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(handle_, column));
    return text ? std::string{reinterpret_cast<const char*>(text), size} : std::string{}; // NOLINT
}

Transaction::~Transaction() {
    if (!open_) return;
    try {
        database_.run("ROLLBACK");
    } catch (const DatabaseError&) {
        // SQLite has rolled back by itself.
    }
}

void Transaction::commit() {
    database_.run("COMMIT");
    open_ = false;
}

} // namespace ppsd::web
