//! QR codes as pictures.

use anyhow::Context;
use qrcode::{Color, EcLevel, QrCode};

/// The dark squares of a QR code as one path, and its width in squares with the quiet zone of four around it.
///
/// # Errors
/// If the text is too long for one.
pub(crate) fn squares(text: &str, level: EcLevel) -> anyhow::Result<(String, usize)> {
    let code = QrCode::with_error_correction_level(text, level).context("a QR code")?;
    let wide = code.width();
    let mut path = String::new();
    for (n, colour) in code.to_colors().into_iter().enumerate() {
        if colour == Color::Dark {
            path.push_str(&format!("M{} {}h1v1h-1z", n % wide + 4, n / wide + 4));
        }
    }
    Ok((path, wide + 8))
}
