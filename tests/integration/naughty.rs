//! Texts that have made programs stumble, written for this project: markup, attributes, addresses,
//! comments, entities, style, templates, controls, directions, spaces and writing systems.

/// Several hundred texts.
pub(crate) fn texts() -> Vec<String> {
    let mut all: Vec<String> = WHOLE.iter().map(|text| (*text).to_owned()).collect();
    for tag in TAGS {
        all.push(format!("<{tag}>"));
        all.push(format!("</{tag}>"));
        all.push(format!("\"><{tag} onload=alert(1) x='"));
        all.push(format!("<{tag}\u{0}\tstyle=position:fixed\nsrc=//example.invalid/x>"));
    }
    for breaker in BREAKERS {
        all.push(format!("{breaker}<b>bold</b>"));
        all.push(format!("x{breaker} onfocus=alert(1) autofocus {breaker}y"));
    }
    for scheme in SCHEMES {
        all.push(format!("{scheme}alert(1)"));
        all.push(format!("<a href=\"{scheme}alert(1)\">link</a>"));
    }
    // Every control, every space and every format character of the lower planes on which text turns.
    let odd = (0..=0x1f).chain(0x7f..=0xa0).chain(0x2000..=0x200f).chain(0x2028..=0x202f).chain(0x2060..=0x206f);
    for code in odd.chain([0xad, 0x61c, 0x180e, 0x3000, 0xfeff, 0xfffd, 0xffff, 0xe0001, 0x1f468, 0x0001_0000]) {
        all.extend(char::from_u32(code).map(|c| format!("a{c}b{c}")));
    }
    all
}

const TAGS: [&str; 27] = [
    "script",
    "style",
    "title",
    "textarea",
    "svg",
    "math",
    "template",
    "noscript",
    "iframe",
    "plaintext",
    "xmp",
    "table",
    "td",
    "tr",
    "caption",
    "select",
    "option",
    "form",
    "base",
    "meta",
    "link",
    "body",
    "html",
    "head",
    "details",
    "p",
    "desc",
];

const BREAKERS: [&str; 14] =
    ["\"", "'", "`", "\">", "'>", "-->", "]]>", "*/", "</", "/>", "&quot;", "&#34;", "&#x22;", "\\\""];

const SCHEMES: [&str; 12] = [
    "javascript:",
    "JAVASCRIPT:",
    "JaVa\tScRiPt:",
    "java\nscript:",
    " javascript:",
    "\u{1}javascript:",
    "javascript&colon;",
    "javascript&#58;",
    "vbscript:",
    "data:text/html,",
    "data:text/html;base64,PHNjcmlwdD4=",
    "feed:javascript:",
];

const WHOLE: [&str; 66] = [
    "<",
    ">",
    "&",
    "\"",
    "'",
    "`",
    "=",
    "/",
    "\\",
    "<>",
    "</>",
    "<!",
    "<!--",
    "-->",
    "<!-->",
    "--!>",
    "<?",
    "?>",
    "<![CDATA[",
    "]]>",
    "<!DOCTYPE html>",
    "<!-- <script> -->",
    "&lt;script&gt;",
    "&amp;lt;",
    "&#60;b&#62;",
    "&#x3c;b&#x3e;",
    "&nbsp;",
    "&notanentity;",
    "&#0;",
    "&#xFFFFFFFF;",
    "&ampamp;",
    "&copy",
    "&not in",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    "<img/src=`x`onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><style><img src=x onerror=alert(1)>",
    "<math><mi xlink:href=\"data:x\">",
    "<input autofocus onfocus=alert(1)>",
    "<a href=//example.invalid>x",
    "<base href=//example.invalid>",
    "<meta http-equiv=refresh content=0;url=//example.invalid>",
    "<link rel=stylesheet href=//example.invalid>",
    "<style>@import'//example.invalid';</style>",
    "</style><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "</svg><p>out",
    "</table><h1>out",
    "</main></body></html><h1>after",
    "{{ 7*7 }}",
    "{% include 'x' %}",
    "${7*7}",
    "#{7*7}",
    "<%= 7*7 %>",
    "expression(alert(1))",
    "url(//example.invalid/x)",
    "\u{1b}[2J\u{1b}]0;title\u{7}",
    "\r\nSet-Cookie: x=1",
    "one\n\ntwo\n\n\nthree",
    "Ωmega ß ſ ı İ ﷺ",
    "שלום עולם",
    "مرحبا بالعالم",
    "日本語の文章",
    "👩‍👩‍👧‍👦 🏳️‍🌈 🇩🇪",
    "Z̷̡̛a̸l̴g̵o̶",
];
