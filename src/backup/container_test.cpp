#include "backup/container.hpp"

#include "base/text.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <sys/stat.h>

#include <iterator>

namespace kontor::backup {
namespace {

const base::timestamp packed_at = base::from_microseconds(1'800'000'000'000'000);

base::secret_bytes passphrase(std::string_view text) {
  return base::secret_bytes(text);
}

// Over several pieces, and no two of them alike.
std::string content_of(std::size_t size) {
  std::string content;
  for (std::size_t i = 0; content.size() < size; ++i)
    content += std::to_string(i) + "\n";
  content.resize(size);
  return content;
}

struct Container : testing::TestWithParam<const char*> {
  base::secret_bytes own_passphrase() const { return passphrase(GetParam()); }
  std::filesystem::path file() const { return folder.path() / "backup"; }
  void write(const std::string& content) const {
    container_writer out(file(), own_passphrase(), packed_at);
    // In uneven parts, so that a piece ends within one.
    for (std::size_t at = 0; at < content.size(); at += 300'007)
      out.write(base::as_bytes(std::string_view(content).substr(at, 300'007)));
    out.finish();
  }
  std::string read(const base::secret_bytes& with) const {
    container_reader in(file(), with);
    std::string content;
    std::vector<std::uint8_t> buffer(100'003);
    while (const auto got = in.read(buffer))
      content.append(base::as_text(std::span(buffer).first(got)));
    return content;
  }
  std::string read() const { return read(own_passphrase()); }
  std::string bytes() const {
    std::ifstream in(file(), std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  }
  void put(std::string_view bytes) const { std::ofstream(file(), std::ios::binary | std::ios::trunc) << bytes; }
  // Where each piece begins, with its length; the last is the end of the file.
  static std::vector<std::size_t> pieces(const std::string& bytes) {
    std::vector<std::size_t> starts{bytes.find('\n') + 1};
    while (starts.back() < bytes.size()) {
      std::size_t length = 0;
      for (std::size_t i = 0; i < 4; ++i)
        length = length << 8 | static_cast<std::uint8_t>(bytes[starts.back() + i]);
      starts.push_back(starts.back() + 4 + length);
    }
    return starts;
  }

  tests::temporary_folder folder;
};
INSTANTIATE_TEST_SUITE_P(PlainAndSealed, Container, testing::Values("", "correct horse battery staple"),
                         [](const auto& row) { return *row.param == '\0' ? "Plain" : "Sealed"; });

}  // namespace

TEST_P(Container, GivesBackWhatWasPutIn) {
  for (const auto size : {std::size_t{0}, std::size_t{1}, piece_size - 1, piece_size, piece_size + 1, 2 * piece_size}) {
    const auto content = content_of(size);
    write(content);
    EXPECT_EQ(read(), content) << size;
    struct stat about{};
    ASSERT_EQ(::stat(file().c_str(), &about), 0);
    EXPECT_EQ(about.st_mode & 0777, 0600U);
    std::filesystem::remove(file());
  }
}

TEST_P(Container, EveryChangeIsFound) {
  const auto content = content_of(2 * piece_size + 100);
  write(content);
  const auto whole = bytes();
  const auto starts = pieces(whole);
  ASSERT_EQ(starts.size(), 4U);
  // A bit in the first line, in each length, at the beginning, in the middle and at the end of each piece.
  std::vector<std::size_t> places{0, 14, starts[0] - 2};
  for (std::size_t i = 0; i + 1 < starts.size(); ++i)
    for (const auto place :
         {starts[i], starts[i] + 3, starts[i] + 4, starts[i] + 13, (starts[i] + starts[i + 1]) / 2, starts[i + 1] - 1})
      places.push_back(place);
  for (const auto place : places) {
    auto changed = whole;
    changed[place] = static_cast<char>(changed[place] ^ 1);
    put(changed);
    EXPECT_THROW((void)read(), unusable_backup) << place;
  }
  const auto piece = [&](std::size_t i) { return whole.substr(starts[i], starts[i + 1] - starts[i]); };
  const auto line = whole.substr(0, starts[0]);
  for (const auto& changed :
       {line + piece(1) + piece(0) + piece(2), line + piece(0) + piece(2), line + piece(0) + piece(1),
        line + piece(0) + piece(0) + piece(1) + piece(2), line + piece(1) + piece(2), whole + piece(2), whole + "x",
        line, whole.substr(0, whole.size() - 1), whole.substr(0, starts[1] + 2), std::string("something else\n"),
        std::string()}) {
    put(changed);
    EXPECT_THROW((void)read(), unusable_backup);
  }
  put(whole);
  EXPECT_EQ(read(), content);
}

TEST_P(Container, IsNeverWrittenOverAnotherFileAndHalfOfItIsNone) {
  put("somebody's");
  EXPECT_THROW(container_writer(file(), own_passphrase(), packed_at), std::runtime_error);
  EXPECT_EQ(bytes(), "somebody's");
  std::filesystem::remove(file());
  {
    container_writer out(file(), own_passphrase(), packed_at);
    out.write(base::as_bytes("half"));
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
  {
    container_writer out(file(), own_passphrase(), packed_at);
    put("somebody was quicker");
    EXPECT_THROW(out.finish(), std::runtime_error);
  }
  EXPECT_EQ(bytes(), "somebody was quicker");
}

// A backup that was killed is no reason why the next one cannot be made; one that is being written is.
TEST_P(Container, WhatAKilledAttemptLeftIsReplacedAndNothingElse) {
  const auto partial = folder.path() / "backup.partial";
  for (const auto* left : {"", "kontor-backup 1 plain\nhalf", "kontor-backup 1 scrypt 17 8 1 00"}) {
    std::ofstream(partial) << left;
    write("whole");
    EXPECT_EQ(read(), "whole");
    EXPECT_FALSE(std::filesystem::exists(partial));
    std::filesystem::remove(file());
  }
  {
    container_writer out(file(), own_passphrase(), packed_at);
    EXPECT_EQ(out.partial(), partial);
    EXPECT_THROW(container_writer(file(), own_passphrase(), packed_at), std::runtime_error);
    out.write(base::as_bytes("whole"));
    out.finish();
  }
  EXPECT_EQ(read(), "whole");
  std::filesystem::remove(file());
  std::ofstream(partial) << "somebody's";
  EXPECT_THROW(container_writer(file(), own_passphrase(), packed_at), std::runtime_error);
  EXPECT_EQ(std::filesystem::file_size(partial), 10U);
}

using ContainerSealed = Container;
INSTANTIATE_TEST_SUITE_P(Sealed, ContainerSealed, testing::Values("correct horse battery staple"));

TEST_P(ContainerSealed, OpensWithItsPassphraseOnlyAndShowsNothing) {
  const auto content = content_of(1000);
  write(content);
  EXPECT_EQ(read(), content);
  for (const auto* wrong :
       {"", "correct horse battery stapl", "correct horse battery staple ", "Correct horse battery staple"})
    EXPECT_THROW((void)read(passphrase(wrong)), unusable_backup) << wrong;
  EXPECT_EQ(bytes().find("100\n101\n"), std::string::npos);
}

TEST_P(ContainerSealed, PiecesOfTwoBackupsDoNotFitTogether) {
  const auto content = content_of(piece_size + 5);
  write(content);
  const auto first = bytes();
  std::filesystem::remove(file());
  write(content);
  const auto second = bytes();
  put(first.substr(0, pieces(first)[1]) + second.substr(pieces(second)[1]));
  EXPECT_THROW((void)read(), unusable_backup);
}

// Who can write where the backup lies could put another one there, of an installation of their own.
TEST(ContainerHead, ASealedOneCannotBeExchangedForAPlainOne) {
  tests::temporary_folder folder;
  const auto file = folder.path() / "backup";
  {
    container_writer out(file, {}, packed_at);
    out.write(base::as_bytes("of somebody else"));
    out.finish();
  }
  EXPECT_THROW(container_reader(file, passphrase("correct horse battery staple")), unusable_backup);
  EXPECT_NO_THROW(container_reader(file, {}));
}

// A file may ask for as much memory as it likes.
TEST(ContainerHead, ACostThatWouldTakeAllMemoryIsRefused) {
  tests::temporary_folder folder;
  const auto file = folder.path() / "backup";
  for (const auto* cost : {"31 8 1", "17 1000 1", "17 8 1000", "17 8", "x 8 1", "-1 8 1"}) {
    std::ofstream(file) << "kontor-backup 1 scrypt " << cost << " 00112233445566778899aabbccddeeff\n";
    EXPECT_THROW(container_reader(file, passphrase("x")), unusable_backup) << cost;
  }
}

}  // namespace kontor::backup
