//! Decides which addresses may be reached at all (protocols §5.6).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

/// Addresses of cloud metadata services outside the link-local range.
const METADATA_V4: [Ipv4Addr; 2] =
    [Ipv4Addr::new(100, 100, 100, 200), Ipv4Addr::new(192, 0, 0, 192)];
const METADATA_V6: Ipv6Addr = Ipv6Addr::new(0xfd00, 0x0ec2, 0, 0, 0, 0, 0, 0x0254);

/// An address that must not be reached.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refused {
    /// Neither http nor https.
    #[error("only http and https addresses can be used, not “{0}”")]
    Scheme(String),
    /// There is nothing to connect to.
    #[error("the address names no host")]
    NoHost,
    /// Link-local, metadata, unspecified, multicast or reserved.
    #[error("{0} is never used: it is link-local, a metadata service, or no single machine")]
    Never(IpAddr),
    /// Loopback or private while the setting forbids these.
    #[error("{0} is a local or private address, and the settings do not allow these")]
    Private(IpAddr),
}

/// Refuses addresses; as a resolver it pins each connection to an address it has checked.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Guard {
    /// Whether loopback and private ranges are allowed.
    pub(crate) allow_private: bool,
}

impl Guard {
    /// Checks what can be told before names are resolved. An address written as a number never
    /// reaches the resolver, so this must come before every request.
    pub(crate) fn check_url(self, url: &Url) -> Result<(), Refused> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(Refused::Scheme(url.scheme().to_owned()));
        }
        match url.host() {
            None => Err(Refused::NoHost),
            Some(Host::Domain(_)) => Ok(()),
            Some(Host::Ipv4(address)) => self.check_address(address.into()),
            Some(Host::Ipv6(address)) => self.check_address(address.into()),
        }
    }

    /// Checks one address.
    pub(crate) fn check_address(self, address: IpAddr) -> Result<(), Refused> {
        let reach = match address {
            IpAddr::V4(address) => reach_v4(address),
            IpAddr::V6(address) => reach_v6(address),
        };
        match reach {
            Reach::Public => Ok(()),
            Reach::Private if self.allow_private => Ok(()),
            Reach::Private => Err(Refused::Private(address)),
            Reach::Never => Err(Refused::Never(address)),
        }
    }

    /// The addresses of a host that may be reached. Port 0 stands for the scheme's or the URL's own.
    pub(crate) async fn addresses(
        self,
        host: &str,
        port: u16,
    ) -> Result<Vec<SocketAddr>, Box<dyn std::error::Error + Send + Sync>> {
        let found = tokio::net::lookup_host((host, port)).await?;
        Ok(self.filter(found)?)
    }

    /// Keeps the addresses that may be reached.
    fn filter(
        self,
        addresses: impl Iterator<Item = SocketAddr>,
    ) -> Result<Vec<SocketAddr>, Refused> {
        let mut refused = Refused::NoHost;
        let allowed: Vec<_> = addresses
            .filter(|address| match self.check_address(address.ip()) {
                Ok(()) => true,
                Err(reason) => {
                    refused = reason;
                    false
                }
            })
            .collect();
        if allowed.is_empty() { Err(refused) } else { Ok(allowed) }
    }
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = *self;
        Box::pin(async move {
            let allowed = guard.addresses(name.as_str(), 0).await?;
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

/// Whether a URL points, by its spelling alone, into this machine or its private network.
#[must_use]
pub fn is_local_host(url: &Url) -> bool {
    match url.host() {
        None => false,
        Some(Host::Ipv4(address)) => reach_v4(address) == Reach::Private,
        Some(Host::Ipv6(address)) => reach_v6(address) == Reach::Private,
        Some(Host::Domain(name)) => is_local_name(name),
    }
}

/// Whether a name without a dot, or below a suffix reserved for private networks, is meant.
pub(crate) fn is_local_name(name: &str) -> bool {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    !name.contains('.')
        || [".localhost", ".local", ".lan", ".internal", ".home.arpa"]
            .iter()
            .any(|suffix| name.ends_with(suffix))
}

/// How far an address reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    Public,
    Private,
    Never,
}

fn reach_v4(address: Ipv4Addr) -> Reach {
    let [first, second, ..] = address.octets();
    if first == 0 || first >= 224 || address.is_link_local() || METADATA_V4.contains(&address) {
        return Reach::Never;
    }
    let carrier_grade_nat = first == 100 && (second & 0xc0) == 64;
    let benchmarking = first == 198 && (second & 0xfe) == 18;
    if address.is_loopback() || address.is_private() || carrier_grade_nat || benchmarking {
        return Reach::Private;
    }
    Reach::Public
}

fn reach_v6(address: Ipv6Addr) -> Reach {
    if address == Ipv6Addr::LOCALHOST {
        return Reach::Private;
    }
    if address.is_unspecified()
        || address.is_multicast()
        || address.is_unicast_link_local()
        || address == METADATA_V6
    {
        return Reach::Never;
    }
    if let Some(inner) = embedded_v4(address) {
        return reach_v4(inner);
    }
    let deprecated_site_local = address.segments()[0] & 0xffc0 == 0xfec0;
    if address.is_unique_local() || deprecated_site_local {
        return Reach::Private;
    }
    Reach::Public
}

/// The IPv4 address a mapped, compatible, NAT64 or 6to4 address leads to.
fn embedded_v4(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let segments = address.segments();
    let pair = |high: u16, low: u16| {
        let [a, b] = high.to_be_bytes();
        let [c, d] = low.to_be_bytes();
        Ipv4Addr::new(a, b, c, d)
    };
    match segments {
        [0, 0, 0, 0, 0, 0 | 0xffff, high, low] => Some(pair(high, low)),
        [0, 0, 0, 0, 0xffff, 0, high, low] => Some(pair(high, low)),
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => Some(pair(high, low)),
        [0x2002, high, low, ..] => Some(pair(high, low)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const OPEN: Guard = Guard { allow_private: true };
    const STRICT: Guard = Guard { allow_private: false };

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn never_addresses_are_refused_in_every_spelling() {
        for text in [
            "http://169.254.169.254/v1",
            "http://0xa9fea9fe/",
            "http://2852039166/",
            "http://0.0.0.0:8080",
            "http://0/",
            "http://[::]",
            "http://[fe80::1]",
            "http://[fd00:ec2::254]",
            "http://[::ffff:169.254.169.254]",
            "http://[::ffff:0.0.0.0]",
            "http://[::169.254.169.254]",
            "http://[64:ff9b::a9fe:a9fe]",
            "http://[2002:a9fe:a9fe::1]",
            "http://[ff02::1]",
            "http://[::ffff:224.0.0.1]",
            "http://224.0.0.1",
            "http://255.255.255.255",
            "http://100.100.100.200",
        ] {
            assert!(matches!(OPEN.check_url(&url(text)), Err(Refused::Never(_))), "{text}");
        }
    }

    #[test]
    fn private_addresses_follow_the_setting() {
        for text in [
            "http://127.0.0.1:11434",
            "http://10.1.2.3",
            "http://172.16.0.1",
            "http://192.168.1.1",
            "http://100.64.0.1",
            "http://[::1]:8080",
            "http://[fd12::1]",
            "http://[::ffff:127.0.0.1]",
        ] {
            assert_eq!(OPEN.check_url(&url(text)), Ok(()), "{text}");
            assert!(matches!(STRICT.check_url(&url(text)), Err(Refused::Private(_))), "{text}");
        }
        assert_eq!(STRICT.check_url(&url("https://93.184.216.34")), Ok(()));
        assert_eq!(STRICT.check_url(&url("https://[2606:4700::1111]")), Ok(()));
    }

    #[test]
    fn other_schemes_are_refused() {
        assert!(matches!(OPEN.check_url(&url("ftp://example.com")), Err(Refused::Scheme(_))));
        assert!(matches!(OPEN.check_url(&url("file:///etc/passwd")), Err(Refused::Scheme(_))));
    }

    #[tokio::test]
    async fn a_resolved_name_is_checked_too() {
        let name = || "localhost".parse::<Name>().unwrap();
        let found: Vec<_> = OPEN.resolve(name()).await.unwrap().collect();
        assert!(found.iter().all(|address| address.ip().is_loopback()) && !found.is_empty());
        let refused = STRICT.resolve(name()).await.err().unwrap();
        assert!(matches!(refused.downcast_ref(), Some(Refused::Private(_))));
    }

    #[test]
    fn only_allowed_addresses_of_a_name_are_kept() {
        let addresses = ["169.254.169.254:0", "93.184.216.34:0", "10.0.0.1:0"];
        let addresses = addresses.map(|text| text.parse::<SocketAddr>().unwrap());
        let kept = STRICT.filter(addresses.into_iter()).unwrap();
        assert_eq!(kept, [addresses[1]]);
    }

    proptest! {
        #[test]
        fn mapping_an_address_never_opens_it(bits: u32) {
            let plain = Ipv4Addr::from(bits);
            prop_assert_eq!(
                STRICT.check_address(plain.into()).is_ok(),
                STRICT.check_address(plain.to_ipv6_mapped().into()).is_ok()
            );
        }
    }

    #[test]
    fn local_hosts_are_told_by_their_spelling() {
        for text in ["http://localhost", "http://vllm:8000", "http://nas.local", "http://10.0.0.1"]
        {
            assert!(is_local_host(&url(text)), "{text}");
        }
        for text in ["https://api.openai.com", "http://8.8.8.8"] {
            assert!(!is_local_host(&url(text)), "{text}");
        }
    }
}
