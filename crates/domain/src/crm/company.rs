//! Companies: groups without circles, and what a web address says.

use shared_types::CompanyId;

use crate::core::error::{DomainError, DomainResult};

/// How many companies may stand above one another.
pub const MAX_PARENTS: usize = 20;

/// Whether a company may belong to a parent. `above` are the parent's own parents, from the
/// nearest to the farthest (it need not go beyond [`MAX_PARENTS`]); `me` is `None` for a new
/// company.
///
/// # Errors
/// `Invalid` on `parentId` when the company would be above itself, or too deep.
pub fn check_parent(
    me: Option<CompanyId>,
    parent: CompanyId,
    above: &[CompanyId],
) -> DomainResult<()> {
    let refuse = |message: &str| Err(DomainError::invalid("parentId", message));
    if let Some(me) = me {
        if parent == me {
            return refuse("must be another company");
        }
        if above.contains(&me) {
            return refuse("belongs to this company, which cannot belong to it as well");
        }
    }
    if above.len() + 1 > MAX_PARENTS {
        return refuse("already has 20 companies above it, which is the most");
    }
    Ok(())
}

/// The Internet domain that a web address is at, lower case, without `www.`; `None` where there
/// is none to tell (an IP address, a host without a dot, no address at all). The scheme may be
/// missing.
#[must_use]
pub fn domain_from_website(website: &str) -> Option<String> {
    let rest = website.trim();
    let rest = match rest.split_once("://") {
        Some((scheme, rest)) => {
            let web = scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
            web.then_some(rest)?
        }
        None => rest,
    };
    let host = rest.split(['/', '?', '#', '\\']).next()?;
    let host = host.rsplit('@').next()?;
    let host = host.split(':').next()?;
    let host = host.trim_end_matches('.').to_lowercase();
    let host = match host.strip_prefix("www.") {
        Some(rest) if rest.contains('.') => rest,
        _ => &host,
    };
    let last = host.rsplit('.').next()?;
    let all_digits = last.chars().all(|letter| letter.is_ascii_digit());
    (!all_digits && host.len() <= 253 && shared_types::domain_name(host).is_ok())
        .then(|| host.to_owned())
}

/// A web address as it is stored: `https://` is put before one without scheme. `None` when it is
/// none.
#[must_use]
pub fn website_from_text(text: &str) -> Option<String> {
    let text = text.trim();
    let website = if text.contains("://") {
        text.to_owned()
    } else {
        domain_from_website(text)?;
        format!("https://{text}")
    };
    shared_types::web_address(&website).ok()?;
    Some(website)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn company(number: u128) -> CompanyId {
        CompanyId(Uuid::from_u128(number))
    }

    #[test]
    fn no_company_is_above_itself() {
        let (me, parent) = (company(1), company(2));
        assert!(check_parent(Some(me), parent, &[company(3)]).is_ok());
        assert!(check_parent(Some(me), me, &[]).is_err());
        assert!(check_parent(Some(me), parent, &[company(3), me]).is_err());
        assert!(check_parent(None, parent, &[]).is_ok());
        let deep: Vec<_> = (10..30).map(company).collect();
        assert!(check_parent(None, parent, &deep[..19]).is_ok());
        assert!(check_parent(None, parent, &deep).is_err());
    }

    #[test]
    fn domains_of_web_addresses() {
        for (website, domain) in [
            ("https://www.Acme.example/about?x=1", Some("acme.example")),
            ("acme.example", Some("acme.example")),
            (
                "http://u:p@shop.acme.example:8080/",
                Some("shop.acme.example"),
            ),
            ("https://www.com", Some("www.com")),
            ("https://münchen.de", Some("münchen.de")),
            ("https://acme.example.", Some("acme.example")),
            ("https://127.0.0.1/", None),
            ("https://[::1]/", None),
            ("https://localhost", None),
            ("mailto://a@b.c", None),
            ("", None),
            ("n/a", None),
        ] {
            assert_eq!(domain_from_website(website).as_deref(), domain, "{website}");
        }
    }

    #[test]
    fn websites_get_a_scheme() {
        assert_eq!(
            website_from_text(" www.acme.example/x ").as_deref(),
            Some("https://www.acme.example/x")
        );
        assert_eq!(
            website_from_text("http://acme.example").as_deref(),
            Some("http://acme.example")
        );
        assert_eq!(website_from_text("javascript://x.y"), None);
        assert_eq!(website_from_text("no site"), None);
    }
}
