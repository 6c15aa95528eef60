//! The engine and the checks, against real sockets.

mod allowances;
mod bad_input;
mod clean;
mod columns;
mod facts;
mod gate;
mod harness;
mod hostile;
mod judged_share;
mod kill;
mod late;
mod other_targets;
mod real;
mod recorder;
mod running;
mod secrets;
mod seed;
mod silence;
mod successors;
mod target_mode;
mod teardown;
mod tls;
mod variations;
mod versions;
