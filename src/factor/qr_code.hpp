// A text as a QR code, drawn by libqrencode.
#pragma once

#include "base/secret_bytes.hpp"

#include <string_view>

namespace kontor::factor {

/// White around the code, in modules (ISO/IEC 18004: at least 4).
inline constexpr int qr_quiet_zone = 4;

/// An SVG document: black on white in every theme, one unit per module, without scripts, styles or references, so that
/// a strict Content-Security-Policy lets it through inside a page and as an image. Error correction level M. A text of
/// more than 2,331 bytes, or an empty one, is std::invalid_argument. A secret, because the text may be one.
base::secret_bytes qr_code_svg(std::string_view text);

}  // namespace kontor::factor
