// The main function of every test program. One that crashes says where: what happens once in a hundred runs is seldom
// seen twice.
#include <execinfo.h>
#include <gmock/gmock.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstring>

namespace {

// Of the test that runs: ctest has them say nothing of one that begins.
std::atomic<const char*> running_suite = nullptr;
std::atomic<const char*> running_test = nullptr;

class note_running final : public testing::EmptyTestEventListener {
  void OnTestStart(const testing::TestInfo& which) override {
    running_test = which.name();
    running_suite = which.test_suite_name();
  }
  void OnTestEnd(const testing::TestInfo&) override { running_suite = nullptr; }
};

[[maybe_unused]] void say(const char* text) {
  (void)!::write(STDERR_FILENO, text, std::strlen(text));
}

[[maybe_unused]] void tell_where(int signal) {
  std::array<char, 16> thread{};
  (void)pthread_getname_np(pthread_self(), thread.data(), thread.size());
  say("\ncrashed in the thread ");
  say(thread.data());
  if (const char* const suite = running_suite) {
    say(", in ");
    say(suite);
    say(".");
    say(running_test);
  }
  say(":\n");
  std::array<void*, 48> frames;
  ::backtrace_symbols_fd(frames.data(), ::backtrace(frames.data(), static_cast<int>(frames.size())), STDERR_FILENO);
  // The handler is gone by now.
  (void)::raise(signal);
}

void report_crashes() {
  // The sanitizers tell it better.
#ifndef KONTOR_SANITIZED
  std::array<void*, 1> first;
  (void)::backtrace(first.data(), 1);  // Loads what it needs, while there is no trouble yet.
  struct sigaction how{};
  how.sa_handler = tell_where;
  how.sa_flags = static_cast<int>(SA_RESETHAND);
  for (const int signal : {SIGSEGV, SIGBUS, SIGILL, SIGFPE})
    (void)::sigaction(signal, &how, nullptr);
#endif
}

}  // namespace

int main(int count, char** words) {
  report_crashes();
  testing::InitGoogleMock(&count, words);
  testing::UnitTest::GetInstance()->listeners().Append(new note_running);
  return RUN_ALL_TESTS();
}
