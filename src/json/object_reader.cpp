#include "json/object_reader.hpp"

#include <algorithm>

namespace kontor::json {

object_reader::object_reader(const boost::json::value& value, std::string path)
    : object_(value.if_object()), path_(std::move(path)) {
  if (object_ == nullptr) errors_.push_back({path_, "wrong_type", "This must be an object."});
}

std::string object_reader::required_string(std::string_view name) {
  const auto* value = find_required(name);
  return value != nullptr ? string(name, *value) : std::string();
}

base::secret_bytes object_reader::required_secret(std::string_view name) {
  const auto* value = find_required(name);
  return value == nullptr ? base::secret_bytes() : secret(name, *value);
}

std::int64_t object_reader::required_integer(std::string_view name) {
  const auto* value = find_required(name);
  return value != nullptr ? integer(name, *value) : 0;
}

bool object_reader::required_boolean(std::string_view name) {
  const auto* value = find_required(name);
  return value != nullptr && boolean(name, *value);
}

std::vector<std::string> object_reader::required_strings(std::string_view name) {
  const auto* value = find_required(name);
  return value != nullptr ? strings(name, *value) : std::vector<std::string>();
}

const boost::json::array* object_reader::required_array(std::string_view name, std::size_t most) {
  const auto* value = find_required(name);
  return value == nullptr ? nullptr : array(name, *value, most);
}

const boost::json::array* object_reader::optional_array(std::string_view name, std::size_t most) {
  const auto* value = find(name);
  return value == nullptr || value->is_null() ? nullptr : array(name, *value, most);
}

const boost::json::array* object_reader::array(std::string_view name, const boost::json::value& value,
                                               std::size_t most) {
  const auto* array = value.if_array();
  if (array == nullptr) add_wrong_type(name, "a list");
  if (array == nullptr || array->size() <= most) return array;
  add(name, "too_long", "At most " + std::to_string(most) + " entries.");
  return nullptr;
}

std::optional<std::string> object_reader::optional_string(std::string_view name) {
  const auto* value = find(name);
  if (value == nullptr || value->is_null()) return std::nullopt;
  return string(name, *value);
}

std::optional<base::secret_bytes> object_reader::optional_secret(std::string_view name) {
  const auto* value = find(name);
  if (value == nullptr || value->is_null()) return std::nullopt;
  return secret(name, *value);
}

std::optional<std::int64_t> object_reader::optional_integer(std::string_view name) {
  const auto* value = find(name);
  if (value == nullptr || value->is_null()) return std::nullopt;
  return integer(name, *value);
}

std::optional<bool> object_reader::optional_boolean(std::string_view name) {
  const auto* value = find(name);
  if (value == nullptr || value->is_null()) return std::nullopt;
  return boolean(name, *value);
}

std::optional<std::vector<std::string>> object_reader::optional_strings(std::string_view name, std::size_t most) {
  const auto* value = find(name);
  if (value == nullptr || value->is_null()) return std::nullopt;
  if (const auto* array = value->if_array(); array != nullptr && array->size() > most) {
    add(name, "too_long", "At most " + std::to_string(most) + " entries.");
    return std::nullopt;
  }
  const auto errors = errors_.size();
  auto texts = strings(name, *value);
  if (errors_.size() != errors) return std::nullopt;
  return texts;
}

bool object_reader::is_null(std::string_view name) {
  const auto* value = find(name);
  return value != nullptr && value->is_null();
}

void object_reader::refuse(std::string_view name, std::string code, std::string message) {
  if (object_ != nullptr) add(name, std::move(code), std::move(message));
}

void object_reader::refuse(std::string_view name, std::size_t index, std::string code, std::string message) {
  if (object_ == nullptr) return;
  errors_.push_back({path_of(name) + "/" + std::to_string(index), std::move(code), std::move(message)});
}

bool object_reader::is_good(std::string_view name) const {
  if (object_ == nullptr) return false;
  const auto path = path_of(name);
  return std::none_of(errors_.begin(), errors_.end(), [&](const auto& error) {
    return error.path == path || error.path.starts_with(path + "/");  // an entry of it
  });
}

bool object_reader::is_good(std::string_view name, std::size_t index) const {
  if (object_ == nullptr) return false;
  const auto path = path_of(name) + "/" + std::to_string(index);
  return std::ranges::none_of(errors_, [&](const auto& error) { return error.path == path; });
}

void object_reader::adopt(const base::result<void>& inside) {
  append_errors(inside_, inside);
}

void object_reader::adopt(const std::vector<base::field_error>& inside) {
  inside_.insert(inside_.end(), inside.begin(), inside.end());
}

base::result<void> object_reader::finish() {
  if (object_ != nullptr) {
    std::size_t unknown = 0;
    for (const auto& member : *object_) {
      const std::string_view name(member.key().data(), member.key().size());
      if (asked_.contains(name)) continue;
      if (++unknown > max_unknown_members) break;
      add(name, "unknown_member", "This member is not known here.");
    }
  }
  errors_.insert(errors_.end(), inside_.begin(), inside_.end());
  if (errors_.empty()) return {};

  base::error e;
  e.code = base::errc::invalid_input;
  e.fields = std::move(errors_);
  return e;
}

const boost::json::value* object_reader::find(std::string_view name) {
  asked_.emplace(name);
  return object_ != nullptr ? object_->if_contains({name.data(), name.size()}) : nullptr;
}

const boost::json::value* object_reader::find_required(std::string_view name) {
  const auto* value = find(name);
  if (value == nullptr && object_ != nullptr) add(name, "required", "This is required.");
  return value;
}

void object_reader::add(std::string_view name, std::string code, std::string message) {
  errors_.push_back({path_of(name), std::move(code), std::move(message)});
}

void object_reader::add_wrong_type(std::string_view name, std::string_view expected) {
  add(name, "wrong_type", "This must be " + std::string(expected) + ".");
}

std::string object_reader::path_of(std::string_view name) const {
  return path_ + "/" + pointer_token(name);
}

std::int64_t object_reader::integer(std::string_view name, const boost::json::value& value) {
  if (const auto* number = value.if_int64()) return *number;
  add_wrong_type(name, "a whole number of at most 64 bits");
  return 0;
}

std::string object_reader::string(std::string_view name, const boost::json::value& value) {
  if (const auto* text = value.if_string()) return std::string(text->data(), text->size());
  add_wrong_type(name, "a string");
  return {};
}

base::secret_bytes object_reader::secret(std::string_view name, const boost::json::value& value) {
  if (const auto* text = value.if_string()) return base::secret_bytes(std::string_view(text->data(), text->size()));
  add_wrong_type(name, "a string");
  return {};
}

bool object_reader::boolean(std::string_view name, const boost::json::value& value) {
  if (const auto* truth = value.if_bool()) return *truth;
  add_wrong_type(name, "true or false");
  return false;
}

std::vector<std::string> object_reader::strings(std::string_view name, const boost::json::value& value) {
  std::vector<std::string> texts;
  const auto* elements = value.if_array();
  if (elements == nullptr) {
    add_wrong_type(name, "an array of strings");
    return texts;
  }
  std::size_t wrong = 0;
  for (const auto& element : *elements) {
    const auto* text = element.if_string();
    if (text == nullptr) refuse(name, texts.size(), "wrong_type", "This must be a string.");
    // The answer must not be longer than the question.
    if (text == nullptr && ++wrong == max_unknown_members) break;
    texts.emplace_back(text != nullptr ? std::string(text->data(), text->size()) : std::string());
  }
  return texts;
}

void append_errors(std::vector<base::field_error>& to, const base::result<void>& what) {
  if (what) return;
  const auto why = what.error();
  to.insert(to.end(), why.fields.begin(), why.fields.end());
}

std::string pointer_token(std::string_view name) {
  std::string out;
  out.reserve(name.size());
  for (const char c : name) {
    if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace kontor::json
