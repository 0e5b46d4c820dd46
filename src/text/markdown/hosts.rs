//! The hosts that a README points to.

use super::MAX_HOSTS;

/// Hosts whose first path segment names a package registry, a kind of badge or a kind of content.
const TELLING: &[&str] = &[
    "badge.fury.io",
    "badgen.net",
    "cdn.jsdelivr.net",
    "chrome.google.com",
    "flat.badgen.net",
    "img.shields.io",
    "nodei.co",
    "play.google.com",
    "shields.io",
];

/// The longest host name of the DNS is 253 bytes; what is longer than this is no registry and no badge.
const MAX_HOST: usize = 80;

/// Hosts in the order of their first appearance, separated by spaces, up to [`MAX_HOSTS`] bytes.
#[derive(Debug, Default)]
pub struct Hosts(String);

impl Hosts {
    /// Notes the host of a web address; other targets (relative paths, anchors, `mailto:`) have none.
    pub fn note(&mut self, target: &str) {
        let Some((host, path)) = split(target) else { return };
        let mut name = host.to_ascii_lowercase();
        if TELLING.contains(&name.as_str()) {
            let segment = path.split(|c: char| !is_name(c)).next().unwrap_or_default();
            if !segment.is_empty() && segment.len() <= MAX_HOST {
                name.push('/');
                name.push_str(&segment.to_ascii_lowercase());
            }
        }
        let fits = self.0.len() + name.len() < MAX_HOSTS;
        if fits && !self.0.split(' ').any(|known| known == name) {
            if !self.0.is_empty() {
                self.0.push(' ');
            }
            self.0.push_str(&name);
        }
    }

    /// The list as text.
    pub fn into_text(self) -> String {
        self.0
    }
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_')
}

/// Host (without `www.`, user and port) and path (without its leading slash) of a web address.
fn split(target: &str) -> Option<(&str, &str)> {
    let target = target.trim_start();
    let rest = match target.split_once("://") {
        Some((scheme, rest)) if is_web(scheme) => rest,
        _ if target.starts_with("www.") => target,
        _ => target.strip_prefix("//")?,
    };
    let end = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let host = authority.rsplit('@').next().and_then(|host| host.split(':').next())?;
    let host =
        host.strip_prefix("www.").unwrap_or(host).trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
    let named = host.starts_with(|c: char| c.is_ascii_alphanumeric()) && host.chars().all(is_name);
    (named && host.len() <= MAX_HOST).then(|| (host, path.strip_prefix('/').unwrap_or_default()))
}

fn is_web(scheme: &str) -> bool {
    scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noted(targets: &[&str]) -> String {
        let mut hosts = Hosts::default();
        for target in targets {
            hosts.note(target);
        }
        hosts.into_text()
    }

    #[test]
    fn a_host_is_told_without_www_user_port_path_and_query() {
        let targets = [
            "https://www.Example.org:8080/a/b",
            "http://me@host.test?x=1",
            "//cdn.test/x.js",
            "www.plain.test.,",
        ];
        assert_eq!(noted(&targets), "example.org host.test cdn.test plain.test");
    }

    #[test]
    fn registries_and_badges_tell_their_ecosystem() {
        let targets = [
            "https://img.shields.io/npm/v/parcel.svg",
            "https://badge.fury.io/py/parcel.svg",
            "https://img.shields.io/",
            "https://crates.io/crates/parcel",
        ];
        assert_eq!(noted(&targets), "img.shields.io/npm badge.fury.io/py img.shields.io crates.io");
    }

    #[test]
    fn a_repeated_host_is_listed_once_where_it_came_first() {
        assert_eq!(noted(&["http://b.test/1", "http://a.test", "https://b.test/2"]), "b.test a.test");
    }

    #[test]
    fn paths_anchors_mail_and_templates_have_no_host() {
        let targets = [
            "docs/a.md",
            "#usage",
            "mailto:me@here.test",
            "https://{{host}}/x",
            "go?to=http://x.test",
            "https://",
        ];
        assert_eq!(noted(&targets), "");
    }

    #[test]
    fn the_list_stops_growing_at_its_limit() {
        let mut hosts = Hosts::default();
        for n in 0..MAX_HOSTS {
            hosts.note(&format!("http://h{n}.test"));
        }
        let text = hosts.into_text();
        assert!((MAX_HOSTS - 20..=MAX_HOSTS).contains(&text.len()), "{text}");
    }
}
