// Another process for the tests of this room: one that holds something, and one that gets killed. It says on standard
// output how far it is, one line each, and ends when its standard input closes.
#include "sql/data_folder.hpp"
#include "sql/database.hpp"
#include "sql/migrator.hpp"
#include "tests/support/crash_steps.hpp"

#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace {

using namespace kontor;

void say(const std::string& line) {
  std::cout << line << std::endl;
}

void wait_for_end() {
  std::string line;
  while (std::getline(std::cin, line)) {
  }
}

sql::database_settings settings_of(const std::string& place) {
  sql::database_settings settings;
  if (place.starts_with("postgresql:")) {
    settings.url = place;
  } else {
    settings.sqlite_file = place;
  }
  return settings;
}

// Writes numbered rows from four threads at once, and says each number after its row was acknowledged.
void write_numbers(const std::string& place, std::int64_t from) {
  const auto settings = settings_of(place);
  sql::migrate(settings, tests::crash_steps);
  const auto store = sql::open_database(settings);
  say("ready");
  std::atomic<std::int64_t> next = from;
  std::mutex speaking;
  std::vector<std::jthread> writers;
  for (int i = 0; i < 4; ++i) {
    writers.emplace_back([&] {
      while (true) {
        const auto number = next++;
        const auto text = std::string(200, 'x');
        const auto answer = store->write_now([number, text](sql::session& in) {
          in.execute("INSERT INTO numbers (number, body) VALUES (:number, :body)",
                     {{"number", number}, {"body", text}});
          in.execute("INSERT INTO halves (number) VALUES (:number)", {{"number", number}});
        });
        if (!answer) std::_Exit(3);
        const std::lock_guard lock(speaking);
        say(std::to_string(number));
      }
    });
  }
}

}  // namespace

int main(int count, char** words) {
  try {
    const std::vector<std::string> arguments(words + 1, words + count);
    const auto& what = arguments.at(0);
    if (what == "write-numbers") {
      write_numbers(arguments.at(1), std::stoll(arguments.at(2)));
    } else if (what == "hold-folder") {
      const sql::data_folder_lock lock(arguments.at(1));
      say("ready");
      wait_for_end();
    } else if (what == "hold-transaction") {
      const auto store = sql::open_database(settings_of(arguments.at(1)));
      (void)store->write_now([](sql::session& in) {
        in.execute("DELETE FROM entries WHERE id = -1");
        say("ready");
        wait_for_end();
      });
    } else if (what == "migrate") {
      sql::migrate(settings_of(arguments.at(1)), tests::endless_steps);
      say("done");
    } else {
      return 2;
    }
  } catch (const std::exception& failed) {
    std::cerr << failed.what() << '\n';
    return 1;
  }
}
