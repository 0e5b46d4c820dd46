//! Where repositories are kept.

const HOSTS: [&str; 5] = ["github.com", "gitlab.com", "codeberg.org", "bitbucket.org", "git.sr.ht"];

/// First parts of paths that are pages of the site and nobody's repositories.
const PAGES: [&str; 14] = [
    "about",
    "apps",
    "collections",
    "explore",
    "features",
    "groups",
    "marketplace",
    "orgs",
    "search",
    "settings",
    "sponsors",
    "topics",
    "trending",
    "users",
];

/// What may follow a repository in a URL that still means it: its README or a folder, not one of its issues.
const INSIDE: [&str; 3] = ["tree", "blob", "src"];

/// `owner/repo`, when a URL is that of a repository.
pub fn repository(url: &str) -> Option<String> {
    let (scheme, rest) = url.trim().split_once("://")?;
    if !scheme.eq_ignore_ascii_case("https") && !scheme.eq_ignore_ascii_case("http") {
        return None;
    }
    let path = rest.split(['?', '#']).next()?;
    let mut parts = path.split('/');
    let host = parts.next()?.to_lowercase();
    let host = host.strip_prefix("www.").unwrap_or(&host);
    let parts: Vec<&str> = parts.take_while(|part| *part != "-").filter(|part| !part.is_empty()).collect();
    let (owner, name, rest) = match parts.as_slice() {
        // Groups of GitLab have groups.
        [owner @ .., name] if host == "gitlab.com" && !owner.is_empty() => (owner.join("/"), name, None),
        [owner, name, rest @ ..] => ((*owner).to_owned(), name, rest.first()),
        _ => return None,
    };
    let is_repository = HOSTS.contains(&host)
        && !PAGES.contains(&owner.split('/').next().unwrap_or_default())
        && rest.is_none_or(|rest| INSIDE.contains(rest));
    let name = name.strip_suffix(".git").unwrap_or(name);
    (is_repository && !name.is_empty()).then(|| format!("{owner}/{name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repository_is_told_from_other_pages() {
        let name = |url: &str| repository(url).unwrap_or_default();
        for url in [
            "https://github.com/birch/tally",
            "http://www.github.com/birch/tally.git",
            "https://GitHub.com/birch/tally/?tab=readme-ov-file#usage",
            "https://github.com/birch/tally/tree/main/tools",
            "https://codeberg.org/birch/tally/src/branch/main",
            "https://gitlab.com/birch/tally/-/blob/main/README.md",
        ] {
            assert_eq!(name(url), "birch/tally", "{url}");
        }
        assert_eq!(name("https://gitlab.com/wood/birch/tally"), "wood/birch/tally");
        assert_eq!(name("https://git.sr.ht/~birch/tally"), "~birch/tally");
        for url in [
            "https://github.com/birch",
            "https://github.com/topics/cli",
            "https://github.com/sponsors/birch",
            "https://github.com/birch/tally/issues/7",
            "https://github.com/birch/tally/actions/workflows/ci.yml",
            "https://example.org/birch/tally",
            "github.com/birch/tally",
            "#birch/tally",
            "mailto://github.com/birch/tally",
        ] {
            assert_eq!(name(url), "", "{url}");
        }
    }
}
