//! The `html` page, as a parser of the standard reads it.

use super::naughty;
use super::support::{root, stdout};
use html5ever::tendril::TendrilSink as _;
use markup5ever_rcdom::{Handle, NodeData, RcDom};
use sha2::{Digest as _, Sha256};
use tool_compare::internal::catalog::record::Score;
use tool_compare::internal::catalog::record::{Profile, ProfileFields, Record, RemarkFields, Review, Verdict};
use tool_compare::internal::format::{FORMATS, Style};
use tool_compare::internal::report::Report;
use tool_compare::internal::text::{clean_block, clean_line};
use tool_compare::internal::verdict::Options;

/// An element: its name, its attributes, and its depth.
struct Element {
    name: String,
    attributes: Vec<(String, String)>,
    depth: usize,
    text: String,
}

impl Element {
    fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// A page as it is parsed: its elements from top to bottom, and all its text. Errors of the parser fail.
fn parsed(page: &str) -> Vec<Element> {
    let dom = html5ever::parse_document(RcDom::default(), html5ever::ParseOpts::default()).one(page);
    let errors = dom.errors.borrow();
    assert!(errors.is_empty(), "{errors:?}");
    let (mut elements, mut text) = (Vec::new(), String::new());
    walk(&dom.document, 0, &mut elements, &mut text);
    elements
}

/// Adds the elements of `node` to `into`, and its text to `all`.
fn walk(node: &Handle, depth: usize, into: &mut Vec<Element>, all: &mut String) {
    let (at, start) = (into.len(), all.len());
    match &node.data {
        NodeData::Element { name, attrs, .. } => {
            let attributes = attrs.borrow();
            let attributes = attributes.iter().map(|a| (a.name.local.to_string(), a.value.to_string())).collect();
            into.push(Element { name: name.local.to_string(), attributes, depth, text: String::new() });
        }
        NodeData::Text { contents } => all.push_str(&contents.borrow()),
        NodeData::Comment { .. } | NodeData::ProcessingInstruction { .. } => panic!("a comment at {at}"),
        NodeData::Document | NodeData::Doctype { .. } => {}
    }
    for child in node.children.borrow().iter() {
        walk(child, depth + 1, into, all);
    }
    if matches!(node.data, NodeData::Element { .. }) {
        all[start..].clone_into(&mut into[at].text);
    }
}

/// Everything of a page that is not a text of its record: names, depths, attributes with what they hold, where that
/// is ours.
fn shape(page: &[Element]) -> Vec<String> {
    let held = |(name, value): &(String, String)| match name.as_str() {
        // Texts of a record, which stand in an attribute: a label, the description of the page.
        "data-label" | "aria-label" | "content" => name.clone(),
        // What reviewers are called makes anchors, of a few letters only.
        "id" | "href" if name == "id" || value.starts_with('#') => {
            let anchor = value.trim_start_matches('#');
            let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_.".contains(c);
            assert!(!anchor.is_empty() && anchor.chars().all(is_plain), "{name}={value}");
            name.clone()
        }
        _ => format!("{name}={value}"),
    };
    page.iter()
        .map(|e| format!("{} {} {}", e.depth, e.name, e.attributes.iter().map(held).collect::<Vec<_>>().join(" ")))
        .collect()
}

/// A tool of which every text is `texts[which]` with a mark of its place in front, and whose reviewers are called like
/// this and the next texts.
fn tool(which: usize, texts: &[String], at: &dyn Fn(&str) -> Option<String>) -> Record {
    let text = &texts[which];
    let said = |place: &str| format!("Q{which}{place}Z{text}");
    let some = |place: &str| Some(said(place));
    let review = |(i, (score, verdict)): (usize, (u32, Verdict))| {
        let reviewer = (which + i) % texts.len();
        Review {
            reviewer: format!("Q{reviewer}reviewer{}Z{}", i / texts.len(), texts[reviewer]).into(),
            score: Score::from_millionths(score * 1_000_000),
            verdict: Some(verdict),
            date: None,
            remarks: RemarkFields { label: None, text: some(&format!("words{i}")) }.into(),
        }
    };
    let scores = [
        (84, Verdict::Ship),
        (70 + 9 * u32::from(which == 1), Verdict::Ship),
        (35, Verdict::Skip),
        (84, Verdict::Ship),
    ];
    Record {
        slug: format!("tool-{which}").into(),
        name: said("name").into(),
        aliases: vec![said("alias")],
        category: some("category").map(Into::into),
        profile: Profile::from(ProfileFields {
            tagline: some("tagline").map(Into::into),
            description: some("description").map(Into::into),
            url: at("url").map(Into::into),
            best_for: some("bestfor").map(Into::into),
            pricing_entry: some("entry").map(Into::into),
            pricing_detail: some("detail").map(Into::into),
            source_label: some("label").map(Into::into),
            source_url: at("source").map(Into::into),
            community_ship: Some(3),
            community_skip: Some(1),
        }),
        reviews: scores.into_iter().enumerate().map(review).collect(),
    }
}

fn page(report: &Report) -> String {
    let html = FORMATS.iter().find(|format| format.name() == "html").expect("the format");
    html.format(report, &Style::default()).expect("a page")
}

/// A comparison of tools that say each of `texts` everywhere, with `at` their address, and a page of the first of them.
fn pages(texts: &[String], at: &dyn Fn(usize, &str) -> Option<String>) -> [String; 2] {
    let records: Vec<Record> = (0..texts.len()).map(|i| tool(i, texts, &|place| at(i, place))).collect();
    let options = Options::default();
    let comparison = Report::comparison(&records, &options, true).expect("a comparison");
    let single = Report::tool(&records[0], &options, false).expect("a report");
    [page(&comparison), page(&single)]
}

/// `text` without anything that could be markup, of the same lines and words.
fn harmless(text: &str) -> String {
    text.chars().map(|c| if c.is_whitespace() || c.is_control() { c } else { 'x' }).collect()
}

#[test]
fn a_hostile_page_has_the_shape_of_a_harmless_one_and_says_everything() {
    let texts = naughty::texts();
    assert!(texts.len() > 300, "only {} texts", texts.len());
    for texts in texts.chunks(10) {
        let tame: Vec<String> = texts.iter().map(|text| harmless(text)).collect();
        let tame = pages(&tame, &|_, _| Some("nowhere".to_owned()));
        let hostile = pages(texts, &|i, place| Some(format!("Q{place}Z{}", texts[i])));
        for (at, (hostile, tame)) in hostile.iter().zip(&tame).enumerate() {
            assert!(hostile.chars().all(|c| c == '\n' || !super::support::is_hostile(c)), "{texts:?}");
            let elements = parsed(hostile);
            let (found, expected) = (shape(&elements), shape(&parsed(tame)));
            let differing = found.iter().zip(&expected).find(|(found, expected)| found != expected);
            assert!(found == expected, "one of {texts:?} changes the page: {differing:?}");
            let body = &elements.iter().find(|e| e.name == "body").expect("a body").text;
            for (i, text) in texts.iter().enumerate().take(if at == 0 { texts.len() } else { 1 }) {
                says_everything(body, i, text);
            }
        }
    }
}

/// Checks that a page with this text has all that the tool number `which` says, which is `text` everywhere.
fn says_everything(body: &str, which: usize, text: &str) {
    for place in ["name", "tagline", "description", "category", "bestfor", "detail", "label", "reviewer0"] {
        let said = format!("Q{which}{place}Z{text}");
        assert!(body.contains(clean_line(&said).trim()), "{place} of {text:?} is not on the page");
    }
    for line in clean_block(&format!("Q{which}words2Z{text}")).lines() {
        assert!(body.contains(clean_line(line).trim()), "{line:?} of {text:?} is not on the page");
    }
}

#[test]
fn only_addresses_of_the_web_become_links() {
    let linked = |addresses: &[String]| {
        let texts = vec!["text".to_owned(); addresses.len()];
        let links = |page: &String| {
            let elements = parsed(page);
            let links =
                elements.iter().filter(|e| e.name == "a" && !e.get("href").is_some_and(|href| href.starts_with('#')));
            links.map(|e| (e.get("href").unwrap_or("").to_owned(), e.get("rel").unwrap_or("").to_owned())).collect()
        };
        pages(&texts, &|i, _| Some(addresses[i].clone())).each_ref().map(links)
    };
    let good =
        ["https://example.org/a?b=1&c=%22d%22", "HTTP://example.org", "https://example.org/'x'"].map(str::to_owned);
    let [comparison, single]: [Vec<(String, String)>; 2] = linked(&good);
    for (address, links) in good.iter().map(|address| (address, &comparison)).chain([(&good[0], &single)]) {
        assert!(links.iter().any(|(href, _)| href == address), "{address}");
    }
    for (href, rel) in [comparison, single].concat() {
        assert!(good.contains(&href) && rel == "noopener noreferrer nofollow", "{href}: {rel}");
    }
    let mut refused = naughty::texts();
    refused
        .extend(["//example.invalid", "https:example.org", "https://", "file:///etc/passwd", "x"].map(str::to_owned));
    for scheme in ["javascript:", "JaVaScRiPt:", "java\tscript:", "data:", "vbscript:", "blob:", "\u{1}https:"] {
        refused.push(format!("{scheme}//example.org/%0aalert(1)"));
    }
    for addresses in refused.chunks(10) {
        assert_eq!(linked(addresses), [[], []], "{addresses:?}");
    }
}

#[test]
fn a_page_asks_for_nothing_and_forbids_everything() {
    for args in ["gemma-3n smolvlm2-turbo", "show gemma-3n", "rank", "list", "formats"] {
        let page = stdout(&format!("{args} --format html"));
        let elements = parsed(&page);
        let names: Vec<&str> = elements.iter().map(|e| e.name.as_str()).collect();
        for forbidden in [
            "script",
            "link",
            "img",
            "image",
            "iframe",
            "object",
            "embed",
            "form",
            "input",
            "base",
            "use",
            "foreignObject",
        ] {
            assert!(!names.contains(&forbidden), "{args}: {forbidden}");
        }
        for element in &elements {
            for (name, value) in &element.attributes {
                assert!(
                    !name.starts_with("on") && !["src", "srcset", "style", "ping", "action"].contains(&name.as_str()),
                    "{args}: {name}"
                );
                let record_link = element.name == "a" && name == "href";
                assert!(record_link || !value.contains("://"), "{args}: {name}={value}");
            }
        }
        let style = elements.iter().find(|e| e.name == "style").expect("a style sheet");
        assert!(!style.text.contains("://") && !style.text.contains("url(") && !style.text.contains("@import"));
        // The policy stands before everything that it governs, and allows this very style sheet.
        let policy =
            elements.iter().position(|e| e.get("http-equiv") == Some("Content-Security-Policy")).expect("a policy");
        assert!(policy < names.iter().position(|name| *name == "style").expect("a style sheet"));
        let digest = base64(&Sha256::digest(style.text.as_bytes()));
        let expected = format!("default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'");
        assert_eq!(elements[policy].get("content"), Some(expected.as_str()), "put this digest into the policy");
    }
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for three in bytes.chunks(3) {
        let group = three.iter().fold(0_u32, |group, byte| group << 8 | u32::from(*byte)) << (8 * (3 - three.len()));
        for digit in 0..4 {
            let index = (group >> (18 - 6 * digit) & 63) as usize;
            out.push(if digit > three.len() { '=' } else { char::from(DIGITS[index]) });
        }
    }
    out
}

#[test]
fn a_page_is_built_for_all_readers() {
    for args in
        ["gemma-3n smolvlm2-turbo --explain", "show gemma-3n", "rank", "--all -c fixtures/edge/nine-tools.ndjson"]
    {
        let elements = parsed(&stdout(&format!("{args} --format html")));
        let named = |name: &str| elements.iter().filter(|e| e.name == name).collect::<Vec<_>>();
        assert_eq!(elements[0].get("lang"), Some("en"), "{args}");
        for once in ["h1", "main", "header", "title"] {
            let all = named(once).into_iter().filter(|e| once != "title" || e.depth == 3);
            assert_eq!(all.count(), 1, "{args}: {once}");
        }
        let mut level = 0;
        for heading in elements.iter().filter(|e| e.name.len() == 2 && e.name.starts_with('h') && e.name != "hr") {
            let own: usize = heading.name[1..].parse().expect("a level");
            assert!(own <= level + 1, "{args}: {} after h{level}: {}", heading.name, heading.text);
            level = own;
        }
        assert_eq!(named("table").len(), named("caption").len(), "{args}");
        assert!(named("th").iter().all(|th| th.get("scope").is_some()), "{args}");
        for picture in elements
            .iter()
            .enumerate()
            .filter(|(_, e)| e.name == "svg" && e.get("aria-hidden").is_none() && e.get("role").is_some())
        {
            let inner: Vec<&str> = elements[picture.0 + 1..].iter().take(2).map(|e| e.name.as_str()).collect();
            assert_eq!(inner, ["title", "desc"], "{args}");
            assert!(!elements[picture.0 + 2].text.is_empty(), "{args}");
        }
        let skip = elements.iter().find(|e| e.name == "a").and_then(|e| e.get("href"));
        assert!(skip == Some("#content") && elements.iter().any(|e| e.get("id") == Some("content")), "{args}");
    }
}

#[test]
fn a_page_holds_the_decision_what_would_change_it_and_every_word() {
    let page = stdout("gemma-3n smolvlm2-turbo --format html");
    let elements = parsed(&page);
    let body = &elements.iter().find(|e| e.name == "body").expect("a body").text;
    let answer = body.find("Too close to call: SmolVLM2 Turbo or Gemma 3n.").expect("the answer");
    assert!(answer < body.find("4 of 4 would ship SmolVLM2 Turbo, 3 of 4 Gemma 3n.").expect("the statement"));
    assert!(answer < body.find("The tools side by side").expect("the table"), "the answer comes first");
    for said in [
        "95% interval: 13.5 behind to 21.5 ahead; 4 reviewers scored both",
        "To settle it, at least 4 more people must score both",
        "Result without them",
        "Without FounderGemma 3n leads, 83.0 against 81.7",
        "Dissenting reviews",
        "Founder on Gemma 3n · 52 ✗ skip · 23.3 below the mean",
        "49.9 to 100.0",
        "30% to 95%",
    ] {
        assert!(body.replace('\n', "").contains(said), "{said}");
    }
    for name in ["gemma-3n", "smolvlm2-turbo"] {
        let record = std::fs::read_to_string(root().join(format!("fixtures/catalog/{name}.json"))).expect("a record");
        let record: serde_json::Value = serde_json::from_str(&record).expect("JSON");
        for review in record["reviews"].as_array().expect("reviews") {
            assert!(body.contains(review["text"].as_str().expect("words")), "{name}: {review}");
        }
    }
}

#[test]
fn words_stand_by_reviewer_while_they_can_be_read_across() {
    let headings = |args: &str| {
        let elements = parsed(&stdout(&format!("{args} --format html")));
        let of = |name: &str| elements.iter().filter(|e| e.name == name && e.text.starts_with("What the")).count();
        (of("h2"), elements.iter().filter(|e| e.get("class") == Some("reviewer")).count())
    };
    assert_eq!(headings("gemma-3n smolvlm2-turbo"), (1, 4));
    assert_eq!(headings("show gemma-3n"), (1, 0));
    assert_eq!(headings("--all -c fixtures/edge/nine-tools.ndjson"), (0, 0), "those about many tools stand with each");
}

#[test]
fn drawings_say_what_the_table_says() {
    let elements = parsed(&stdout("gemma-3n smolvlm2-turbo --format html"));
    let after = |title: &str| {
        let at = elements.iter().position(|e| e.name == "title" && e.text == title).expect("a drawing");
        let depth = elements[at].depth;
        let inner: Vec<&Element> = elements[at..].iter().take_while(|e| e.depth >= depth).collect();
        let places = |name: &str, key: &str| {
            inner.iter().filter(|e| e.name == name).filter_map(|e| e.get(key).map(str::to_owned)).collect::<Vec<_>>()
        };
        (inner[1].text.clone(), places("svg", "x"))
    };
    assert_eq!(
        after("Founder"),
        ("Gemma 3n: 52 ✗ skip; SmolVLM2 Turbo: 72 ✓ ship".to_owned(), vec!["52.00%".into(), "72.00%".into()])
    );
    let estimates: Vec<&str> =
        elements.iter().filter(|e| e.get("class") == Some("estimate")).filter_map(|e| e.get("cx")).collect();
    assert_eq!(estimates, ["75.25%", "79.25%", "75.00%", "100.00%"]);
}

#[test]
fn every_link_within_a_page_leads_to_one_place() {
    for args in [
        "gemma-3n smolvlm2-turbo",
        "show gemma-3n",
        "rank -c fixtures/edge/nine-tools.ndjson --reviews",
        "--all -c fixtures/edge/nine-tools.ndjson",
        "--all -c fixtures/edge/hostile.json",
        "--all -c fixtures/edge/odd-names.json",
        "--all -c fixtures/edge/long-slugs.json --reviews",
        "rank -c fixtures/edge/hostile.json --reviews",
    ] {
        let elements = parsed(&stdout(&format!("{args} --format html")));
        let ids: Vec<&str> = elements.iter().filter_map(|e| e.get("id")).collect();
        let different: std::collections::HashSet<&&str> = ids.iter().collect();
        let is_plain =
            |id: &&str| id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "._-".contains(c));
        assert!(ids.iter().all(is_plain), "{args}: {ids:?}");
        assert_eq!(different.len(), ids.len(), "{args}");
        let links = elements.iter().filter_map(|e| e.get("href")?.strip_prefix('#'));
        for link in links {
            assert!(ids.contains(&link), "{args}: #{link}");
        }
    }
}

