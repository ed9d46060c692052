//! The words of a note: Markdown, shown as HTML in which nothing runs.
//!
//! What is written as HTML is shown as it was written, pictures become links, and what comes out
//! goes through a sanitizer that knows a short list of elements.

use std::{collections::HashMap, sync::LazyLock};

use ammonia::{Builder, UrlRelative};
use comrak::{
    Arena, Options,
    arena_tree::NodeEdge,
    format_html,
    nodes::{Node, NodeValue},
    parse_document,
};
use shared_types::MemberId;

use crate::core::error::{DomainError, DomainResult};

/// The most members whom a note mentions.
pub const MAX_MENTIONS: usize = 20;

/// The most characters of the title of a note, and of the words around a mention.
const EXCERPT: usize = 200;

/// How deeply quotes, lists and words may lie in each other; what is deeper is shown as it was written.
/// A sanitizer takes minutes over twenty thousand quotes in quotes.
const MAX_DEPTH: usize = 40;

/// What the address of a mention begins with: `@[Name](member:ID)`.
const SCHEME: &str = "member:";

/// A member whom a note mentions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mentioned {
    /// The member.
    pub member: MemberId,
    /// The words around the mention, without what makes them bold or a link.
    pub around: String,
}

fn options() -> Options<'static> {
    let mut options = Options::default();
    options.extension.autolink = true;
    options.extension.strikethrough = true;
    options.extension.table = true;
    options.render.escape = true;
    // People end a line where they want it to end.
    options.render.hardbreaks = true;
    options
}

static SANITIZER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::empty();
    builder
        .add_tags([
            "a",
            "blockquote",
            "br",
            "code",
            "del",
            "em",
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "hr",
            "li",
            "ol",
            "p",
            "pre",
            "span",
            "strong",
            "table",
            "tbody",
            "td",
            "th",
            "thead",
            "tr",
            "ul",
        ])
        .add_tag_attributes("a", ["href"])
        .add_tag_attributes("ol", ["start"])
        .add_tag_attributes("td", ["align"])
        .add_tag_attributes("th", ["align"])
        .add_allowed_classes("span", ["mention"])
        .add_url_schemes(["http", "https", "mailto", "tel"])
        .url_relative(UrlRelative::Deny)
        .link_rel(Some("noopener nofollow ugc"))
        .set_tag_attribute_value("a", "target", "_blank");
    builder
});

/// The member whom a node mentions: a link to `member:ID` behind an `@`.
fn mention(node: Node<'_>) -> Option<Result<MemberId, String>> {
    let data = node.data();
    let NodeValue::Link(link) = &data.value else {
        return None;
    };
    let id = link.url.strip_prefix(SCHEME)?;
    let marked = node.previous_sibling().is_some_and(
        |before| matches!(&before.data().value, NodeValue::Text(text) if text.ends_with('@')),
    );
    marked.then(|| id.parse().map_err(|_| id.to_owned()))
}

/// The text below a node.
fn text_of(node: Node<'_>) -> String {
    let mut text = String::new();
    for node in node.descendants() {
        match &node.data().value {
            NodeValue::Text(words) => text.push_str(words),
            NodeValue::Code(code) => text.push_str(&code.literal),
            NodeValue::CodeBlock(block) => text.push_str(&block.literal),
            NodeValue::HtmlInline(html) => text.push_str(html),
            NodeValue::HtmlBlock(block) => text.push_str(&block.literal),
            NodeValue::SoftBreak | NodeValue::LineBreak => text.push(' '),
            value if value.block() && !text.is_empty() => text.push(' '),
            _ => {}
        }
    }
    text
}

fn collapsed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The beginning of a text, on one line.
fn excerpt(text: &str) -> String {
    let line = collapsed(text);
    match line.char_indices().nth(EXCERPT) {
        Some((end, _)) => format!("{}…", line[..end].trim_end()),
        None => line,
    }
}

/// The words of a note without its marks: by these it is found.
#[must_use]
pub fn plain(body: &str) -> String {
    let arena = Arena::new();
    collapsed(&text_of(parse_document(&arena, body, &options())))
}

/// The beginning of a note, on one line: what it is called where one line is all there is.
#[must_use]
pub fn title(body: &str) -> String {
    excerpt(&plain(body))
}

