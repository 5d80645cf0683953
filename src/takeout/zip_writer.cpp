#include "takeout/zip_writer.hpp"

#include <archive.h>
#include <archive_entry.h>

#include <chrono>
#include <stdexcept>

namespace kontor::takeout {
namespace {

struct free_archive {
  void operator()(archive* made) const noexcept { archive_write_free(made); }
};
struct free_entry {
  void operator()(archive_entry* made) const noexcept { archive_entry_free(made); }
};

// Where the bytes go; null: nowhere, they are dropped.
using destination = std::string*;

la_ssize_t append(archive*, void* where, const void* bytes, std::size_t size) {
  try {
    if (auto* const out = *static_cast<destination*>(where)) out->append(static_cast<const char*>(bytes), size);
  } catch (...) {
    return -1;  // An exception must not cross the library, which is C.
  }
  return static_cast<la_ssize_t>(size);
}

}  // namespace

struct zip_writer::implementation {
  destination out = nullptr;  // Outlives the archive, which writes its end there when it is freed.
  std::unique_ptr<archive, free_archive> zip;

  void check(int code) const {
    if (code == ARCHIVE_OK) return;
    const char* const why = archive_error_string(zip.get());
    throw std::runtime_error(std::string("libarchive: ") + (why == nullptr ? "no memory" : why));
  }
};

zip_writer::zip_writer(std::string& out) : implementation_(std::make_unique<implementation>()) {
  auto& made = *implementation_;
  made.out = &out;
  made.zip.reset(archive_write_new());
  if (!made.zip) throw std::runtime_error("libarchive: no memory");
  made.check(archive_write_set_format_zip(made.zip.get()));
  made.check(archive_write_zip_set_compression_deflate(made.zip.get()));
  // As it comes, without filling the last block.
  made.check(archive_write_set_bytes_per_block(made.zip.get(), 0));
  made.check(archive_write_open2(made.zip.get(), &made.out, nullptr, append, nullptr, nullptr));
}

// What is freed without finish() is closed by the library, which writes the end: to nobody, so that it is not whole.
zip_writer::~zip_writer() {
  implementation_->out = nullptr;
}

void zip_writer::begin(const std::string& name, base::timestamp at) {
  const std::unique_ptr<archive_entry, free_entry> entry(archive_entry_new());
  if (!entry) throw std::runtime_error("libarchive: no memory");
  archive_entry_set_pathname(entry.get(), name.c_str());
  archive_entry_set_filetype(entry.get(), AE_IFREG);
  archive_entry_set_perm(entry.get(), 0600);
  archive_entry_set_mtime(entry.get(), std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count(), 0);
  implementation_->check(archive_write_header(implementation_->zip.get(), entry.get()));
}

void zip_writer::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto taken = archive_write_data(implementation_->zip.get(), bytes.data(), bytes.size());
    if (taken <= 0) implementation_->check(ARCHIVE_FATAL);
    bytes.remove_prefix(static_cast<std::size_t>(taken));
  }
}

void zip_writer::finish() {
  implementation_->check(archive_write_close(implementation_->zip.get()));
}

}  // namespace kontor::takeout
