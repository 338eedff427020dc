//! All integration tests, in one binary: a module per topic.

mod architecture;
mod bad_input;
mod catalog;
mod check;
mod command_line;
mod completion;
mod contract;
mod conventions;
mod decision;
mod documentation;
mod formats;
mod help;
mod init;
mod kinds;
mod manual;
mod naughty;
mod output;
mod page;
mod properties;
mod reference;
mod reports;
mod schemas;
mod settings;
mod shells;
mod support;
mod terminal;
