// What the indicators of Kontor tell, for tests that compare it with others' (tests/blackbox/indicators.test.ts).
//
//   kontor_indicator_values <INPUT
//
// INPUT: the text of an indicator on each line, an empty line, then one candle on each: time open high low close
// volume. For each indicator comes one line of JSON, {"text", "outputs": [{"name", "values"}]}, with null where it is
// not warm and numbers in the shortest form that is read back to the same.
#include "indicator/indicator.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <iostream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using namespace kontor::indicator;

/// Streams read numbers as strtod does, to the nearest double.
bar candle_of(const std::string& line) {
  std::istringstream from(line);
  bar out;
  if (!(from >> out.time >> out.open >> out.high >> out.low >> out.close >> out.volume) || !(from >> std::ws).eof())
    throw std::runtime_error("this is no candle: " + line);
  return out;
}

void write(const spec& what, const std::vector<bar>& bars) {
  const auto columns = compute(what, bars);
  std::string line = R"({"text":")" + to_text(what) + R"(","outputs":[)";
  for (std::size_t i = 0; i < columns.size(); ++i) {
    line += i == 0 ? R"({"name":")" : R"(,{"name":")";
    line += outputs_of(what.what)[i];
    line += R"(","values":[)";
    for (std::size_t j = 0; j < columns[i].size(); ++j) {
      if (j > 0) line += ',';
      std::array<char, 32> text{};
      if (std::isnan(columns[i][j]))
        line += "null";
      else
        line.append(text.data(), std::to_chars(text.data(), text.data() + text.size(), columns[i][j]).ptr);
    }
    line += "]}";
  }
  std::cout << line << "]}\n";
}

}  // namespace

int main() try {
  std::vector<spec> specs;
  std::vector<bar> bars;
  std::string line;
  while (std::getline(std::cin, line) && !line.empty())
    specs.push_back(parse_text(line).value());
  while (std::getline(std::cin, line))
    bars.push_back(candle_of(line));
  for (const auto& each : specs)
    write(each, bars);
} catch (const std::exception& e) {
  std::cerr << e.what() << '\n';
  return 1;
}
