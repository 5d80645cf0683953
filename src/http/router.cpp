#include "http/router.hpp"

#include "base/id.hpp"

#include <array>
#include <map>
#include <stdexcept>
#include <utility>

namespace kontor::http {
namespace {

constexpr std::array all_methods = {method::get,   method::head,    method::post,   method::put,
                                    method::patch, method::delete_, method::options};

enum class segment_kind { text, uuid, any };

struct segment {
  segment_kind kind = segment_kind::text;
  std::string name;  ///< The text, or the parameter's name.
};

std::vector<segment> parse_pattern(std::string_view pattern) {
  const auto wrong = [pattern](const char* why) {
    return std::logic_error("route " + std::string(pattern) + ": " + why);
  };
  if (!pattern.starts_with('/')) throw wrong("does not begin with a slash");
  std::vector<segment> segments;
  std::string_view rest = pattern.substr(1);
  while (true) {
    const auto slash = rest.find('/');
    const auto part = rest.substr(0, slash);
    if (part.starts_with('{')) {
      if (!part.ends_with('}')) throw wrong("a parameter is one whole segment");
      const auto inside = part.substr(1, part.size() - 2);
      const auto colon = inside.find(':');
      const auto name = inside.substr(0, colon);
      if (name.empty()) throw wrong("a parameter without a name");
      if (colon != std::string_view::npos && inside.substr(colon) != ":uuid")
        throw wrong("the only type of a parameter is uuid");
      for (const auto& other : segments)
        if (other.kind != segment_kind::text && other.name == name) throw wrong("two parameters of one name");
      segments.push_back({colon == std::string_view::npos ? segment_kind::any : segment_kind::uuid, std::string(name)});
    } else {
      if (part.find_first_of("{}") != std::string_view::npos) throw wrong("a parameter is one whole segment");
      segments.push_back({segment_kind::text, std::string(part)});
    }
    if (slash == std::string_view::npos) return segments;
    rest.remove_prefix(slash + 1);
  }
}

// `/users/{id:uuid}` → `/users/{id}`, as api/openapi.yaml writes it.
std::string without_types(std::string_view pattern) {
  std::string out;
  for (const auto& part : parse_pattern(pattern)) {
    const bool is_text = part.kind == segment_kind::text;
    out.append(is_text ? "/" : "/{").append(part.name).append(is_text ? "" : "}");
  }
  return out;
}

bool may_match_the_same(const segment& a, const segment& b) {
  if (a.kind == segment_kind::text && b.kind == segment_kind::text) return a.name == b.name;
  if (a.kind != segment_kind::text && b.kind != segment_kind::text) return true;
  const auto& text = a.kind == segment_kind::text ? a : b;
  const auto& parameter = a.kind == segment_kind::text ? b : a;
  return parameter.kind == segment_kind::any ? !text.name.empty() : base::uuid::parse(text.name).has_value();
}

bool may_match_the_same(const std::vector<segment>& a, const std::vector<segment>& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (!may_match_the_same(a[i], b[i])) return false;
  return true;
}

// What one pattern answers.
struct endpoint {
  struct entry {
    handler handle;
    route_options options;
    body_gate before_body;
    std::size_t number;
  };
  std::string pattern;
  std::vector<segment> segments;
  std::array<std::optional<entry>, all_methods.size()> by_method;

  const entry* find(method verb) const {
    const auto& exact = by_method[static_cast<std::size_t>(verb)];
    if (exact) return &*exact;
    if (verb == method::head) return find(method::get);
    return nullptr;
  }

  std::string allow() const {
    std::string list;
    for (const auto verb : all_methods) {
      if (verb != method::options && find(verb) == nullptr) continue;
      if (!list.empty()) list += ", ";
      list += name_of(verb);
    }
    return list;
  }
};

// One segment deep in the tree of all patterns.
struct node {
  std::map<std::string, std::unique_ptr<node>, std::less<>> texts;
  std::unique_ptr<node> uuid;
  std::unique_ptr<node> any;
  const endpoint* here = nullptr;

