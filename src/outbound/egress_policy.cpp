#include "outbound/egress_policy.hpp"

#include "base/text.hpp"

namespace kontor::outbound {
namespace {

namespace ip = boost::asio::ip;

constexpr std::uint16_t first_free_port = 1024;

base::error bad_entry(const std::string& entry) {
  return {
      base::errc::invalid_input, "",
      "must list hosts (ollama.lan), hosts with a port (ollama.lan:11434) or blocks of addresses (10.0.0.0/8), and " +
          base::printable(entry, 100) + " is none of them.",
      ""};
}

}  // namespace

base::error address_refused(std::string detail, std::string internal_detail) {
  return {base::errc::invalid_input, "address-refused", std::move(detail), std::move(internal_detail)};
}

bool is_localhost(std::string_view host) {
  return host == "localhost" || host.ends_with(".localhost");
}

base::result<egress_policy> egress_policy::parse(const std::vector<std::string>& entries) {
  egress_policy out;
  for (const auto& text : entries) {
    if (auto block = parse_network(text)) {
      out.entries_.push_back({"", *block, std::nullopt});
      continue;
    }
    // The rest is read by the rules for the host of an URL, so that an entry and an URL cannot differ in spelling.
    const auto url = text.find_first_of("/?#@") == std::string::npos ? parse_web_url("https://" + text)
                                                                     : base::result<web_url>(bad_entry(text));
    if (!url) return bad_entry(text);
    entry next;
    const auto bracket = text.rfind(']');
    const auto colon = text.rfind(':');
    if (colon != std::string::npos && (bracket == std::string::npos || colon > bracket)) next.port = url->port;
    if (url->address)
      next.block = network{*url->address, url->address->is_v4() ? 32u : 128u};
    else
      next.host = url->host;
    out.entries_.push_back(std::move(next));
  }
  return out;
}

bool egress_policy::lists_address(const ip::address& address, std::uint16_t port) const {
  for (const auto& each : entries_)
    if (each.block && (!each.port || *each.port == port) && each.block->contains(address)) return true;
  return false;
}

bool egress_policy::lists(const web_url& url) const {
  if (url.address) return lists_address(*url.address, url.port);
  for (const auto& each : entries_)
    if (!each.block && each.host == url.host && (!each.port || *each.port == url.port)) return true;
  return is_localhost(url.host) &&
         (lists_address(ip::address_v4::loopback(), url.port) || lists_address(ip::address_v6::loopback(), url.port));
}

base::result<void> egress_policy::check(const web_url& url, url_trust trust) const {
  if (trust == url_trust::operator_set || lists(url)) return {};
  if (!url.is_tls) return address_refused("The address must begin with https://.", "http");
  if (url.port != 443 && url.port < first_free_port)
    return address_refused("The address must use port 443, or a port from 1024 on.", "port");
  if (is_localhost(url.host)) return address_refused("Addresses of this machine are not allowed here.", "localhost");
  if (!url.address) return {};
  if (const auto range = closed_range_of(*url.address); !range.empty())
    return address_refused("Addresses of private networks are not allowed here.", std::string(range));
  return {};
}

bool egress_policy::may_connect(const web_url& url, url_trust trust, const ip::address& address) const {
  if (trust == url_trust::operator_set || lists_address(address, url.port)) return true;
  // The name alone is listed: the operator answers for where it leads. localhost only stands for its addresses.
  for (const auto& each : entries_)
    if (!each.block && each.host == url.host && (!each.port || *each.port == url.port)) return true;
  return closed_range_of(address).empty();
}

url_trust egress_policy::after_redirect(const web_url& from, url_trust trust, const web_url& to) {
  return trust == url_trust::operator_set && from.origin() == to.origin() ? url_trust::operator_set
                                                                          : url_trust::user_given;
}

}  // namespace kontor::outbound
