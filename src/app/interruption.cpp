#include "app/interruption.hpp"

#include <unistd.h>

#include <array>
#include <climits>
#include <csignal>
#include <cstring>
#include <stdexcept>
#include <string>

namespace kontor::app {
namespace {

// All that the handler touches: it may neither lock nor allocate.
struct place {
  std::array<char, PATH_MAX> file{};
  volatile std::sig_atomic_t is_taken = 0;
};
std::array<place, 8> places;

extern "C" void remove_and_end(int signal) {
  for (const auto& each : places)
    if (each.is_taken != 0) ::unlink(each.file.data());
  (void)std::signal(signal, SIG_DFL);
  (void)std::raise(signal);
}

void catch_signals() {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP})
    // As under nohup.
    if (std::signal(signal, remove_and_end) == SIG_IGN) (void)std::signal(signal, SIG_IGN);
}

}  // namespace

removed_when_interrupted::removed_when_interrupted(const std::filesystem::path& file) {
  // The handler may run anywhere; the command may not.
  const auto absolute = std::filesystem::absolute(file).string();
  while (place_ < places.size() && places[place_].is_taken != 0)
    ++place_;
  if (place_ == places.size() || absolute.size() >= PATH_MAX)
    throw std::logic_error("too many files to remove at a signal, or a name that no file can have");
  std::memcpy(places[place_].file.data(), absolute.c_str(), absolute.size() + 1);
  places[place_].is_taken = 1;
  catch_signals();
}

removed_when_interrupted::~removed_when_interrupted() {
  places[place_].is_taken = 0;
}

}  // namespace kontor::app
