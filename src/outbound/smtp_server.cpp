#include "outbound/smtp_server.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/url/parse.hpp>

namespace kontor::outbound {
namespace {

namespace urls = boost::urls;

base::error refusal(const char* why) {
  return {base::errc::invalid_input, "", why, ""};
}

bool is_this_machine(const urls::url_view& url) {
  const auto host = url.host_address();
  if (host == "localhost") return true;
  boost::system::error_code failure;
  const auto address = boost::asio::ip::make_address(host, failure);
  return !failure && address.is_loopback();
}

}  // namespace

base::result<smtp_server> parse_smtp_url(std::string_view text) {
  constexpr auto shape =
      "must be an address such as smtp://user:password@mail.example.org:587, or begin with smtps://.";
  const auto url = urls::parse_uri(text);
  if (!url || (url->scheme() != "smtp" && url->scheme() != "smtps") || url->host().empty() || url->has_fragment() ||
      (!url->encoded_path().empty() && url->encoded_path() != "/"))
    return refusal(shape);
  const bool is_tls = url->scheme() == "smtps";

  smtp_server out;
  out.host = std::string(url->encoded_host());
  out.port = url->port_number();
  if (url->has_port() && out.port == 0) return refusal(shape);
  if (out.port == 0) out.port = is_tls ? 465 : 587;
  out.user = url->user();
  out.password = base::secret_bytes(std::string_view(url->password()));
  if (out.user.empty() && !out.password.empty()) return refusal("must name the user whose password it has.");

  const std::string_view query(url->encoded_query().data(), url->encoded_query().size());
  if (!query.empty() && query != "tls=none" && query != "tls=required")
    return refusal("may end in ?tls=none or ?tls=required, and in nothing else.");
  if (is_tls && query == "tls=none") return refusal("cannot be smtps:// and ?tls=none at once.");
  out.security = is_tls                                   ? smtp_security::tls
                 : query == "tls=none"                    ? smtp_security::none
                 : query.empty() && is_this_machine(*url) ? smtp_security::none
                                                          : smtp_security::starttls;
  return out;
}

}  // namespace kontor::outbound
