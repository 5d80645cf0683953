#include "tests/support/databases.hpp"

#include <libpq-fe.h>
#include <boost/asio/co_spawn.hpp>

#include <pwd.h>
#include <unistd.h>
#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

namespace kontor::tests {
namespace {

namespace fs = std::filesystem;

// Debian keeps the programs of the server outside of PATH, one folder per version.
fs::path find_programs() {
  std::vector<fs::path> found;
  std::error_code none;
  for (const auto& version : fs::directory_iterator("/usr/lib/postgresql", none)) {
    if (fs::exists(version.path() / "bin/initdb")) found.push_back(version.path() / "bin");
  }
  if (found.empty())
    throw std::runtime_error("PostgreSQL is not installed, but the tests need it: apt-get install postgresql");
  return *std::max_element(found.begin(), found.end(), [](const fs::path& a, const fs::path& b) {
    return std::atoi(a.parent_path().filename().c_str()) < std::atoi(b.parent_path().filename().c_str());
  });
}

// The server refuses to run as root.
const passwd* unprivileged_user() {
  if (::geteuid() != 0) return nullptr;
  for (const char* name : {"postgres", "nobody"})
    if (const auto* user = ::getpwnam(name)) return user;
  throw std::runtime_error("PostgreSQL cannot be started: there is no unprivileged user to run it as");
}

// Arguments: folder, programs, user id and group id or empty. Lives in a session of its own, so that a signal to the
// test program does not reach it, and ends when its standard input closes: the kernel closes that pipe when the test
// program is gone.
constexpr const char* supervisor = R"(
trap '' PIPE
folder=$1 programs=$2 uid=$3 gid=$4
as() { if [ -n "$uid" ]; then setpriv --reuid="$uid" --regid="$gid" --clear-groups "$@"; else "$@"; fi; }
start() { as "$programs/pg_ctl" -D "$folder/data" -l "$folder/log" -w -t 60 start >/dev/null 2>&1 </dev/null; }
stop() { as "$programs/pg_ctl" -D "$folder/data" -m immediate -w -t 60 stop >/dev/null 2>&1 </dev/null; }
end() { stop; rm -rf "$folder"; exit; }
cd "$folder" || exit
as "$programs/initdb" -D "$folder/data" -U kontor -A trust -E UTF8 --locale=C --no-sync >"$folder/initdb.log" 2>&1 </dev/null ||
  { echo failed; rm -rf "$folder"; exit; }
cat >>"$folder/data/postgresql.conf" <<END
listen_addresses = ''
unix_socket_directories = '$folder'
fsync = off
synchronous_commit = on
full_page_writes = off
shared_buffers = 32MB
max_connections = 60
deadlock_timeout = 100ms
END
if start; then echo started; else echo failed; fi
while read -r command; do
  case $command in
    stop) if stop; then echo stopped; else echo failed; fi ;;
    start) if start; then echo started; else echo failed; fi ;;
  esac
done
end
)";

// Also gives the folder to the user whom the server runs as.
std::vector<std::string> supervisor_command(const fs::path& folder) {
  const auto programs = find_programs();
  const auto* user = unprivileged_user();
  if (user != nullptr && ::chown(folder.c_str(), user->pw_uid, user->pw_gid) != 0)
    throw std::system_error(errno, std::generic_category(), "chown");
  return {"/bin/sh",
          "-c",
          supervisor,
          "kontor-test-postgresql",
          folder.string(),
          programs.string(),
          user != nullptr ? std::to_string(user->pw_uid) : "",
          user != nullptr ? std::to_string(user->pw_gid) : ""};
}

struct connection_closer {
  void operator()(PGconn* connection) const noexcept { PQfinish(connection); }
};

}  // namespace

postgresql_server::postgresql_server() : supervisor_(supervisor_command(folder_.path()), child_process::session::own) {
  try {
    await_line("started");
  } catch (...) {
    supervisor_.finish();
    throw;
  }
}

// Closes its standard input, which it waits for.
postgresql_server::~postgresql_server() {
  supervisor_.finish();
}

postgresql_server& postgresql_server::shared() {
  static postgresql_server server;
  return server;
}

std::string postgresql_server::url(const std::string& name) const {
  return "postgresql:///" + name + "?host=" + folder_.path().string() + "&user=kontor";
}

std::string postgresql_server::create_database() {
  const auto name = "test_" + std::to_string(++databases_);
  run("CREATE DATABASE " + name + " TEMPLATE template0");
  return url(name);
}

void postgresql_server::drop_database(const std::string& url) {
  const auto start = std::string("postgresql:///").size();
  run("DROP DATABASE IF EXISTS " + url.substr(start, url.find('?') - start) + " WITH (FORCE)");
}

void postgresql_server::kill() {
  supervisor_.say("stop");
  await_line("stopped");
}

void postgresql_server::start() {
  supervisor_.say("start");
  await_line("started");
}

void postgresql_server::await_line(const std::string& expected) {
  if (supervisor_.line() == expected) return;
  std::ifstream log(folder_.path() / "log");
  const std::string text((std::istreambuf_iterator<char>(log)), {});
  throw std::runtime_error("PostgreSQL did not do as asked (" + expected + "): " + text);
}

void postgresql_server::run(const std::string& statement) const {
  const std::unique_ptr<PGconn, connection_closer> connection(PQconnectdb(url("postgres").c_str()));
  auto* const result = PQexec(connection.get(), statement.c_str());
  const bool done = PQresultStatus(result) == PGRES_COMMAND_OK;
  PQclear(result);
  if (!done) throw std::runtime_error(statement + ": " + PQerrorMessage(connection.get()));
}

test_database::test_database(sql::kind which) {
  settings_.sqlite_file = folder_.path() / "app.db";
  if (which == sql::kind::postgresql) settings_.url = postgresql_server::shared().create_database();
}

test_database::~test_database() {
  if (settings_.url.empty()) return;
  try {
    postgresql_server::shared().drop_database(settings_.url);
  } catch (const std::exception&) {
    // It goes away with the server.
  }
}

on_each_database::~on_each_database() {
  if (store) store->stop();
  loops.stop();
}

sql::database& on_each_database::open(std::span<const sql::migration> steps) {
  sql::migrate(settings, steps);
  store = sql::open_database(settings);
  return *store;
}

void on_each_database::run_to_end(async::awaitable<void> task) {
  await_on(0, std::move(task)).get();
}

void on_each_database::start(std::size_t i, async::awaitable<void> task) {
  // It tells its own end on every path, an exception included, so that nothing is left for a completion handler.
  boost::asio::co_spawn(loops.at(i).get_executor(), std::move(task), [](const std::exception_ptr&) {});
}

std::string database_name(const testing::TestParamInfo<sql::kind>& which) {
  return which.param == sql::kind::sqlite ? "sqlite" : "postgresql";
}

}  // namespace kontor::tests
