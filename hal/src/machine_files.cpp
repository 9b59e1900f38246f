#include "hal/machine_files.hpp"

#include "hal/text_file.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <sys/utsname.h>
#include <system_error>
#include <utility>

namespace hal {

namespace fs = std::filesystem;

std::string MachineFiles::below_root(std::string_view path) const {
    return root_ + std::string{path};
}

std::optional<std::string> MachineFiles::text(std::string_view path) const {
    TextFile file = read_text_file(below_root(path));
    if (file.error != 0) return std::nullopt;
    const auto end = file.text.find_last_not_of(std::string_view{"\0\n\r ", 4});
    file.text.resize(end == std::string::npos ? 0 : end + 1);
    return file.text;
}

std::optional<std::string> MachineFiles::bytes(std::string_view path) const {
    TextFile file = read_text_file(below_root(path));
    return file.error == 0 ? std::optional{std::move(file.text)} : std::nullopt;
}

bool MachineFiles::exists(std::string_view path) const {
    std::error_code ignored;
    return fs::exists(fs::symlink_status(below_root(path), ignored));
}

std::vector<std::string> MachineFiles::names(std::string_view folder) const {
    std::vector<std::string> names;
    std::error_code error;
    for (fs::directory_iterator entry{below_root(folder), error}, end; !error && entry != end;
         entry.increment(error))
        names.push_back(entry->path().filename().string());
    std::ranges::sort(names);
    return names;
}

std::vector<int> MachineFiles::processes() const {
    std::vector<int> numbers;
    for (const std::string& name : names("/proc")) {
        int number = 0;
        const char* const end = name.data() + name.size();
        const auto [stop, error] = std::from_chars(name.data(), end, number);
        if (error == std::errc{} && stop == end) numbers.push_back(number);
    }
    std::ranges::sort(numbers);
    return numbers;
}

std::optional<std::string> MachineFiles::link(std::string_view path) const {
    std::error_code error;
    const auto target = fs::read_symlink(below_root(path), error);
    return error ? std::nullopt : std::optional{target.string()};
}

std::string MachineFiles::real(std::string_view path) const {
    std::error_code error;
    const std::string found = fs::canonical(below_root(path), error).string();
    if (error) return {};
    const std::string top = root_.empty() ? root_ : fs::canonical(root_, error).string();
    return found.starts_with(top) ? found.substr(top.size()) : found;
}

std::string hardware_name() {
    utsname here{};
    return ::uname(&here) == 0 ? here.machine : "";
}

} // namespace hal
