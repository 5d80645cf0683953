// How many password hashes these cores can do: crypt_rn at the given cost on the given number of threads, and nothing
// else. What sign-ins are measured against.
//
//   raw_hash THREADS HASHES COST      prints hashes per second
#include <crypt.h>

#include <atomic>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace {

int number(std::string_view text, int least, int most) {
  int value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  return problem == std::errc{} && end == text.data() + text.size() && value >= least && value <= most ? value : -1;
}

}  // namespace

int main(int argc, char** argv) {
  const int threads = argc == 4 ? number(argv[1], 1, 1024) : -1;
  const int hashes = argc == 4 ? number(argv[2], 1, 1'000'000) : -1;
  const int cost = argc == 4 ? number(argv[3], 4, 31) : -1;
  if (threads < 0 || hashes < 0 || cost < 0) {
    std::fputs("usage: raw_hash THREADS HASHES COST\n", stderr);
    return 2;
  }
  // 64 characters, as long as what the program hashes; the salt does not matter to the time.
  const std::string password(64, 'k');
  const std::string setting =
      std::string(cost < 10 ? "$2b$0" : "$2b$") + std::to_string(cost) + "$......................";

  std::atomic<int> left = hashes;
  std::atomic<int> failed = 0;
  const auto began = std::chrono::steady_clock::now();
  std::vector<std::thread> workers;
  for (int i = 0; i < threads; ++i) {
    workers.emplace_back([&] {
      const auto data = std::make_unique<crypt_data>();
      while (left.fetch_sub(1) > 0) {
        const char* hash =
            crypt_rn(password.c_str(), setting.c_str(), data.get(), static_cast<int>(sizeof(crypt_data)));
        if (hash == nullptr || std::strlen(hash) != 60) {
          ++failed;
        }
      }
    });
  }
  for (auto& worker : workers) {
    worker.join();
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  if (failed != 0) {
    std::fputs("crypt_rn failed\n", stderr);
    return 1;
  }
  std::printf("%.4f\n", hashes / took.count());
  return 0;
}
