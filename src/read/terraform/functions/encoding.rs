//! Encodings of texts.

use crate::value::Value;

use super::call::Call;
use super::known;

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

pub(super) fn base64encode(call: &Call<'_>) -> Option<Value> {
    let text = call.text(0)?;
    let mut encoded = String::with_capacity(text.len().div_ceil(3) * 4);
    for chunk in text.as_bytes().chunks(3) {
        let bits = chunk.iter().fold(0_u32, |bits, byte| (bits << 8) | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for at in 0..4 {
            let digit = DIGITS[(bits >> (18 - 6 * at) & 63) as usize];
            encoded.push(if at <= chunk.len() { char::from(digit) } else { '=' });
        }
    }
    Some(call.answer_text(encoded))
}

/// `base64decode(text)`: of what `base64encode` was given when it was not known, just that.
pub(super) fn base64decode(call: &Call<'_>) -> Option<Value> {
    if let Some(encoded) = known::encoded_by("base64encode", call.argument(0)?) {
        return Some(encoded.clone());
    }
    let text = call.text(0)?;
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let digits = text.trim_end_matches('=');
    if text.len() % 4 != 0 || text.len() - digits.len() > 2 {
        return None;
    }
    for chunk in digits.as_bytes().chunks(4) {
        let mut bits = 0_u32;
        for digit in chunk {
            bits = (bits << 6) | u32::try_from(DIGITS.iter().position(|known| known == digit)?).ok()?;
        }
        bits <<= 6 * (4 - chunk.len());
        bytes.extend(bits.to_be_bytes().into_iter().skip(1).take(chunk.len() - 1));
    }
    Some(call.answer_text(String::from_utf8(bytes).ok()?))
}
