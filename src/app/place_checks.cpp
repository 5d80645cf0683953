#include "app/place_checks.hpp"

#include "app/health_checks.hpp"
#include "app/local_server.hpp"
#include "app/part_settings.hpp"
#include "audit/entries.hpp"
#include "base/text.hpp"
#include "sql/database.hpp"

#include <boost/asio/io_context.hpp>

#include <sys/resource.h>
#include <sys/vfs.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <sstream>

namespace kontor::app {
namespace {

using boost::asio::ip::tcp;

// statfs(2); those that its headers have no names for everywhere.
struct file_system_kind {
  std::uint64_t type;
  std::string_view name;
};
constexpr std::array<file_system_kind, 8> over_network{{{0x6969, "NFS"},
                                                        {0x517b, "SMB"},
                                                        {0xff534d42, "CIFS"},
                                                        {0xfe534d42, "SMB"},
                                                        {0x00c36400, "Ceph"},
                                                        {0x5346414f, "AFS"},
                                                        {0x01021997, "9P"},
                                                        {0x0bd00bd0, "Lustre"}}};
constexpr std::uint64_t in_memory = 0x01021994;  // tmpfs
constexpr std::uint64_t in_user_space = 0x65735546;

constexpr std::uint64_t fewest_descriptors = 1024;
constexpr std::uint64_t usual_descriptors = 16'384;
constexpr auto old_backup = std::chrono::days(7);

// What "version" says in the answer of /health; empty: this is no Kontor.
std::string version_in(std::string_view answer) {
  constexpr std::string_view name = R"("version":")";
  const auto begin = answer.find(name);
  if (begin == std::string_view::npos || answer.find(R"("checks":)") == std::string_view::npos) return {};
  const auto rest = answer.substr(begin + name.size());
  return base::printable(rest.substr(0, rest.find('"')), 40);
}

check_result check_free_port(const std::string& what, const config& settings) {
  boost::asio::io_context loop;
  tcp::acceptor probe(loop);
  const tcp::endpoint at(settings.api_host, settings.api_port);
  std::ostringstream place;
  place << at;
  boost::system::error_code failure;
  probe.open(at.protocol(), failure);
  if (!failure) probe.set_option(tcp::acceptor::reuse_address(true), failure);
  if (!failure) probe.bind(at, failure);
  if (!failure) return check_result::good(what, "Nobody listens at " + place.str() + ", so the server can.");
  const auto why = "The server could not listen at " + place.str() + ": " + failure.message() + ".";
  if (failure == boost::asio::error::access_denied)
    return check_result::bad(what, why,
                             "Choose an API_PORT of 1024 or above, or give the service CAP_NET_BIND_SERVICE.");
  if (failure == boost::asio::error::address_in_use)
    return check_result::bad(what, why, "End what holds it and does not answer, or choose another API_PORT.");
  return check_result::bad(what, why, "Let API_HOST be an address of this machine.");
}

}  // namespace

check_result judge_file_system(std::uint64_t type, std::string_view folder, bool has_sqlite) {
  const std::string what = "file system";
  const std::string where(folder);
  const auto* const network =
      std::ranges::find_if(over_network, [type](const auto& known) { return known.type == type; });
  if (network != over_network.end() && has_sqlite)
    return check_result::bad(what,
                             where + " lies on " + std::string(network->name) +
                                 ", a file system over the network, which SQLite's log does not work on.",
                             "Move DATA_DIR to a disk of this machine, or use PostgreSQL.");
  if (type == in_memory)
    return check_result::noted(what, where + " lies in memory, and is gone when the machine starts again.",
                               "Move DATA_DIR to a disk.");
  if (type == in_user_space && has_sqlite)
    return check_result::noted(what,
                               where +
                                   " lies on a file system of a program (FUSE); some of them lead over the network, "
                                   "and SQLite's log does not work there.",
                               "Make sure that it is a disk of this machine, or use PostgreSQL.");
  return check_result::good(what, where + " lies on a disk.");
}

check_result check_file_system(const config& settings) {
  struct statfs about{};
  if (::statfs(settings.data_dir.c_str(), &about) != 0)
    return check_result::skipped("file system",
                                 "The folder cannot be looked at: " + std::string(std::strerror(errno)) + ".");
  // Signed where it is 32 bits wide.
  const auto type = static_cast<std::uint64_t>(about.f_type) & 0xffffffffu;
  return judge_file_system(type, settings.data_dir.string(), settings.database_url.empty());
}

check_result check_server(const config& settings) {
  const std::string what = "server";
  if (settings.api_port == 0) return check_result::good(what, "It takes any free port.");
  const auto at = place_to_ask(settings);
  std::ostringstream place;
  place << at;
  const auto answer = ask_server(at, "/api/v1/health");
  if (!answer.is_connected) return check_free_port(what, settings);
  const auto version = version_in(answer.text);
  if (version.empty())
    return check_result::bad(what, "Something else than a Kontor listens at " + place.str() + ".",
                             "End it, or choose another API_PORT.");
  if (!answer.status_line().starts_with("HTTP/1.1 200 "))
    return check_result::bad(what,
                             "Kontor " + version + " runs at " + place.str() + ", but its database does not answer.",
                             "See the line `database`, and the log of the server.");
  if (version != KONTOR_VERSION)
    return check_result::noted(
        what, "Kontor " + version + " runs at " + place.str() + "; this program is " KONTOR_VERSION ".",
        "Restart the server to have the new one.");
  return check_result::good(what, "Kontor " + version + " runs at " + place.str() + ".");
}

check_result judge_descriptors(std::uint64_t most) {
  const std::string what = "descriptors";
  const auto found = std::to_string(most) + " may be open where this command runs; each connection needs one.";
  const std::string advice =
      "Raise the hard limit (LimitNOFILE= of the service, ulimits of the container, ulimit -Hn).";
  if (most < fewest_descriptors) return check_result::bad(what, found, advice);
  if (most < usual_descriptors) return check_result::noted(what, found, advice);
  return check_result::good(what, found);
}

check_result check_descriptors() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0)
    return check_result::skipped("descriptors", "Nobody can tell the limit.");
  return judge_descriptors(limit.rlim_max);
}

check_result check_backup(const config& settings, base::timestamp now) {
  const std::string what = "backup";
  if (!settings.database_url.empty())
    return check_result::skipped(what, "PostgreSQL is backed up by tools of its own; nothing is known of that here.");
  if (!is_readable(settings)) return check_result::skipped(what, "The database is not one that can be read.");
  const auto log = sql::open_database(database_settings_of(settings));
  auto job = [](sql::session& in) {
    audit::filter wanted;
    wanted.action = audit::action::backup_made;
    return audit::all(in, wanted, audit::newest, 1);
  };
  const auto made = log->read_now(std::move(job));
  if (!made) return check_result::skipped(what, "The audit log cannot be read.");
  const std::string advice = "Call kontor backup by a timer, and keep the file elsewhere (docs/operations.md).";
  if (made->empty()) return check_result::noted(what, "kontor backup was never called here.", advice);
  const auto age = now - made->front().at;
  const auto found =
      "The last one was made at " + base::to_rfc3339(std::chrono::floor<std::chrono::seconds>(made->front().at)) + ".";
  return age > old_backup ? check_result::noted(what, found, advice) : check_result::good(what, found);
}

}  // namespace kontor::app
