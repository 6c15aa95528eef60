//! The command as people and programs use it: real processes, real sockets, what is printed and the exit code.

mod bots;
mod circles;
mod clients;
mod documents;
mod examples;
mod exit_codes;
mod explain;
mod export;
mod frames;
mod harness;
mod kept;
mod log;
mod pytest_plugin;
mod readme;
mod real_target;
mod report;
mod run;
mod schema;
mod serve;
mod snapshots_of_answers;
mod stand_in;
mod tls;
mod watch;
