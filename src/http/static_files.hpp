// Files that are part of the program: found by path, negotiated encoding, validated by ETag.
#pragma once

#include "http/router.hpp"

#include <span>
#include <string_view>

namespace kontor::http {

struct static_file {
  std::string_view path;  ///< `/assets/index-abc123.js`
  std::string_view content_type;
  std::string_view etag;   ///< Quoted.
  bool immutable = false;  ///< The name changes with the content: may be cached for a year.
  std::string_view identity;
  std::string_view gzip;    ///< Empty when there is none.
  std::string_view brotli;  ///< Empty when there is none.
};

/// Serves `files` (sorted by path): 200 with ETag, Vary and Cache-Control, 304 for a matching If-None-Match, the
/// precompressed copy when Accept-Encoding allows it (RFC 9110 section 12.5.3, q=0 respected). `/x` finds `/x`, then
/// `/x/index.html`. A path that is no file gets `/index.html` (the app's own router decides) when it looks like a page:
/// no dot in its last segment, no segment that begins with one, Accept names text/html (as every browser's does; a
/// program that takes anything is not looking for a page), and not below one of `not_pages`
/// (`/api/`, `/assets/`, …); otherwise 404 through `not_found`.
fallback serve_files(std::span<const static_file> files, std::vector<std::string> not_pages, handler not_found);

}  // namespace kontor::http
