#include "daemon/web/server.hpp"

#include "daemon/web/api.hpp"
#include "daemon/web/metrics.hpp"
#include "daemon/web/query.hpp"
#include "daemon/web/threads.hpp"
#include "hal/text_file.hpp"

#include <array>
#include <ctime>
#include <filesystem>
#include <fmt/format.h>
#include <httplib.h>
#include <map>
#include <sys/socket.h>
#include <system_error>
#include <thread>
#include <utility>

namespace ppsd::web {
namespace {

namespace fs = std::filesystem;

// An open page holds one or two connections, and each is a thread.
constexpr std::size_t most_connections = 512;
constexpr time_t patience = 5; // s, with a slow client
constexpr std::chrono::seconds sign_of_life{15};

constexpr const char* policy =
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' "
    "data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

struct Asset {
    std::string text;
    const char* type;
};

const char* type_of(const fs::path& file) {
    if (file.extension() == ".html") return "text/html; charset=utf-8";
    if (file.extension() == ".css") return "text/css; charset=utf-8";
    if (file.extension() == ".svg") return "image/svg+xml";
    return "text/javascript; charset=utf-8";
}

Asset read_asset(const fs::path& file) {
    hal::TextFile read = hal::read_text_file(file.string());
    if (read.error != 0)
        throw std::system_error(read.error, std::generic_category(), file.string());
    return {std::move(read.text), type_of(file)};
}

std::map<std::string, Asset> read_assets(const ServerSettings& settings) {
    std::map<std::string, Asset> assets;
    for (const fs::directory_entry& entry : fs::directory_iterator{settings.assets})
        if (entry.is_regular_file())
            assets["/" + entry.path().filename().string()] = read_asset(entry.path());
    if (!assets.contains("/index.html"))
        throw std::system_error(ENOENT, std::generic_category(),
                                settings.assets + "/index.html: --assets names another folder");
    assets["/"] = assets["/index.html"];
    for (const char* file : {"dygraph.min.js", "dygraph.min.css"})
        assets[std::string{"/dygraphs/"} + file] = read_asset(fs::path{settings.dygraphs} / file);
    return assets;
}

/// httplib's seam; its enqueue() returns bool from 0.15 on.
class ThreadsOf final : public httplib::TaskQueue {
    using Taken = decltype(std::declval<httplib::TaskQueue&>().enqueue(std::function<void()>{}));

  public:
    Taken enqueue(std::function<void()> work) override {
        threads_.run(std::move(work));
        return Taken(true);
    }
    void shutdown() override { threads_.finish(); }

  private:
    Threads threads_{most_connections};
};

std::int64_t now() {
    return std::time(nullptr);
}

void say(httplib::Response& response, const std::string& body) {
    response.set_content(body, "application/json");
}

void refuse(httplib::Response& response, int code, const std::string& why) {
    response.status = code;
    say(response, error_body(why));
}

} // namespace

class Server::Http {
  public:
    Http(const ServerSettings& settings, const Station& station, const History& history, Live& live)
        : station_{station}, history_{history}, live_{live}, assets_{read_assets(settings)},
          loopback_{is_loopback_name(settings.host.find(':') == std::string::npos
                                         ? settings.host
                                         : "[" + settings.host + "]")} {
        limit();
        route();
        if (!server_.bind_to_port(settings.host.c_str(), settings.port))
            throw std::system_error(
                errno, std::generic_category(),
                fmt::format("{}:{}: can't listen there; --listen names another port", settings.host,
                            settings.port));
        // httplib has 5: of 200 pages that come back at once, most would wait for seconds.
        if (::listen(socket_, static_cast<int>(most_connections)) != 0)
            throw std::system_error(errno, std::generic_category(), "listen");
        thread_ = std::thread{[this] { server_.listen_after_bind(); }};
    }
    ~Http() {
        live_.close();
        server_.stop();
        thread_.join();
    }
    Http(const Http&) = delete;
    Http& operator=(const Http&) = delete;

