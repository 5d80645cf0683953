// Commands that only look: is the server well, which routes does it have.
#include "api/routes.hpp"
#include "app/local_server.hpp"
#include "command/commands.hpp"

#include <iostream>
#include <string>

namespace kontor::command {

int check_health(const app::config& settings) {
  const auto server = app::place_to_ask(settings);
  const auto answer = app::ask_server(server, "/api/v1/health/ready");
  const std::string status_line(answer.status_line());
  if (status_line.starts_with("HTTP/1.1 200 ")) {
    std::cout << "ready\n";
    return 0;
  }
  std::cerr << "kontor: " << server << (status_line.empty() ? " does not answer" : " is not ready: " + status_line)
            << "\n";
  return 1;
}

int print_routes() {
  for (const auto& row : api::all_routes()) {
    std::cout << http::name_of(row.verb) << " " << row.path << " " << api::name_of(row.who);
    if (row.token_scope) std::cout << " token=" << token::name_of(*row.token_scope);
    if (row.proof == api::asks_proof::yes) std::cout << " proof";
    if (row.early == api::before_enrolment::open) std::cout << " before-enrolment";
    if (row.on_machine != nullptr) std::cout << " on-machine";
    std::cout << "\n";
  }
  return 0;
}

}  // namespace kontor::command
