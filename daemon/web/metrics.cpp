#include "daemon/web/metrics.hpp"

#include "daemon/pipeline/state.hpp"

#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>
#include <utility>
#include <vector>

namespace ppsd::web {
namespace {

using Json = nlohmann::json;
using Labels = std::vector<prometheus::ClientMetric::Label>;

const Json& at(const Json& object, const char* key) {
    static const Json nothing = Json::object();
    const auto found = object.is_object() ? object.find(key) : object.end();
    return object.is_object() && found != object.end() ? *found : nothing;
}

class Families {
  public:
    void gauge(const char* name, const char* help, double value, Labels labels = {}) {
        add(name, help, prometheus::MetricType::Gauge, value, std::move(labels));
    }
    void counter(const char* name, const char* help, double value, Labels labels = {}) {
        add(name, help, prometheus::MetricType::Counter, value, std::move(labels));
    }
    /// A key of the status that is a number; left out where it is unknown.
    void gauge_of(const Json& object, const char* key, const char* name, const char* help) {
        if (at(object, key).is_number()) gauge(name, help, at(object, key).get<double>());
    }
    void counter_of(const Json& object, const char* key, const char* name, const char* help,
                    Labels labels = {}) {
        if (at(object, key).is_number())
            counter(name, help, at(object, key).get<double>(), std::move(labels));
    }

    [[nodiscard]] std::string text() const { return prometheus::TextSerializer{}.Serialize(all_); }

  private:
    void add(const char* name, const char* help, prometheus::MetricType type, double value,
             Labels labels) {
        if (all_.empty() || all_.back().name != name) all_.push_back({name, help, type, {}});
        prometheus::ClientMetric metric;
        metric.label = std::move(labels);
        metric.gauge.value = value;
        metric.counter.value = value;
        all_.back().metric.push_back(std::move(metric));
    }
    std::vector<prometheus::MetricFamily> all_;
};

void add_state(Families& families, const PpsdStatus& ppsd) {
    families.gauge("ppsd_locked", "Whether samples of the pulses are published.",
                   ppsd.state == "locked" ? 1 : 0);
    for (int i = 0; i <= static_cast<int>(app::State::contradicted); ++i) {
        const std::string_view state = name(static_cast<app::State>(i));
        families.gauge("ppsd_state", "The state of ppsd: 1 for the one that it is in.",
                       ppsd.state == state ? 1 : 0, {{"state", std::string{state}}});
    }
}

void add_sources(Families& families, const Json& status, double now) {
    const auto since = [&](const Json& ago) { return now - ago.get<double>(); };
    for (const auto& [key, name] :
         {std::pair{"pulses", "pulses"}, std::pair{"sentences", "sentences"}})
        if (const Json& ago = at(at(status, key), "last_s_ago"); ago.is_number())
            families.gauge("ppsd_source_last_timestamp_seconds",
                           "When something came from the source last.", since(ago),
                           {{"source", name}});
    for (const char* feed : {"pps", "nmea"})
        if (const Json& ago = at(at(at(status, feed), "last_sample"), "s_ago"); ago.is_number())
            families.gauge("ppsd_sample_last_timestamp_seconds",
                           "When a sample was published last.", since(ago), {{"feed", feed}});
    for (const char* feed : {"pps", "nmea"})
        if (const Json& offset = at(at(at(status, feed), "last_sample"), "offset_s");
            offset.is_number())
            families.gauge("ppsd_sample_offset_seconds",
                           "True time by the last sample less the system clock.",
                           offset.get<double>(), {{"feed", feed}});
}

void add_outputs(Families& families, const Json& status) {
    for (const auto& [key, name, help] :
         {std::array{"taken", "ppsd_output_samples_total", "Samples that an output took."},
          std::array{"dropped", "ppsd_output_dropped_samples_total",
                     "Samples that an output did not take."}})
        for (const char* feed : {"pps", "nmea"})
            for (const Json& output : at(at(status, feed), "outputs"))
                families.counter_of(output, key, name, help,
                                    {{"feed", feed}, {"output", output.value("output", "")}});
}

void add_verdicts(Families& families, const Json& of, const char* label) {
    for (const auto& [verdict, count] : of.items())
        if (count.is_number())
            families.counter("ppsd_verdicts_total",
                             "What became of edges, labels, sentences and samples.",
                             count.get<double>(), {{"of", label}, {"verdict", verdict}});
}

void add_figures(Families& families, const Json& status) {
    families.gauge_of(status, "jitter_s", "ppsd_pulse_jitter_seconds",
                      "Mean distance of the pulses from where they are due.");
    families.gauge_of(status, "pulse_width_s", "ppsd_pulse_width_seconds", "Width of the pulses.");
    families.gauge_of(status, "delay_s", "ppsd_label_delay_seconds",
                      "From a pulse to the sentence that names its second.");
    families.gauge_of(status, "line_load", "ppsd_serial_line_load_ratio",
                      "How full the receiver's serial line is.");
    if (at(status, "period_s").is_number())
        families.gauge("ppsd_oscillator_frequency_ratio",
                       "By how much the board's oscillator is fast: 1e-6 is 1 ppm.",
                       at(status, "period_s").get<double>() - 1);
    const Json& satellites = at(status, "satellites");
    families.gauge_of(satellites, "used", "ppsd_satellites_used", "Satellites that the fix uses.");
    families.gauge_of(satellites, "in_view", "ppsd_satellites_in_view", "Satellites in view.");
    families.gauge_of(satellites, "signal_db", "ppsd_satellites_signal_db_hz",
                      "Mean C/N0 of the satellites that are received.");
    families.counter_of(status, "missed", "ppsd_missed_seconds_total",
                        "Seconds since the first lock without a sample of the pulses.");
    families.counter_of(status, "renumbered", "ppsd_renumberings_total",
                        "How often the seconds were counted anew after a lock.");
    families.counter_of(status, "clock_steps", "ppsd_clock_steps_total",
                        "Steps of the system clock that ppsd saw.");
    families.gauge_of(status, "leap_list_expires", "ppsd_leap_list_expiry_timestamp_seconds",
                      "When the list of leap seconds ends.");
}

} // namespace

std::string metrics_body(const Snapshot& snapshot, bool history_writable) {
    Families families;
    families.gauge("ppsd_up", "Whether ppsd answers.", snapshot.ppsd ? 1 : 0);
    if (snapshot.ppsd) {
        const Json status = Json::parse(snapshot.ppsd->json);
        const auto now = static_cast<double>(snapshot.time);
        families.gauge("ppsd_info", "The version of ppsd.", 1,
                       {{"version", snapshot.ppsd->version}});
        families.gauge("ppsd_start_time_seconds", "When ppsd was started.",
                       now - snapshot.ppsd->running);
        add_state(families, *snapshot.ppsd);
        add_sources(families, status, now);
        add_outputs(families, status);
        add_figures(families, status);
        for (const char* of : {"edges", "labels", "sentences"})
            add_verdicts(families, at(at(status, "verdicts"), of), of);
        add_verdicts(families, at(at(status, "pps"), "verdicts"), "samples");
    }
    if (known(snapshot.temperature))
        families.gauge("ppsd_board_temperature_celsius",
                       "Of the processor, as the kernel reports it.", snapshot.temperature);
    families.gauge("ppsd_web_history_writable", "Whether the history reaches the disk.",
                   history_writable ? 1 : 0);
    return families.text();
}

} // namespace ppsd::web