  private:
    void limit() {
        server_.new_task_queue = [] { return new ThreadsOf; };
        server_.set_socket_options([this](socket_t made) {
            socket_ = made;
            const int yes = 1;
            ::setsockopt(made, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
        });
        server_.set_payload_max_length(1024);
        server_.set_read_timeout(patience);
        server_.set_write_timeout(patience);
        server_.set_keep_alive_timeout(patience);
        server_.set_tcp_nodelay(true);
        server_.set_default_headers({{"Content-Security-Policy", policy},
                                     {"X-Content-Type-Options", "nosniff"},
                                     {"Referrer-Policy", "no-referrer"},
                                     {"Cross-Origin-Resource-Policy", "same-origin"},
                                     {"Cache-Control", "no-cache"}});
        server_.set_pre_routing_handler([this](const auto& request, auto& response) {
            if (loopback_ && !is_loopback_name(request.get_header_value("Host"))) {
                refuse(response, 403, "asked by a name that is not the loopback's");
                return httplib::Server::HandlerResponse::Handled;
            }
            if (request.method != "GET" && request.method != "HEAD") {
                refuse(response, 405, "only GET and HEAD");
                return httplib::Server::HandlerResponse::Handled;
            }
            return httplib::Server::HandlerResponse::Unhandled;
        });
        server_.set_exception_handler([](const auto&, auto& response, std::exception_ptr thrown) {
            try {
                std::rethrow_exception(thrown);
            } catch (const std::invalid_argument& error) {
                refuse(response, 400, error.what());
            } catch (const std::exception& error) {
                refuse(response, 503, error.what());
            }
        });
        server_.set_error_handler([](const auto&, auto& response) {
            if (response.body.empty()) refuse(response, response.status, "there is no such thing");
        });
    }

    void route() {
        for (const auto& [path, asset] : assets_)
            server_.Get(path, [&asset](const auto&, auto& response) {
                response.set_content(asset.text, asset.type);
            });
        server_.Get("/metrics", [this](const auto&, auto& response) {
            response.set_content(metrics_body(*station_.snapshot(), history_.problem().empty()),
                                 "text/plain; version=0.0.4; charset=utf-8");
        });
        server_.Get("/api/v1/status", [this](const auto&, auto& response) {
            say(response,
                status_body(*station_.snapshot(), station_.verdict_since(), history_.problem()));
        });
        server_.Get("/api/v1/history", [this](const auto& request, auto& response) {
            const Query query = query_of(request);
            say(response,
                history_body(history_.curve(query.from, query.to, query.points), query.series));
        });
        server_.Get("/api/v1/history.csv", [this](const auto& request, auto& response) {
            const Query query = query_of(request);
            response.set_content(
                history_csv(history_.curve(query.from, query.to, query.points), query.series),
                "text/csv");
        });
        server_.Get("/api/v1/events", [this](const auto& request, auto& response) {
            const Query query = query_of(request);
            auto events = history_.events(query.from, query.to, query.limit + 1);
            const bool more = events.size() > static_cast<std::size_t>(query.limit);
            if (more) events.erase(events.begin());
            say(response, events_body(events, more));
        });
        server_.Get("/api/v1/histogram", [this](const auto& request, auto& response) {
            const Query query = query_of(request);
            say(response, histogram_body(history_.finest(query.from, query.to, Series::offset)));
        });
        server_.Get("/api/v1/deviation", [this](const auto& request, auto& response) {
            const Query query = query_of(request);
            say(response, deviation_body(history_.finest(query.from, query.to, Series::offset)));
        });
        server_.Get("/api/v1/live", [this](const auto&, auto& response) { follow(response); });
    }

    void follow(httplib::Response& response) {
        response.set_chunked_content_provider(
            "text/event-stream", [this, seen = live_.sent(),
                                  begun = false](std::size_t, httplib::DataSink& sink) mutable {
                // The first bytes at once: the page knows that it is connected.
                const auto wait =
                    begun ? std::chrono::milliseconds{sign_of_life} : std::chrono::milliseconds{0};
                begun = true;
                const Live::News news = live_.wait(seen, wait);
                seen = news.seen;
                if (news.closed) return false;
                const std::string text = news.text.empty() ? ": alive\n\n" : news.text;
                return sink.write(text.data(), text.size());
            });
    }

    [[nodiscard]] static Query query_of(const httplib::Request& request) {
        return parse_query(
            [&](const char* name) {
                return request.has_param(name) ? std::optional{request.get_param_value(name)}
                                               : std::nullopt;
            },
            now());
    }

    const Station& station_;
    const History& history_;
    Live& live_;
    std::map<std::string, Asset> assets_;
    bool loopback_;
    socket_t socket_ = -1; ///< httplib's, on which it listens
    httplib::Server server_;
    std::thread thread_;
};

Server::Server(const ServerSettings& settings, const Station& station, const History& history,
               Live& live)
    : http_{std::make_unique<Http>(settings, station, history, live)} {}

Server::~Server() = default;

} // namespace ppsd::web