/// The members whom a note mentions, each once, in order.
///
/// # Errors
/// Invalid on `body` where a mention names no id, or there are more than [`MAX_MENTIONS`].
pub fn mentions(body: &str) -> DomainResult<Vec<Mentioned>> {
    let arena = Arena::new();
    let mut found: Vec<Mentioned> = Vec::new();
    for node in parse_document(&arena, body, &options()).descendants() {
        let member = match mention(node) {
            None => continue,
            Some(Ok(member)) => member,
            Some(Err(id)) => {
                return Err(DomainError::invalid(
                    "body",
                    format!("mentions `{id}`, which is no id of a member"),
                ));
            }
        };
        if found.iter().any(|known| known.member == member) {
            continue;
        }
        let block = node
            .ancestors()
            .find(|above| above.data().value.block())
            .unwrap_or(node);
        found.push(Mentioned {
            member,
            around: excerpt(&text_of(block)),
        });
    }
    if found.len() > MAX_MENTIONS {
        return Err(DomainError::invalid(
            "body",
            format!("mentions more than {MAX_MENTIONS} members"),
        ));
    }
    Ok(found)
}

/// The HTML of a note. Members are called what they are called now; those of whom `names` knows
/// nothing, what the note calls them.
#[must_use]
pub fn html(body: &str, names: &HashMap<MemberId, String>) -> String {
    let arena = Arena::new();
    let options = options();
    let root = parse_document(&arena, body, &options);
    if is_deep(root) {
        let lines: Vec<String> = body.lines().map(ammonia::clean_text).collect();
        return SANITIZER
            .clean(&format!("<p>{}</p>", lines.join("<br>")))
            .to_string();
    }
    let nodes: Vec<Node<'_>> = root.descendants().collect();
    for node in nodes {
        if let Some(member) = mention(node) {
            let written = text_of(node);
            let name = member.ok().and_then(|id| names.get(&id)).cloned();
            chip(node, &name.unwrap_or(written));
        }
        picture_to_link(node);
    }
    let mut rendered = String::new();
    // Writing to a string does not fail.
    let _ = format_html(root, &options, &mut rendered);
    SANITIZER.clean(&rendered).to_string()
}

/// Whether something lies deeper than [`MAX_DEPTH`].
fn is_deep(root: Node<'_>) -> bool {
    let mut depth = 0_usize;
    root.traverse().any(|edge| {
        match edge {
            NodeEdge::Start(_) => depth += 1,
            NodeEdge::End(_) => depth -= 1,
        }
        depth > MAX_DEPTH
    })
}

/// Puts the name of a member in the place of the link that mentions it, and of the `@` before it.
fn chip(node: Node<'_>, name: &str) {
    if let Some(before) = node.previous_sibling()
        && let NodeValue::Text(text) = &mut before.data_mut().value
    {
        let kept = text.strip_suffix('@').unwrap_or(text).to_owned();
        *text = kept.into();
    }
    let children: Vec<Node<'_>> = node.children().collect();
    for child in children {
        child.detach();
    }
    let name = ammonia::clean_text(name);
    node.data_mut().value = NodeValue::Raw(format!("<span class=\"mention\">@{name}</span>"));
}