#[test]
fn a_page_of_many_tools_is_a_ranking_with_each_tool_below_it() {
    let page = stdout("--all -c fixtures/edge/nine-tools.ndjson --format html");
    let elements = parsed(&page);
    let count = |fits: &dyn Fn(&Element) -> bool| elements.iter().filter(|e| fits(e)).count();
    assert_eq!(count(&|e| e.get("class") == Some("ranking")), 1);
    assert_eq!(count(&|e| e.name == "details"), 9);
    assert_eq!(count(&|e| e.get("class") == Some("estimate")), 9, "a mean for each tool");
    for id in ["tool-iris-9", "iris-9-ada", "grove-7-fay"] {
        assert_eq!(count(&|e| e.get("id") == Some(id)), 1, "{id}");
    }
    let body = &elements.iter().find(|e| e.name == "body").expect("a body").text;
    for said in ["From 45 reviews of 9 tools by 6 reviewers, the newest of 2026-", "x: would skip it.", "Ada on Iris"] {
        assert!(body.contains(said), "{said}");
    }
    let shared = |name: &str| elements.iter().find(|e| e.get("property") == Some(name)).and_then(|e| e.get("content"));
    assert!(shared("og:title").is_some_and(|title| title.starts_with("Which of these 9 tools? Too close to call:")));
    assert!(shared("og:description").is_some_and(|text| text.starts_with("Iris 9 is 1.5 points ahead")));
}
