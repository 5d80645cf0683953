#include "factor/qr_code.hpp"

#include <qrencode.h>

#include <cerrno>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <system_error>

namespace kontor::factor {
namespace {

constexpr std::size_t most_bytes = 2'331;  // Version 40, level M.

struct code_closer {
  void operator()(QRcode* code) const noexcept {
    const auto width = static_cast<std::size_t>(code->width);
    base::wipe(code->data, width * width);
    QRcode_free(code);
  }
};
using code_owner = std::unique_ptr<QRcode, code_closer>;

code_owner encode(std::string_view text) {
  if (text.empty() || text.size() > most_bytes) throw std::invalid_argument("a QR code takes 1 to 2331 bytes");
  code_owner code(QRcode_encodeData(static_cast<int>(text.size()), reinterpret_cast<const unsigned char*>(text.data()),
                                    0, QR_ECLEVEL_M));
  if (!code) throw std::system_error(errno, std::generic_category(), "QRcode_encodeData");
  return code;
}

bool is_black(const QRcode& code, int x, int y) noexcept {
  return (code.data[y * code.width + x] & 1) != 0;
}

// Each run of black modules of a row becomes a rectangle.
void draw_row(const QRcode& code, int y, std::string& path) {
  for (int x = 0; x < code.width; ++x) {
    if (!is_black(code, x, y)) continue;
    const int start = x;
    while (x < code.width && is_black(code, x, y))
      ++x;
    const auto length = std::to_string(x - start);
    path.append("M").append(std::to_string(start + qr_quiet_zone));
    path.append(" ").append(std::to_string(y + qr_quiet_zone));
    path.append("h").append(length).append("v1h-").append(length).append("z");
  }
}

}  // namespace

base::secret_bytes qr_code_svg(std::string_view text) {
  const auto code = encode(text);
  const auto size = std::to_string(code->width + 2 * qr_quiet_zone);
  std::string svg;
  // At most half of the modules begin a run, of less than 24 characters: it holds the secret and must not move.
  svg.reserve(512 + static_cast<std::size_t>(code->width) * static_cast<std::size_t>(code->width) * 12);
  svg.append(R"(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 )").append(size).append(" ").append(size);
  svg.append(R"(" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h)").append(size).append("v").append(size);
  svg.append("h-").append(size).append(R"(z"/><path fill="#000" d=")");
  for (int y = 0; y < code->width; ++y)
    draw_row(*code, y, svg);
  svg.append(R"("/></svg>)");
  base::secret_bytes made{std::string_view(svg)};
  base::wipe(svg.data(), svg.size());
  return made;
}

}  // namespace kontor::factor
