// The HTTP server: the page, its data, and figures for Prometheus. Read only.
#pragma once

#include "daemon/web/history.hpp"
#include "daemon/web/live.hpp"
#include "daemon/web/station.hpp"

#include <memory>
#include <string>

namespace ppsd::web {

struct ServerSettings {
    std::string host; ///< an address; one of the loopback unless the owner says otherwise
    int port = 0;
    std::string assets;   ///< the folder of index.html
    std::string dygraphs; ///< the folder of dygraph.min.js
};

/// Answers GET and HEAD, nothing else; sets no cookie; a page of another site can't read what it
/// says. Asked on a loopback address by another name than one of the loopback's, it refuses: such a
/// name was made to lead here (DNS rebinding).
class Server {
  public:
    /// Reads the assets, and listens. All must outlive it. Throws std::system_error.
    Server(const ServerSettings& settings, const Station& station, const History& history,
           Live& live);
    /// Stops.
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

  private:
    class Http;
    std::unique_ptr<Http> http_;
};

} // namespace ppsd::web
