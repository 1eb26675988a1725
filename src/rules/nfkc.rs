//! Unicode normalisation form KC (UAX #15).
//!
//! On wasm it is the JavaScript engine's, whose tables are already there: a crate's would be an
//! eighth of the whole binary. Assigned characters normalise the same in every version of
//! Unicode (its stability policy), so the two agree on all that can be typed.

#[cfg(target_arch = "wasm32")]
pub(crate) fn nfkc(text: &str) -> String {
    use js_sys::JsString;
    if text.is_ascii() {
        return text.into();
    }
    // An engine without the form "NFKC" would not be one.
    JsString::from(text).normalize("NFKC").into()
}

#[cfg(not(target_arch = "wasm32"))]
pub(crate) fn nfkc(text: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    text.nfkc().collect()
}
