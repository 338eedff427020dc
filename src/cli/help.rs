//! What `--help` says below the arguments, of the program and of every command.

/// What the program says where nothing is typed.
pub(super) const BARE: &str = "\
Which of these tools should we ship with? Compares tools by the verdicts of a review panel.

Usage: compare <TOOL> <TOOL>...       two or more tools side by side, with the decision
       compare --all -c FILE          all tools of a sheet or of other records
       compare list, compare rank     the tools there are; the leaderboard
       compare show <TOOL>            one tool with its reviewers' words

Try `compare gemma-3n smolvlm2-turbo` (built in), or `compare init` to start a project.
`compare help` lists everything, `compare help COMMAND` explains one command.
";

/// Below the short help of `command`: the flags that it leaves out.
pub(super) fn short(command: &clap::Command) -> String {
    let more = "`--help` says more, with examples, exit status and environment.";
    let is_left_out = |arg: &&clap::Arg| arg.is_hide_short_help_set() && !arg.is_hide_set();
    let flags = command.get_arguments().filter(is_left_out).filter_map(clap::Arg::get_long);
    let flags: Vec<String> = flags.map(|flag| format!("--{flag}")).collect();
    if flags.is_empty() { more.to_owned() } else { format!("Also: {}.\n{more}", flags.join(", ")) }
}

const EXIT_STATUS: &str = "\
Exit status:
  0  the answer was given
  1  the answer is no (a gate tripped, records have problems, a report is stale)
  2  it could not be done (usage, unknown tool, bad data, input or output)";

const ENVIRONMENT: &str = "\
Environment:
  COMPARE_CATALOG     paths of records, separated as in PATH
  COMPARE_FORMAT, COMPARE_BY, COMPARE_CONFIDENCE
                      as the flags of the same name
  COMPARE_WEIGHTS     weights, separated by commas: Founder=2,Skeptic=0.5
  COMPARE_NO_CONFIG   set to 1, no file of settings is read
  NO_COLOR, FORCE_COLOR, CLICOLOR_FORCE, CLICOLOR, TERM
                      whether color is used
  COLUMNS             the width of `table` where there is no terminal
  XDG_CONFIG_HOME, XDG_DATA_HOME
                      where `compare/config.toml` and the records in `compare/` are";

/// Below the long help: `own`, which is the examples, then what all commands share.
pub(super) fn long(own: &str) -> String {
    let gap = if own.is_empty() { "" } else { "\n\n" };
    format!("{own}{gap}{EXIT_STATUS}\n\n{ENVIRONMENT}")
}
