#include "backup/archive.hpp"

#include "backup/new_name.hpp"
#include "base/text.hpp"
#include "json/object_reader.hpp"
#include "json/parse.hpp"
#include "json/writer.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <set>
#include <system_error>
#include <utility>

namespace kontor::backup {
namespace {

constexpr std::array<std::string_view, 3> known_files = {"app.db", "jwt.key", "vault.key"};
constexpr std::size_t longest_head = 64 * 1024;
constexpr std::size_t block = 256 * 1024;

[[noreturn]] void fail(const std::filesystem::path& file, int code) {
  throw std::runtime_error("The file " + file.string() +
                           " cannot be written: " + std::generic_category().message(code) + ".");
}

std::string write_facts(const archive_facts& facts) {
  json::writer out;
  out.begin_object()
      .member("program", facts.program)
      .member("schema", facts.schema)
      .member("made_at", base::to_rfc3339(facts.made_at))
      .begin_array("files");
  for (const auto& [name, size] : facts.files)
    out.begin_object().member("name", name).member("size", size).end_object();
  out.end_array().end_object();
  return std::move(out).str() + "\n";
}

archive_facts parse_facts(const std::string& line) {
  const unusable_backup refused("The backup is whole, but not one that this program can read.");
  const auto parsed = json::parse(line);
  if (!parsed || !parsed->is_object()) throw refused;
  const auto& object = parsed->get_object();
  const auto* files = object.if_contains("files");
  const auto* program = object.if_contains("program");
  const auto* schema = object.if_contains("schema");
  const auto* made_at = object.if_contains("made_at");
  if (files == nullptr || !files->is_array() || program == nullptr || !program->is_string() || schema == nullptr ||
      !schema->is_int64() || made_at == nullptr || !made_at->is_string())
    throw refused;
  const auto at = base::parse_rfc3339(made_at->get_string());
  if (!at) throw refused;
  archive_facts facts{
      .program = std::string(program->get_string()), .schema = schema->get_int64(), .made_at = *at, .files = {}};
  std::set<std::string> seen;
  for (const auto& entry : files->get_array()) {
    json::object_reader reader(entry);
    auto name = reader.required_string("name");
    const auto size = reader.required_integer("size");
    if (!reader.finish() || !is_known_file(name) || size < 0 || !seen.insert(name).second) throw refused;
    facts.files.push_back({.name = std::move(name), .size = static_cast<std::uint64_t>(size)});
  }
  return facts;
}

std::string read_line(container_reader& from) {
  std::string line;
  std::array<std::uint8_t, 1> byte{};
  while (from.read(byte) == 1) {
    if (byte[0] == '\n') return line;
    line += static_cast<char>(byte[0]);
    if (line.size() > longest_head) break;
  }
  throw unusable_backup("The backup has no list of its files.");
}

// Of key files: they are small.
bool are_alike(const std::filesystem::path& one, const std::filesystem::path& other) {
  const auto bytes_of = [](const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return base::secret_bytes(
        std::vector<std::uint8_t>(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()));
  };
  return crypto::equal_in_constant_time(bytes_of(one).bytes(), bytes_of(other).bytes());
}

// Closes, whatever happens.
class output {
 public:
  explicit output(std::filesystem::path file)
      : file_(std::move(file)),
        number_(::open(file_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600)) {
    if (number_ < 0) fail(file_, errno);
  }
  ~output() { ::close(number_); }
  output(const output&) = delete;
  output& operator=(const output&) = delete;

  void write(crypto::bytes content) {
    while (!content.empty()) {
      const auto written = ::write(number_, content.data(), content.size());
      if (written < 0 && errno != EINTR) fail(file_, errno);
      if (written > 0) content = content.subspan(static_cast<std::size_t>(written));
    }
  }
  void finish() {
    if (::fsync(number_) != 0) fail(file_, errno);
  }

 private:
  const std::filesystem::path file_;
  const int number_;
};

}  // namespace

bool is_known_file(std::string_view name) noexcept {
  return std::ranges::find(known_files, name) != known_files.end();
}

archive_facts write_archive(container_writer& to, archive_facts facts, const std::vector<file_to_keep>& files) {
  for (const auto& [name, from] : files)
    facts.files.push_back({.name = name, .size = std::filesystem::file_size(from)});
  to.write(base::as_bytes(write_facts(facts)));
  std::vector<std::uint8_t> buffer(block);
  for (std::size_t i = 0; i < files.size(); ++i) {
    const auto& [name, from] = files[i];
    std::ifstream in(from, std::ios::binary);
    auto left = facts.files[i].size;
    while (left > 0) {
      const auto amount = static_cast<std::size_t>(std::min<std::uint64_t>(left, buffer.size()));
      if (!in.read(reinterpret_cast<char*>(buffer.data()), static_cast<std::streamsize>(amount)))
        throw std::runtime_error("The file " + from.string() + " cannot be read, or changed meanwhile.");
      to.write(crypto::bytes(buffer).first(amount));
      left -= amount;
    }
  }
  base::wipe(buffer.data(), buffer.size());
  return facts;
}

unpacked_archive::unpacked_archive(container_reader& from, std::filesystem::path folder) : folder_(std::move(folder)) {
  facts_ = parse_facts(read_line(from));
  // Of an earlier attempt that was killed.
  remove_rest();
  try {
    for (const auto& file : facts_.files)
      unpack(from, file);
    std::array<std::uint8_t, 1> rest{};
    if (from.read(rest) != 0) throw unusable_backup("The backup holds more than it lists.");
  } catch (...) {
    // No destructor runs for what was never made.
    remove_rest();
    throw;
  }
}

unpacked_archive::~unpacked_archive() {
  remove_rest();
}

void unpacked_archive::remove_rest() const noexcept {
  // The log of an SQLite file that was left would be taken for that of the next one.
  for (const auto name : known_files)
    for (const auto* ending : {"", "-journal", "-wal", "-shm"})
      ::unlink((place_of(name).string() + ending).c_str());
}

std::filesystem::path unpacked_archive::place_of(std::string_view name) const {
  return folder_ / (std::string(name) + ".restoring");
}

void unpacked_archive::unpack(container_reader& from, const archived_file& file) {
  output out(place_of(file.name));
  std::vector<std::uint8_t> buffer(block);
  auto left = file.size;
  while (left > 0) {
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(left, buffer.size()));
    const auto got = from.read(std::span(buffer).first(wanted));
    if (got == 0) throw unusable_backup("The backup holds less than it lists.");
    out.write(crypto::bytes(buffer).first(got));
    left -= got;
  }
  out.finish();
  base::wipe(buffer.data(), buffer.size());
}

void unpacked_archive::keep() {
  // The database last: a folder with keys and no database is refused by the server, one without keys would get new
  // ones.
  auto order = facts_.files;
  std::ranges::partition(order, [](const archived_file& file) { return file.name != "app.db"; });
  for (const auto& file : order) {
    const auto place = place_of(file.name);
    const auto target = folder_ / file.name;
    const int failed = rename_to_new(place, target);
    // A killed attempt had come as far.
    if (failed == EEXIST && file.name != "app.db" && are_alike(place, target)) {
      ::unlink(place.c_str());
      continue;
    }
    if (failed == EEXIST)
      throw std::runtime_error("There is another " + file.name + " in " + folder_.string() +
                               " than in this backup, and it was left as it is. Restore the same backup as before, or "
                               "move that file away.");
    if (failed != 0) fail(target, failed);
  }
  const int opened = ::open(folder_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (opened < 0 || ::fsync(opened) != 0) fail(folder_, errno);
  ::close(opened);
}

}  // namespace kontor::backup
