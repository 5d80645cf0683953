// What administrators send and get: the schemas of api/openapi.yaml, in the same names.
#pragma once

#include "account/user_changes.hpp"
#include "admin/audit_view.hpp"
#include "admin/user_admin.hpp"
#include "api/paging.hpp"
#include "base/error.hpp"
#include "http/request.hpp"

#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace kontor::api {

/// Where a link leads, as it is given to people.
using link_address = std::function<std::string(const account::issued_setup_link&)>;

struct user_list_query {
  text_page page;
  admin::user_filter wanted;
};
struct audit_query {
  page where;
  audit::filter wanted;
};
struct new_guest {
  std::string email;
  bool is_admin = false;
};

/// Query of list_users and list_audit_events. errc::invalid_input: a filter that cannot be understood, and one that is
/// not known, is refused, never left out (Zitadel CVE-2024-39683).
base::result<user_list_query> read_user_list_query(const http::request& in);
base::result<audit_query> read_audit_query(const http::request& in);

/// Schema UserChange, Invitation.
base::result<account::user_change> read_user_change(std::string_view body);
base::result<new_guest> read_new_guest(std::string_view body);

/// Schema AdminUser, AdminUserList, Invited, OneTimeLink, AuditPage. Lists are given the rows_for(limit) that were
/// read.
std::string write_admin_user(const admin::user_overview& user);
std::string write_admin_users(std::span<const admin::user_overview> read, std::int64_t limit);
std::string write_invited(const admin::invitation& invited, const link_address& address_of);
std::string write_link(const account::issued_setup_link& link, const link_address& address_of);
std::string write_audit_page(const admin::audit_page& page, std::int64_t limit);

}  // namespace kontor::api
