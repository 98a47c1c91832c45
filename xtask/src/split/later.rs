//! Which functions the first page does without, by their names.
//!
//! Nothing breaks if this is wrong. What the first page takes and is not there keeps it waiting, which `e2e/tests/first_paint.spec.ts`
//! notices; what it does not take and is there makes it longer, which the build's limit notices.

/// Parts of names, with the types that a function was made for.
const LATER: &[&str] = &[
    // Money: keys, claims, the chain, the client.
    "thunder_channel::",
    "thunder_client::",
    "thunder_ethereum::",
    "thunder_paywall::",
    "base64",
    "bip32",
    "bip39",
    "bitcoin_hashes",
    "bytes::",
    "const_hex",
    "crypto_bigint",
    "der::",
    "ecdsa",
    "elliptic_curve",
    "ethabi",
    "ethers_core",
    "getrandom",
    "hmac",
    "k256::",
    "primitive_types::U256",
    "ripemd",
    "rlp::",
    "rpds::",
    "rustc_hex",
    "sec1::",
    "sha2::",
    "tiny_keccak",
    "__udivti3",
    "__umodti3",
    "u128",
    // What they are stored and sent with.
    "futures_channel",
    "futures_util",
    "gloo_file",
    "serde::private",
    "<serde_json::error::ErrorCode as core::fmt",
    "<serde_json::error::JsonUnexpected",
    "serde_json::error::make_error",
    "serde_json::value::",
    "zmij",
    // What only they, their pages and errors take of the standard library.
    "<f64 as core::fmt",
    "bulk_steal_",
    "core::fmt::builders",
    "core::num::bignum",
    "core::num::dec2flt",
    "core::num::flt2dec",
    "core::slice::sort",
    "core::str::pattern::TwoWay",
    "core::str::slice_error_fail",
    "do_merge",
    "<char>::escape_debug",
    "<str as core::fmt::Debug>",
    // What Yew has for them.
    "ContextProvider<frontend::desk::Desk>",
    "use_context::HookProvider<frontend::desk::Desk>",
    "yew::dom_bundle::bportal",
    "yew::dom_bundle::braw",
    "yew::dom_bundle::bsuspense",
    "yew::virtual_dom::vraw",
    // All other pages, and what they are made of.
    "qrcodegen",
    "frontend::app::banners",
    "frontend::app::shell::around::Kept",
    "frontend::app::shell::beyond",
    "frontend::app::stage_door",
    "frontend::app::streaming",
    "frontend::components::",
    "frontend::hooks::",
    "frontend::pages::",
    "frontend::state::act::",
    "frontend::state::backup",
    "frontend::state::bar::",
    "frontend::state::burst",
    "frontend::state::demo",
    "frontend::state::depth::",
    "frontend::state::draft",
    "frontend::state::exhibits",
    "frontend::state::exposure",
    "frontend::state::faucet",
    "frontend::state::fees::",
    "frontend::state::fetching",
    "frontend::state::hidden",
    "frontend::state::history",
    "frontend::state::incoming::",
    "frontend::state::mirror",
    "frontend::state::names::Names>::to_text",
    "frontend::state::names::Names>::with",
    "frontend::state::notices",
    "frontend::state::pay_link",
    "frontend::state::plot",
    "frontend::state::requests",
    "frontend::state::route::Route>::pasted",
    "frontend::state::sent::",
    "frontend::state::sessions",
    "frontend::state::standing",
    "frontend::state::stream",
    "frontend::state::transaction::",
    "frontend::words::numbers",
    "frontend::words::said",
    "frontend::words::typed",
    // The browser behind the client, and what runs once a wallet was chosen.
    "frontend::adapters::",
    "frontend::desk::Desk>::",
    "frontend::desk::backup",
    "frontend::desk::demo",
    "frontend::desk::downloads",
    "frontend::desk::fetching",
    "frontend::desk::observer",
    "frontend::desk::running",
    "frontend::desk::sent",
    "frontend::desk::telling",
    "frontend::desk::waiting",
    "Engine>::ask_accounts",
    "Engine>::derive",
    "Engine>::discard",
    "Engine>::follow",
    "Engine>::disconnect",
    "Engine>::imported",
    "Engine>::keep_running",
    "Engine>::keep_storage",
    "Engine>::look_at",
    "Engine>::part_wallet",
    "Engine>::pick",
    "Engine>::play",
    "Engine>::read_now",
    "Engine>::reconnect",
    "Engine>::run",
    "Engine>::set_up",
    "Engine>::sit",
    "Engine>::switch",
    "Engine>::take_over",
    "Engine>::wait_for",
    "Engine>::wallet_by_id",
    "Engine>::watch",
];
/// Of these, what the first page is made of.
const FIRST: &[&str] = &[
    "frontend::adapters::config",
    "frontend::adapters::eip6963",
    "frontend::adapters::frames::Presenter>::find",
    "frontend::adapters::intl::adopt",
    "frontend::adapters::intl::moment",
    "frontend::adapters::intl::plural",
    "frontend::adapters::intl::take",
    "frontend::adapters::names::follow",
    "frontend::adapters::names::load",
    "frontend::adapters::rest",
    "frontend::adapters::session_memory",
    "frontend::adapters::shelf",
    "frontend::components::bolt",
    "frontend::components::header",
    "frontend::components::language_button",
    "frontend::components::theme_button",
    "frontend::components::toasts",
    "frontend::components::wallet_list",
    "frontend::hooks::use_names",
    "frontend::pages::connect",
    "frontend::pages::message",
    "frontend::state::standing::document_title",
    "thunder_ethereum::http::HttpProvider>::new",
    "thunder_ethereum::injected::",
];

/// Whether a function belongs to the rest.
#[must_use]
pub fn is_later(name: &str) -> bool {
    let name = without_hashes(name);
    let has = |parts: &[&str]| parts.iter().any(|part| name.contains(part));
    has(LATER) && !has(FIRST)
}

/// Without the hash behind each crate's name, such as `core[c5930c85a12de822]`.
fn without_hashes(name: &str) -> String {
    let mut plain = String::with_capacity(name.len());
    let mut left = name;
    while let Some((before, after)) = left.split_once('[') {
        plain.push_str(before);
        left = match after.split_once(']') {
            Some((hash, after)) if hash.len() > 8 && hash.bytes().all(|digit| digit.is_ascii_hexdigit()) => {
                after
            }
            _ => {
                plain.push('[');
                after
            }
        };
    }
    plain + left
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_no_part_of_a_name() {
        let name = "<[u8; 32] as serde[0123456789abcdef]::De>::read::<core[fedcba987654321]::S>";
        assert_eq!(without_hashes(name), "<[u8; 32] as serde::De>::read::<core::S>");
        assert_eq!(without_hashes("a[b"), "a[b");
    }

    #[test]
    fn pages_are_told_apart_by_the_types_in_a_name() {
        let view = |page: &str| {
            format!(
                "<yew[c4e3f06cc855d3e9]::CompStateInner<frontend[9b33e8a623f40af7]::pages::{page}> as Stateful>::view"
            )
        };
        assert!(is_later(&view("channel::ChannelPage")));
        assert!(!is_later(&view("connect::Connect")));
    }
}
