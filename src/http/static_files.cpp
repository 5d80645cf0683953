#include "http/static_files.hpp"

#include "http/media.hpp"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace kontor::http {
namespace {

class file_shelf {
 public:
  file_shelf(std::span<const static_file> files, std::vector<std::string> not_pages, handler not_found)
      : files_(files), not_pages_(std::move(not_pages)), not_found_(std::move(not_found)) {}

  async::awaitable<response> serve(request& in) const {
    const auto* file = choose(in);
    if (file == nullptr) co_return co_await not_found_(in);
    co_return answer(in, *file);
  }

  bool has(const request& in) const { return choose(in) != nullptr; }

 private:
  const static_file* choose(const request& in) const {
    const auto* file = find(in.path);
    if (file == nullptr) file = find(in.path == "/" ? "/index.html" : in.path + "/index.html");
    if (file == nullptr && looks_like_a_page(in)) file = find("/index.html");
    return file;
  }

  const static_file* find(std::string_view path) const {
    const auto at = std::lower_bound(files_.begin(), files_.end(), path,
                                     [](const static_file& f, std::string_view p) { return f.path < p; });
    return at != files_.end() && at->path == path ? &*at : nullptr;
  }

  bool looks_like_a_page(const request& in) const {
    const std::string_view path = in.path;
    if (path.substr(path.rfind('/') + 1).find('.') != std::string_view::npos) return false;
    // `/.git/config` and the like: whoever asks for that is not looking for a page.
    if (path.find("/.") != std::string_view::npos) return false;
    for (const std::string_view prefix : not_pages_)
      if (path.starts_with(prefix) || (prefix.ends_with('/') && path == prefix.substr(0, prefix.size() - 1)))
        return false;
    return asks_for_html(in.header("accept").value_or(""));
  }

  static response answer(const request& in, const static_file& file) {
    const auto accepted = in.header("accept-encoding").value_or("");
    const bool brotli = !file.brotli.empty() && accepts_coding(accepted, "br");
    const bool gzip = !brotli && !file.gzip.empty() && accepts_coding(accepted, "gzip");
    const auto tagged = in.header("if-none-match");
    const bool unchanged = tagged && matches_etag(*tagged, file.etag);

    auto out = unchanged ? response(304)
                         : response::with_static_body(200, file.content_type,
                                                      brotli ? file.brotli
                                                      : gzip ? file.gzip
                                                             : file.identity);
    // The copies mean the same but are not the same bytes: only the plain one carries the strong tag (RFC 9110
    // section 8.8.1).
    out.set("ETag", brotli || gzip ? "W/" + std::string(file.etag) : std::string(file.etag));
    out.set("Vary", "Accept-Encoding");
    // A page may change with the next release: the browser asks each time and mostly hears 304.
    out.set("Cache-Control", file.immutable ? "public, max-age=31536000, immutable" : "no-cache");
    if (!unchanged && brotli) out.set("Content-Encoding", "br");
    if (!unchanged && gzip) out.set("Content-Encoding", "gzip");
    return out;
  }

  std::span<const static_file> files_;
  std::vector<std::string> not_pages_;
  handler not_found_;
};

}  // namespace

fallback serve_files(std::span<const static_file> files, std::vector<std::string> not_pages, handler not_found) {
  auto shelf = std::make_shared<const file_shelf>(files, std::move(not_pages), std::move(not_found));
  return {.handle = [shelf](request& in) { return shelf->serve(in); },
          .has = [shelf](const request& in) { return shelf->has(in); }};
}

}  // namespace kontor::http
