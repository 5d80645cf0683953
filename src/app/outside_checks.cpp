#include "app/outside_checks.hpp"

#include "app/part_settings.hpp"
#include "async/event_loops.hpp"
#include "base/time.hpp"
#include "outbound/bitget_api.hpp"
#include "outbound/https_client.hpp"
#include "outbound/web_socket_client.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_future.hpp>

#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>

namespace kontor::app {
namespace {

using boost::asio::ip::tcp;

constexpr std::chrono::seconds patience{5};
constexpr std::string_view way_out =
    "Look at the way out of this machine: DNS, firewall, EGRESS_PROXY, EGRESS_CA_FILE.";

// In our own words: what libraries say may hold an address with a password in it, that of a proxy for example.
std::string_view reason_of(const base::error& why) {
  using namespace outbound::transfer_failure;
  if (why.type == host_not_found) return "its name is not known";
  if (why.type == not_connected) return "nobody takes the connection";
  if (why.type == tls_failed) return "its certificate is not one that is trusted here, or TLS failed";
  if (why.type == timed_out) return "it did not answer in time";
  return "what came is no answer";
}

check_result not_reached(const std::string& what, const std::string& whom, const base::error& why) {
  return check_result::bad(what, whom + " cannot be reached: " + std::string(reason_of(why)) + ".",
                           std::string(way_out));
}

outbound::transfer_limits short_limits() {
  return {.connect = patience, .first_byte = patience, .idle = patience, .whole = patience};
}

// What is asked for runs on the loop of the clients, and is waited for here.
template <class T>
T wait_for(async::event_loops& loops, async::awaitable<T> what) {
  return boost::asio::co_spawn(loops.at(0).get_executor(), std::move(what), boost::asio::use_future).get();
}

async::awaitable<check_result> check_exchange(outbound::https_client& client, const config& settings) {
  const base::system_clock clock;
  outbound::bitget_api api(client, clock, settings.bitget);
  auto question = api.question("", "/api/v2/public/time");
  question.limits = short_limits();
  const auto before = clock.now();
  const auto heard = co_await api.ask(std::move(question));
  const auto between = before + (clock.now() - before) / 2;
  if (heard.not_reached) co_return not_reached("exchange", api.origin(), *heard.not_reached);
  const auto time = heard.said ? outbound::read_bitget_time(heard.said->data) : std::nullopt;
  if (!time)
    co_return check_result::bad(
        "exchange",
        "What answers at " + api.origin() + " is no exchange (status " + std::to_string(heard.status) + ").",
        "Look at BITGET_BASE_URL, and at what stands between.");
  co_return judge_exchange_clock(api.origin(), *time - base::to_microseconds(between) / 1000);
}

async::awaitable<check_result> check_exchange_socket(outbound::web_socket_client& client, const config& settings) {
  const std::string what = "exchange socket";
  const auto whom = settings.bitget_socket.origin();
  auto opened = co_await client.connect(settings.bitget_socket, outbound::url_trust::operator_set);
  if (!opened) co_return not_reached(what, whom, opened.error());
  (*opened)->cut();
  co_return check_result::good(what, whom + " takes the connection.");
}

async::awaitable<check_result> check_model(outbound::https_client& client, const config& settings) {
  const std::string what = "language model";
  if (!settings.model.provider) co_return check_result::skipped(what, "The operator offers none.");
  outbound::web_request request;
  request.url = outbound::parse_web_url(target_of(settings.model).address).value();
  request.trust = outbound::url_trust::operator_set;
  request.limits = short_limits();
  const auto whom = request.url.origin();
  const auto heard = co_await client.send(std::move(request));
  if (!heard) co_return not_reached(what, whom, heard.error());
  co_return check_result::good(
      what, whom + " answers (status " + std::to_string(heard->status) + "). It was not shown the key.");
}

// The greeting of a server that speaks first; of one that wants TLS at once, that it takes the connection.
check_result check_mail_server(const config& settings) {
  const std::string what = "mail server";
  if (!settings.smtp) return check_result::skipped(what, "SMTP_URL is not set: no mails are sent.");
  const auto& server = *settings.smtp;
  const auto whom = server.host + ":" + std::to_string(server.port);
  auto host = server.host;
  if (host.starts_with('[')) host = host.substr(1, host.size() - 2);

  boost::asio::io_context loop;
  tcp::resolver resolver(loop);
  tcp::socket socket(loop);
  std::string greeting(512, '\0');
  enum class came { nowhere, by_name, connected, greeted } so_far = came::nowhere;
  const auto hear = [&](const boost::system::error_code& cut, std::size_t size) {
    if (!cut && greeting.substr(0, size).starts_with("220")) so_far = came::greeted;
  };
  const auto connected = [&](const boost::system::error_code& refused, const tcp::endpoint&) {
    if (refused) return;
    so_far = came::connected;
    if (server.security != outbound::smtp_security::tls) socket.async_read_some(boost::asio::buffer(greeting), hear);
  };
  resolver.async_resolve(host, std::to_string(server.port),
                         [&](const boost::system::error_code& unknown, const tcp::resolver::results_type& found) {
                           if (unknown) return;
                           so_far = came::by_name;
                           boost::asio::async_connect(socket, found, connected);
                         });
  loop.run_for(patience);

  const std::string advice = "Look at SMTP_URL, and at the way out of this machine.";
  if (so_far == came::nowhere) return check_result::bad(what, "The name of " + whom + " is not known.", advice);
  if (so_far == came::by_name) return check_result::bad(what, whom + " takes no connection.", advice);
  if (so_far == came::connected && server.security != outbound::smtp_security::tls)
    return check_result::bad(what, whom + " does not greet as a mail server does.",
                             "Look at SMTP_URL: port 465 wants smtps://, 587 wants smtp://.");
  return check_result::good(what, whom + " takes the connection. Nobody signed in, and no mail was sent.");
}

}  // namespace

check_result judge_exchange_clock(std::string_view origin, std::int64_t ahead) {
  constexpr std::int64_t noticed = 5'000;
  // Questions are signed by the exchange's clock, whatever ours says; but codes of second factors are not, and they
  // hold for half a minute.
  constexpr std::int64_t refused = 30'000;
  const auto whole = std::to_string(std::abs(ahead) / 1000);
  const auto found = std::string(origin) + " answers, and its clock is " + whole + " s " +
                     (ahead < 0 ? "behind" : "ahead of") + " ours.";
  const std::string advice = "Set the clock of this machine, by NTP for example.";
  if (std::abs(ahead) >= refused) return check_result::bad("exchange", found, advice);
  if (std::abs(ahead) >= noticed) return check_result::noted("exchange", found, advice);
  return check_result::good("exchange", std::string(origin) + " answers, and its clock is ours.");
}

std::vector<check_result> check_outside(const config& settings) {
  std::vector<check_result> out;
  async::event_loops loops(1);
  {
    outbound::https_client client(loops.at(0), https_settings_of(settings), settings.egress);
    const outbound::web_socket_limits limits{.connect = patience, .handshake = patience};
    outbound::web_socket_client sockets(loops.at(0), https_settings_of(settings), settings.egress, limits);
    loops.start();
    auto exchange = check_exchange(client, settings);
    out.push_back(wait_for(loops, std::move(exchange)));
    auto socket = check_exchange_socket(sockets, settings);
    out.push_back(wait_for(loops, std::move(socket)));
    auto model = check_model(client, settings);
    out.push_back(wait_for(loops, std::move(model)));
    loops.stop();
  }
  out.push_back(check_mail_server(settings));
  return out;
}

}  // namespace kontor::app