  // Patterns that match the same path do not exist, so the first endpoint found is the only one; a parameter may still
  // lead into a branch that ends too early, hence the search.
  const endpoint* find(std::string_view rest) const {
    const auto slash = rest.find('/');
    const auto part = rest.substr(0, slash);
    const auto go_on = [&](const node& next) -> const endpoint* {
      return slash == std::string_view::npos ? next.here : next.find(rest.substr(slash + 1));
    };
    if (const auto text = texts.find(part); text != texts.end())
      if (const auto* found = go_on(*text->second)) return found;
    if (uuid && part.size() == 36 && base::uuid::parse(part))
      if (const auto* found = go_on(*uuid)) return found;
    if (any && !part.empty()) return go_on(*any);
    return nullptr;
  }
};

void fill_parameters(const endpoint& found, request& in) {
  std::string_view rest = std::string_view(in.path).substr(1);
  for (const auto& segment : found.segments) {
    const auto slash = rest.find('/');
    if (segment.kind != segment_kind::text)
      in.path_parameters.emplace_back(segment.name, std::string(rest.substr(0, slash)));
    if (slash == std::string_view::npos) return;
    rest.remove_prefix(slash + 1);
  }
}

}  // namespace

struct router::implementation {
  std::vector<std::unique_ptr<endpoint>> endpoints;
  node root;
  fallback pages;
  std::vector<route_name> names{{"any", "none"}, {"GET", "pages"}};

  endpoint& endpoint_of(std::string_view pattern) {
    auto segments = parse_pattern(pattern);
    for (auto& known : endpoints) {
      if (known->pattern == pattern) return *known;
      if (may_match_the_same(known->segments, segments))
        throw std::logic_error("routes " + known->pattern + " and " + std::string(pattern) + " match the same path");
    }
    auto made = std::make_unique<endpoint>();
    made->pattern = pattern;
    made->segments = std::move(segments);
    auto* at = &root;
    for (const auto& segment : made->segments) {
      auto& next = segment.kind == segment_kind::text   ? at->texts[segment.name]
                   : segment.kind == segment_kind::uuid ? at->uuid
                                                        : at->any;
      if (!next) next = std::make_unique<node>();
      at = next.get();
    }
    at->here = made.get();
    endpoints.push_back(std::move(made));
    return *endpoints.back();
  }
};

router::router() : implementation_(std::make_unique<implementation>()) {}
router::~router() = default;
router::router(router&&) noexcept = default;
router& router::operator=(router&&) noexcept = default;

void router::add(method verb, std::string_view pattern, handler handle, route_options options, body_gate before_body) {
  auto& entry = implementation_->endpoint_of(pattern).by_method[static_cast<std::size_t>(verb)];
  if (entry)
    throw std::logic_error("route " + std::string(name_of(verb)) + " " + std::string(pattern) + " is there already");
  auto& names = implementation_->names;
  entry.emplace(endpoint::entry{std::move(handle), options, std::move(before_body), names.size()});
  names.push_back({std::string(name_of(verb)), without_types(pattern)});
}

void router::set_fallback(fallback pages) {
  implementation_->pages = std::move(pages);
}

const std::vector<route_name>& router::names() const noexcept {
  return implementation_->names;
}

route_match router::find(request& in) const {
  in.path_parameters.clear();
  route_match match;
  const auto* found =
      in.path.starts_with('/') ? implementation_->root.find(std::string_view(in.path).substr(1)) : nullptr;
  if (found == nullptr) {
    const auto& pages = implementation_->pages;
    if (pages.handle && (in.verb == method::get || in.verb == method::head)) {
      match.what = route_match::outcome::found;
      match.handle = &pages.handle;
      match.number = route_match::pages;
    } else if (pages.has && pages.has(in)) {
      match.what = route_match::outcome::no_such_method;
      match.allow = "GET, HEAD, OPTIONS";
    }
    return match;
  }
  const auto* entry = found->find(in.verb);
  if (entry == nullptr) {
    match.what = route_match::outcome::no_such_method;
    match.allow = found->allow();
    return match;
  }
  fill_parameters(*found, in);
  match.what = route_match::outcome::found;
  match.handle = &entry->handle;
  match.options = &entry->options;
  match.number = entry->number;
  if (entry->before_body) match.before_body = &entry->before_body;
  return match;
}

}  // namespace kontor::http
