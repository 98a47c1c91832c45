//! Where transactions, addresses and blocks can be looked up, if the relay names a block explorer. Paths as EIP-3091 has them.

use thunder_channel::{Address, checksummed};

/// The address of a block explorer: http or https, without a slash at its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explorer(String);

impl Explorer {
    /// Reads an address. What a link leads to is chosen here, so anything but the web is refused.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let rest = text
            .strip_prefix("https://")
            .or_else(|| text.strip_prefix("http://"))?;
        let good = !rest.starts_with('/')
            && !rest.is_empty()
            && rest.bytes().all(|byte| {
                byte.is_ascii_alphanumeric()
                    || matches!(byte, b'.' | b'-' | b':' | b'/' | b'_' | b'~' | b'[' | b']')
            });
        good.then(|| Self(text.trim_end_matches('/').to_owned()))
    }

    /// The page of a transaction; nothing for a text that is no hash of one.
    #[must_use]
    pub fn transaction(&self, hash: &str) -> Option<String> {
        let digits = hash.strip_prefix("0x")?;
        let is_hash = digits.len() == 64 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_hash.then(|| format!("{}/tx/{hash}", self.0))
    }

    /// The page of an account or contract.
    #[must_use]
    pub fn address(&self, address: Address) -> String {
        format!("{}/address/{}", self.0, checksummed(address))
    }

    /// The page of a block.
    #[must_use]
    pub fn block(&self, number: u64) -> String {
        format!("{}/block/{number}", self.0)
    }

    /// Its own page, for a wallet that wants to know it.
    #[must_use]
    pub fn home(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_those_of_the_standard() {
        let explorer = Explorer::parse("https://explorer.example/").unwrap();
        let hash = format!("0x{}", "ab".repeat(32));
        assert_eq!(
            explorer.transaction(&hash),
            Some(format!("https://explorer.example/tx/{hash}"))
        );
        assert_eq!(
            explorer.address(Address::zero()),
            "https://explorer.example/address/0x0000000000000000000000000000000000000000"
        );
        assert_eq!(explorer.block(12), "https://explorer.example/block/12");
        assert_eq!(explorer.home(), "https://explorer.example");
        // What is told can be something else than a hash.
        for other in ["", "0xab", "a note", &hash[2..], &format!("{hash}/../../evil")] {
            assert_eq!(explorer.transaction(other), None, "{other}");
        }
    }

    #[test]
    fn only_the_web_is_linked() {
        assert!(Explorer::parse("http://localhost:4000/chain").is_some());
        for wrong in [
            "",
            "https://",
            "https:///x",
            "javascript:alert(1)",
            "data:text/html,x",
            "//explorer.example",
            "HTTPS://explorer.example",
            "https://me@explorer.example",
            "https://explorer.example/?q=",
            "https://explorer.example/#",
            "https://explorer.example/ x",
            "https://explorer.example/\"><script>",
        ] {
            assert_eq!(Explorer::parse(wrong), None, "{wrong}");
        }
    }
}
