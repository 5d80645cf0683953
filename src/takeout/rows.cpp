#include "takeout/rows.hpp"

#include "json/writer.hpp"
#include "takeout/csv.hpp"

#include <stdexcept>

namespace kontor::takeout {
namespace {

struct to_json {
  json::writer& out;
  std::string_view name;

  void operator()(std::monostate) const { out.null_member(name); }
  void operator()(const std::string& text) const { out.member(name, text); }
  void operator()(std::int64_t number) const { out.member(name, number); }
  void operator()(bool flag) const { out.member(name, flag); }
  void operator()(base::timestamp at) const { out.member(name, base::to_rfc3339(at)); }
};

struct to_csv {
  std::string& out;

  void operator()(std::monostate) const {}
  void operator()(const std::string& text) const { append_csv_text(out, text); }
  void operator()(std::int64_t number) const { out += std::to_string(number); }
  void operator()(bool flag) const { out += flag ? "true" : "false"; }
  void operator()(base::timestamp at) const { out += base::to_rfc3339(at); }
};

}  // namespace

std::string json_of(std::span<const std::string_view> columns, const row& values) {
  if (columns.size() != values.size()) throw std::logic_error("a row of an export has other values than columns");
  json::writer out;
  out.begin_object();
  for (std::size_t i = 0; i < values.size(); ++i)
    std::visit(to_json{out, columns[i]}, values[i]);
  out.end_object();
  return std::move(out).str();
}

std::string csv_of(const row& values) {
  std::string line;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i != 0) line += ',';
    std::visit(to_csv{line}, values[i]);
  }
  return line + "\r\n";
}

std::string csv_head(std::span<const std::string_view> columns) {
  std::string line(csv_mark);
  for (const auto column : columns) {
    if (line.size() != csv_mark.size()) line += ',';
    append_csv_text(line, column);
  }
  return line + "\r\n";
}

}  // namespace kontor::takeout
