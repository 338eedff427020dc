//! The picture in the README: a real run at a terminal, drawn as SVG.

use super::support::stdout;

#[test]
fn the_picture_is_what_a_terminal_shows() {
    let screen = stdout("gemma-3n smolvlm2-turbo --color always --width 96");
    let prompt = "\u{1b}[2m$\u{1b}[0m compare gemma-3n smolvlm2-turbo\n";
    let drawn = anstyle_svg::Term::new().palette(anstyle_svg::WIN10_CONSOLE).render_svg(&format!("{prompt}{screen}"));
    super::support::assert_text("docs/screen.svg", &drawn);
}
