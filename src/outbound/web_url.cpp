#include "outbound/web_url.hpp"

#include "base/text.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url.hpp>

#include <algorithm>
#include <charconv>

namespace kontor::outbound {
namespace {

namespace urls = boost::urls;

constexpr std::size_t longest = 2'048;

base::error not_that_url(const char* why) {
  return {base::errc::invalid_input, "", why, ""};
}

bool all(std::string_view text, bool (*fits)(char)) {
  return std::ranges::all_of(text, fits);
}

// What a resolver of the system may take for a number of an IPv4 address: 127.1, 0x7f000001, 0177.0.0.1, 2130706433.
// The rule is the one of browsers (WHATWG URL, "ends in a number"): the last label decides.
bool ends_in_a_number(std::string_view host) {
  const auto dot = host.rfind('.');
  auto last = dot == std::string_view::npos ? host : host.substr(dot + 1);
  if (all(last, [](char c) { return base::is_digit(c); })) return true;
  if (!last.starts_with("0x")) return false;
  last.remove_prefix(2);
  return all(last, [](char c) { return base::hex_value(c) >= 0; });
}

bool is_name(std::string_view host) {
  if (host.empty() || host.size() > 253) return false;
  std::size_t label = 0;
  for (const char c : host) {
    if (c == '.') {
      if (label == 0) return false;
      label = 0;
      continue;
    }
    if (!base::is_letter_or_digit(c) && c != '-' && c != '_') return false;
    if (++label > 63) return false;
  }
  return label != 0;
}

constexpr auto shape = "must be an address such as https://api.example.org/v1.";

// `host[:port]`, as it stands between `//` and the path.
base::result<void> read_authority(std::string_view authority, web_url& out) {
  if (authority.find('@') != std::string_view::npos) return not_that_url("must not hold a user or a password.");
  const bool is_bracketed = authority.starts_with('[');
  const auto host_end = is_bracketed ? authority.find(']') : authority.find(':');
  if (is_bracketed && host_end == std::string_view::npos) return not_that_url(shape);
  const auto host =
      base::to_lower_ascii(is_bracketed ? authority.substr(1, host_end - 1) : authority.substr(0, host_end));
  auto rest =
      host_end == std::string_view::npos ? std::string_view() : authority.substr(host_end + (is_bracketed ? 1 : 0));

  boost::system::error_code failure;
  if (is_bracketed) {
    if (host.find('%') != std::string::npos) return not_that_url(shape);
    const auto address = boost::asio::ip::make_address_v6(host, failure);
    if (failure) return not_that_url(shape);
    out.address = address;
    out.host = address.to_string();
  } else {
    if (!is_name(host)) return not_that_url("must name its host in letters, digits, hyphens and dots.");
    out.host = host;
    if (ends_in_a_number(host)) {
      const auto address = boost::asio::ip::make_address_v4(host, failure);
      if (failure || address.to_string() != host)
        return not_that_url("must write an IPv4 address as four decimal numbers.");
      out.address = address;
    }
  }

  out.port = out.is_tls ? 443 : 80;
  if (rest.empty()) return {};
  if (!rest.starts_with(':')) return not_that_url(shape);
  rest.remove_prefix(1);
  const auto [end, broken] = std::from_chars(rest.data(), rest.data() + rest.size(), out.port);
  if (broken != std::errc() || end != rest.data() + rest.size() || out.port == 0 || rest != std::to_string(out.port))
    return not_that_url(shape);
  return {};
}

// Boost.URL says whether the text is an URI at all. Its parts are not taken from it: version 1.81 reads the host of
// `https://127.0.0.1.` as 127.0.0.1, with a path that begins without a slash.
base::result<web_url> read(std::string_view text) {
  if (text.size() > longest) return not_that_url("must be at most 2,048 characters long.");
  if (!urls::parse_uri(urls::string_view(text.data(), text.size()))) return not_that_url(shape);
  const auto scheme_end = text.find(':');
  const auto scheme = base::to_lower_ascii(text.substr(0, scheme_end));
  web_url out;
  out.is_tls = scheme != "http";
  if (scheme != "http" && scheme != "https") return not_that_url("must begin with https://.");
  auto rest = text.substr(scheme_end);
  if (!rest.starts_with("://")) return not_that_url(shape);
  rest.remove_prefix(3);
  if (rest.find('#') != std::string_view::npos) return not_that_url("must not have a part behind #.");
  const auto authority_end = std::min(rest.find_first_of("/?"), rest.size());
  if (auto good = read_authority(rest.substr(0, authority_end), out); !good) return good.error();
  out.target = rest.substr(authority_end);
  if (!out.target.starts_with('/')) out.target.insert(0, "/");
  return out;
}

}  // namespace

std::string web_url::authority_host() const {
  return address && address->is_v6() ? "[" + host + "]" : host;
}

std::string web_url::origin() const {
  const std::uint16_t usual = is_tls ? 443 : 80;
  return (is_tls ? "https://" : "http://") + authority_host() + (port == usual ? "" : ":" + std::to_string(port));
}

web_url web_url::with(std::string_view more) const {
  web_url out = *this;
  while (out.target.ends_with('/'))
    out.target.pop_back();
  out.target += more;
  return out;
}

base::result<web_url> parse_web_url(std::string_view text) {
  return read(text);
}

base::result<web_url> follow(const web_url& from, std::string_view location) {
  if (location.size() > longest) return not_that_url("must be at most 2,048 characters long.");
  const auto from_text = from.text();
  const auto reference = urls::parse_uri_reference(urls::string_view(location.data(), location.size()));
  const auto here = urls::parse_uri(from_text);
  if (!reference || !here) return not_that_url("must be an address.");
  urls::url there;
  if (!urls::resolve(*here, *reference, there)) return not_that_url("must be an address.");
  there.remove_fragment();
  // Whatever came out is read like any other text: what is checked is what is used.
  return read(std::string_view(there.buffer().data(), there.buffer().size()));
}

}  // namespace kontor::outbound