/// A picture would be fetched from elsewhere by whoever reads the note: a link is followed on purpose.
fn picture_to_link(node: Node<'_>) {
    let mut data = node.data_mut();
    if let NodeValue::Image(link) = &mut data.value {
        let link = std::mem::take(link);
        data.value = NodeValue::Link(link);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ANNA: &str = "01936e2a-7b1c-7cc3-98c4-dc0c0c07398f";

    fn shown(body: &str) -> String {
        html(body, &HashMap::new()).trim_end().to_owned()
    }

    #[test]
    fn markdown_is_shown_as_people_mean_it() {
        assert_eq!(
            shown("**Bold**, ~~gone~~\nand a second line"),
            "<p><strong>Bold</strong>, <del>gone</del><br>\nand a second line</p>"
        );
        assert_eq!(
            shown("see https://acme.example/a?b=1&c=2"),
            "<p>see <a href=\"https://acme.example/a?b=1&amp;c=2\" target=\"_blank\" rel=\"noopener nofollow ugc\">https://acme.example/a?b=1&amp;c=2</a></p>"
        );
        assert!(shown("- one\n- two").starts_with("<ul>\n<li>one</li>"));
        assert!(shown("| a | b |\n|---|---|\n| 1 | 2 |").contains("<th>a</th>"));
    }

    #[test]
    fn nothing_that_is_written_runs() {
        for (body, wanted) in [
            ("<script>alert(1)</script>", "&lt;script&gt;"),
            ("<img src=x onerror=alert(1)>", "&lt;img"),
            ("a <b onclick=alert(1)>b</b>", "&lt;b onclick"),
            ("[x](javascript:alert(1))", ">x</a>"),
            ("[x](JaVaScRiPt:alert(1))", ">x</a>"),
            ("[x](data:text/html,<script>)", "x"),
            ("[x](/api/v1/auth/logout)", "x"),
            (
                "![x](https://evil.example/p.png)",
                "<a href=\"https://evil.example/p.png\"",
            ),
            (
                "<https://x.example/\" onmouseover=\"a>",
                "</a>\" onmouseover",
            ),
            (
                "@[<img src=x onerror=alert(1)>](member:01936e2a-7b1c-7cc3-98c4-dc0c0c07398f)",
                "mention",
            ),
            ("[x](vbscript:a)", "x"),
            ("<svg><style>@import 'x'</style></svg>", "&lt;svg"),
        ] {
            let html = shown(body);
            assert!(html.contains(wanted), "{body}: {html}");
            for bad in [
                "<script", "<img", "<svg", "<b ", "script:", "data:", "href=\"/",
            ] {
                assert!(!html.contains(bad), "{body}: {html}");
            }
        }
    }

    #[test]
    fn mentions_are_chips_with_the_present_name() {
        let body = format!("Ask @[Anna *Old*](member:{ANNA}), not `@[x](member:{ANNA})`.");
        let names = HashMap::from([(ANNA.parse().unwrap(), "Anna <New>".to_owned())]);
        assert_eq!(
            html(&body, &names).trim_end(),
            format!(
                "<p>Ask <span class=\"mention\">@Anna&#32;&lt;New&gt;</span>, not <code>@[x](member:{ANNA})</code>.</p>"
            )
            .replace("&#32;", " ")
        );
        assert!(shown(&body).contains("@Anna Old</span>"));
        let found = mentions(&body).unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!(
            found[0].around,
            format!("Ask @Anna Old, not @[x](member:{ANNA}).")
        );
        assert!(mentions("mail anna@[x](member:y)").is_err());
        assert!(mentions("[x](member:y) and @x").unwrap().is_empty());
        let many: String = (0..=MAX_MENTIONS)
            .map(|n| format!("@[x](member:{}) ", uuid::Uuid::from_u128(n as u128)))
            .collect();
        assert!(mentions(&many).is_err());
    }

    #[test]
    fn a_note_is_called_by_its_beginning() {
        assert_eq!(
            title("# Call\n\nwith *Acme*\nabout it"),
            "Call with Acme about it"
        );
        assert_eq!(title(&"long ".repeat(100)).chars().count(), EXCERPT);
        assert_eq!(plain(" \n"), "");
    }

    #[test]
    fn depth_is_no_trouble() {
        assert_eq!(
            shown(&">".repeat(MAX_DEPTH)).matches("&gt;").count(),
            MAX_DEPTH
        );
        for piece in [">", "1. ", "*", "[", "- ", "![", "`", "<a>", "|", "@["] {
            let body = piece.repeat(20_000 / piece.len());
            shown(&body);
            mentions(&body).unwrap();
        }
    }

    proptest! {
        #[test]
        fn whatever_is_written_is_shown_without_what_runs(
            body in "([<>\"'`*_~|@#&;:/()\\[\\]!= \n-]|script|javascript:|onerror|member:|img|href|https://|[a-z]){0,60}"
        ) {
            let html = shown(&body);
            prop_assert_eq!(SANITIZER.clean(&html).to_string(), html.clone());
            prop_assert!(!html.contains("<script") && !html.contains("<img"), "{}", html);
        }
    }
}
